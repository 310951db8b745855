namespace Iij.Tests.Cli;

/// <summary>Colour and questions only where there is a terminal.</summary>
public sealed class TerminalTests(ClosedBooks books) : IClassFixture<ClosedBooks>
{
    private const char Escape = '\u001b';
    private readonly Iij _iij = books.Iij();

    [Fact]
    public async Task There_is_no_colour_in_a_pipe_and_no_row_is_broken()
    {
        foreach (var words in new[] { new[] { "view", books.Month }, ["status"], ["lineage", "revenue.total", books.Month], ["trial", "atm", books.Month] })
        {
            var shown = await _iij.DoesAsync(words);
            Assert.DoesNotContain(Escape, shown.Output);
            Assert.DoesNotContain(shown.Lines, line => line.EndsWith(' '));
        }
    }

    [Fact]
    public async Task There_is_colour_in_a_terminal_unless_NO_COLOR_says_otherwise()
    {
        var coloured = await _iij.InTerminalAsync("", "view", books.Month);
        Assert.True(coloured.ExitCode == 0, coloured.Output);
        Assert.Contains($"{Escape}[", coloured.Output, StringComparison.Ordinal);
        var plain = await _iij.RunAsync("script", ["-q", "-e", "-c", $"dotnet '{Iij.Program}' view {books.Month}", "/dev/null"], "", ("NO_COLOR", "1"));
        Assert.True(plain.ExitCode == 0, plain.Output);
        Assert.DoesNotContain($"{Escape}[3", plain.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_without_an_actor_asks_in_a_terminal()
    {
        var ended = await _iij.InTerminalAsync("zoe\n", "unlock", "atm", books.Month, "--reason", "none");
        Assert.Contains("Who acts?", ended.Output, StringComparison.Ordinal);
        Assert.Contains("zoe acts, request id ", ended.Output, StringComparison.Ordinal);
        Assert.Contains("PERIOD_NOT_LOCKED", ended.Output, StringComparison.Ordinal);
        Assert.Equal(1, ended.ExitCode);
    }
}
