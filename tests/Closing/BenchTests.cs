using System.Text.RegularExpressions;
using Iij.Tests.Bench;

namespace Iij.Tests.Closing;

/// <summary>./bench runs: each path by a short round would take minutes, so one of them, and the command line. No speed is asserted.</summary>
public sealed partial class BenchTests
{
    [Fact]
    public async Task A_path_runs_beside_its_twin_and_says_one_line()
    {
        using var output = new StringWriter();
        Assert.Equal(0, await BenchCommand.RunAsync(["withdrawals-stream-one-day-sqlite", "--quick"], output, TextWriter.Null));
        Assert.Matches(Line(), output.ToString().TrimEnd());
    }

    [Fact]
    public async Task A_path_that_is_not_known_is_named()
    {
        using var messages = new StringWriter();
        Assert.Equal(2, await BenchCommand.RunAsync(["deposits"], TextWriter.Null, messages));
        Assert.Contains("\"deposits\"", messages.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await BenchCommand.RunAsync(["--slow"], TextWriter.Null, messages));
    }

    [GeneratedRegex(@"^bench: withdrawals-stream-one-day-sqlite ratio=\d+\.\d\d ours=\d+ twin=\d+ unit=withdrawals/s rounds=1 spread=\d+%$")]
    private static partial Regex Line();
}
