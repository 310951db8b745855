using System.Globalization;

namespace Iij.Tests.Bench;

/// <summary>The command line: which paths run, how long, and the exit code.</summary>
public static class BenchCommand
{
    private const string Option = "--";
    private const double BusyMax = 0.15;

    private const string Help =
        """
        ./bench [NAME…] [--quick] [--strict] [--list] [--help]

          NAME      only the paths whose name begins so: ./bench withdrawals-unary
          --quick   one short round of each, to see that it works; its ratios are not evidence
          --strict  exit code 1 where a path misses its target
          --list    the names of the paths, their twins and their targets

        Each path runs in turns with a plain twin that does the same durable work (A B B A), on private servers. One line a path:
        bench: NAME ratio=R ours=X twin=Y unit=U rounds=N spread=S%
        R is the median of the ratios of ours to the twin's in one turn, S how far apart the middle half of them is. Every turn is a row of
        artifacts/bench.csv. Where other work takes the processors, a warning says so.
        """;

    /// <summary>Runs the command; 0, 1 where a path misses its target with --strict, 2 where the command line cannot be read.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Where the lines of the paths go.</param>
    /// <param name="messages">Where warnings and errors go.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter messages)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(messages);
        if (args.Contains("--help"))
        {
            await output.WriteLineAsync(Help);
            return 0;
        }

        var names = args.Where(arg => !IsOption(arg)).ToList();
        if (args.FirstOrDefault(IsUnknown) is { } unknown)
        {
            await messages.WriteLineAsync($"bench: \"{unknown}\" is neither an option nor the beginning of a path; --list names the paths");
            return 2;
        }

        var chosen = Paths.All.Where(path => names.Count == 0 || names.Any(path.IsNamed)).ToList();
        if (!args.Contains("--list"))
            return await MeasureAsync(chosen, args.Contains("--quick"), output, messages) && args.Contains("--strict") ? 1 : 0;
        foreach (var path in chosen)
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{path.Name,-34} target {path.Target:0.0}  twin: {path.Twin}"));
        return 0;
    }

    // Whether a path missed its target.
    private static async Task<bool> MeasureAsync(IEnumerable<BenchPath> paths, bool quick, TextWriter output, TextWriter messages)
    {
        var missed = false;
        foreach (var path in paths)
        {
            var busy = await Processors.BusyAsync();
            if (busy > BusyMax)
            {
                await messages.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                    $"bench: other work takes {busy:P0} of the processors; do not trust {path.Name}"));
            }

            await using var pair = await path.StartAsync();
            var result = await Rounds.RunAsync(pair, quick ? 1 : 5, quick ? path.Operations / 10 : path.Operations);
            await output.WriteLineAsync(result.Line(path));
            await output.FlushAsync();
            await BenchFile.AppendAsync(path, result);
            missed |= result.Ratio < path.Target;
        }

        return missed;
    }

    private static bool IsOption(string arg) => arg.StartsWith(Option, StringComparison.Ordinal);

    private static bool IsUnknown(string arg) => IsOption(arg) ? arg is not ("--quick" or "--strict" or "--list") : !Paths.All.Any(path => path.IsNamed(arg));
}
