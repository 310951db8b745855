using System.Text.RegularExpressions;
using Iij.Tests.Servers;

namespace Iij.Tests.Dashboard;

/// <summary>What a controller can be told, in the page's other language too.</summary>
public sealed partial class WordsTests
{
    private static readonly string _services = Path.Combine(Checkout.Root, "services");
    private static readonly string[] _refusing =
    [
        Path.Combine(_services, "Closing", "Periods", "PeriodRules.cs"),
        Path.Combine(_services, "Closing", "Periods", "PeriodClose.cs"),
    ];

    [Fact]
    public async Task Whatever_a_close_refuses_or_finds_has_a_meaning_in_Japanese()
    {
        var words = await File.ReadAllTextAsync(Path.Combine(_services, "Dashboard", "src", "words.ts"));
        var meanings = words[words.IndexOf("const meanings", StringComparison.Ordinal)..words.IndexOf("export function told", StringComparison.Ordinal)];
        var told = _refusing.SelectMany(file => Code().Matches(File.ReadAllText(file)))
            .Concat(Directory.EnumerateFiles(_services, "*Source.cs", SearchOption.AllDirectories)
                .SelectMany(file => FoundCall().Matches(File.ReadAllText(file))).SelectMany(call => Code().Matches(call.Value)))
            .Select(code => code.Groups[1].Value).Distinct().ToList();
        Assert.True(told.Count > 20, string.Join(' ', told));
        Assert.All(told, code => Assert.Contains($"    {code}: \"", meanings, StringComparison.Ordinal));
    }

    [GeneratedRegex("""
        "([A-Z]+(?:_[A-Z]+)+)"
        """)]
    private static partial Regex Code();

    [GeneratedRegex(@"Findings\.(?:Warning|Error)\([^;]*")]
    private static partial Regex FoundCall();
}
