namespace Iij.Tests.Cli;

/// <summary>What a shell suggests.</summary>
public sealed class CompletionTests(ClosedBooks books) : IClassFixture<ClosedBooks>
{
    private readonly Iij _iij = books.Iij();

    [Fact]
    public async Task Commands_sources_months_lines_and_choices_are_suggested()
    {
        Assert.Contains("view", await SuggestAsync("vi"));
        Assert.Equal(["atm", "backlog", "cloud", "group", "network"], Words(await SuggestAsync("trial ")));
        Assert.Equal(["atm", "backlog"], Words(await SuggestAsync("trial a"))); // what has an "a" in it; the shell takes what begins with it
        Assert.Equal(books.Ledger.ClosedMonths.Values.SelectMany(months => months).Distinct().Count(), Words(await SuggestAsync("trial atm ")).Count);
        Assert.Contains("FY", string.Join(' ', await SuggestAsync("view F")), StringComparison.Ordinal);
        Assert.Contains("revenue.total", await SuggestAsync("figure rev"));
        Assert.Contains("revenue.total", await SuggestAsync("watch --figure rev"));
        Assert.Equal(["atm", "backlog", "cloud", "group", "network"], Words(await SuggestAsync("watch --events --source ")).Order());
        Assert.Equal(["target-yoy-change", "target-yoy-percent", "yoy-change", "yoy-percent"], (await SuggestAsync("figure revenue.total --kind yoy")).Order());
    }

    [Fact]
    public async Task Where_no_service_answers_what_needs_none_is_suggested()
    {
        var nobody = new Iij(books.PathOf("nobody.json"));
        Assert.Contains("network", (await nobody.DoesAsync("[suggest:6]", "trial ")).Lines);
        Assert.DoesNotContain("revenue.total", (await nobody.DoesAsync("[suggest:10]", "figure rev")).Output, StringComparison.Ordinal);
    }

    // As bash does it: the script is read, then asked with a line and the place of the cursor.
    [Theory]
    [InlineData("iij tri", 1, "trial")]
    [InlineData("iij trial at", 2, "atm")]
    [InlineData("iij figure revenue.to", 2, "revenue.total")]
    [InlineData("iij figure revenue.total FY2012 --kind yoy-p", 5, "yoy-percent")]
    public async Task The_script_for_bash_suggests(string line, int word, string suggested)
    {
        var script = books.PathOf($"completion-{word}-{line.Length}.bash");
        await File.WriteAllTextAsync(script, (await _iij.DoesAsync("completion", "bash")).Output
            + $"iij() {{ dotnet '{Iij.Program}' \"$@\"; }}\n"
            + $"COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({line}) COMP_CWORD={word}\n_iij\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n");
        var ended = await _iij.RunAsync("bash", [script]);
        Assert.Equal((0, suggested), (ended.ExitCode, ended.Output.Trim()));
    }

    [Fact]
    public async Task The_script_for_zsh_names_its_function()
    {
        var script = await _iij.DoesAsync("completion", "zsh");
        Assert.Contains("compdef _iij iij", script.Output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", script.Output, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> SuggestAsync(string line) => (await _iij.DoesAsync($"[suggest:{line.Length}]", line)).Lines;

    private static List<string> Words(IEnumerable<string> suggested) => [.. suggested.Where(word => word.Length > 0 && word[0] is not ('-' or '/'))];
}
