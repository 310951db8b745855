namespace Iij.Tests.Conventions.Rules;

/// <summary>Time is an argument: a rule that reads a clock cannot be replayed.</summary>
public static class WallClock
{
    private static readonly string[] Clocks =
    [
        "DateTime.Now", "DateTime.UtcNow", "DateTime.Today", "DateTimeOffset.Now", "DateTimeOffset.UtcNow",
        "SystemClock.Instance", "Environment.TickCount", "Environment.TickCount64",
    ];

    /// <summary>Everywhere under services; a Stopwatch is allowed in Local, which measures and decides nothing.</summary>
    public static IEnumerable<Finding> Check(SourceTree tree)
    {
        foreach (var file in tree.CSharp("services"))
        {
            foreach (var (place, text) in Names.Dotted(file))
            {
                if (Clocks.Any(clock => Reads(text, clock)) || (Reads(text, "Stopwatch") && !file.IsUnder("services/Local")))
                {
                    yield return file.At(place, $"'{text}' reads the machine's clock: take a TimeProvider, or the time, as an argument.");
                }
            }
        }
    }

    private static bool Reads(string name, string clock) => ("." + name + ".").Contains("." + clock + ".", StringComparison.Ordinal);
}
