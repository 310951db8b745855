using System.Globalization;
using System.Text.RegularExpressions;
using Iij.Tests.Oracle;

namespace Iij.Tests.EndToEnd;

/// <summary>The reference: the whole ledger through the program, once; what comes after needs no loading.</summary>
public sealed class ReferenceTests
{
    private const string Reproduced = "285 of 285 printed figures reproduced";
    private const long EntriesAtLeast = 250_000;

    [Fact]
    public async Task The_reference_is_reproduced_and_found_again_and_defended_against_another_ledger()
    {
        using var folder = new TemporaryFolder();
        var first = await LocalProcess.RunAsync("--once", "--data", folder["data"]);
        Assert.True(first.ExitCode == 0, first.Errors);
        Assert.Equal([Reproduced], first.Output);
        var entries = Regex.Match(first.Errors, "^([0-9,]+) entries recorded one by one", RegexOptions.Multiline).Groups[1].Value;
        Assert.True(long.Parse(entries, NumberStyles.AllowThousands, CultureInfo.InvariantCulture) > EntriesAtLeast, entries);

        Assert.DoesNotContain("waived", first.Errors, StringComparison.Ordinal);

        var second = await LocalProcess.RunAsync("--once", "--data", folder["data"]);
        Assert.Equal((0, Reproduced), (second.ExitCode, Assert.Single(second.Output)));
        Assert.Contains("nothing is loaded again", second.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("entries recorded", second.Errors, StringComparison.Ordinal);

        LedgerGenerator.Generate(seed: 5).Write(folder["other"]);
        var other = await LocalProcess.RunAsync("--once", "--data", folder["data"], "--ledger", Path.Combine(folder["other"], "ledger"));
        Assert.Equal(2, other.ExitCode);
        Assert.Empty(other.Output);
        Assert.Contains(Path.Combine("reference", "ledger"), other.Errors, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder["other"], "ledger"), other.Errors, StringComparison.Ordinal);

        var third = await LocalProcess.RunAsync("--once", "--data", folder["data"]);
        Assert.Equal((0, Reproduced), (third.ExitCode, Assert.Single(third.Output)));
        await SecondSplit.CheckAsync(name => Path.Combine(folder["data"], name + ".db"));
    }
}
