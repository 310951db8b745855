using System.Globalization;

namespace Iij.Tests.Bench;

/// <summary>The command line: which paths run, how long, and the exit code.</summary>
internal static class BenchCommand
{
    private const string Help =
        """
        ./bench [NAME…] [--quick] [--strict] [--list] [--help]

          NAME      only the paths whose name begins so: ./bench withdrawals-unary
          --quick   one short round of each, to see that it works; its ratios are not evidence
          --strict  exit code 1 where a path misses its target
          --list    the names of the paths, their twins and their targets

        Each path runs in turns with a plain twin that does the same durable work (A B B A), on private servers. One line a path:
        bench: NAME ratio=R ours=X twin=Y unit=U rounds=N spread=S%
        R is the median of the ratios of ours to the twin's in one turn, S how far apart the middle half of them is.
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Contains("--help"))
            return Say(Help);
        var names = args.Where(arg => !arg.StartsWith("--", StringComparison.Ordinal)).ToList();
        var unknown = args.Where(arg => arg.StartsWith("--", StringComparison.Ordinal) && arg is not ("--quick" or "--strict" or "--list"))
            .Concat(names.Where(name => !Paths.All.Any(path => path.Name.StartsWith(name, StringComparison.Ordinal)))).ToList();
        if (unknown.Count > 0)
        {
            await Console.Error.WriteLineAsync($"bench: \"{unknown[0]}\" is neither an option nor the beginning of a path; --list names the paths");
            return 2;
        }

        var chosen = Paths.All.Where(path => names.Count == 0 || names.Any(name => path.Name.StartsWith(name, StringComparison.Ordinal))).ToList();
        return args.Contains("--list") ? List(chosen) : await MeasureAsync(chosen, args.Contains("--quick"), args.Contains("--strict"));
    }

    private static async Task<int> MeasureAsync(IReadOnlyList<BenchPath> paths, bool quick, bool strict)
    {
        var missed = 0;
        foreach (var path in paths)
        {
            await using var pair = await path.StartAsync();
            var result = await Rounds.RunAsync(pair, quick ? 1 : 5, quick ? path.Operations / 10 : path.Operations);
            Say(result.Line(path));
            if (result.Ratio < path.Target)
                missed++;
        }

        return strict && missed > 0 ? 1 : 0;
    }

    private static int List(IEnumerable<BenchPath> paths)
    {
        foreach (var path in paths)
            Say(string.Create(CultureInfo.InvariantCulture, $"{path.Name,-36} target {path.Target:0.0#}  twin: {path.Twin}"));
        return 0;
    }

    private static int Say(string text)
    {
        Console.WriteLine(text);
        return 0;
    }
}
