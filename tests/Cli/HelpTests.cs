namespace Iij.Tests.Cli;

/// <summary>The help of every command.</summary>
public sealed class HelpTests
{
    private readonly Iij _iij = new();

    [Fact]
    public async Task Every_command_has_a_help_with_an_example_of_it()
    {
        var groups = new[] { "" };
        var seen = 0;
        for (; groups.Length > 0; groups = await NextAsync(groups))
            seen += groups.Length;
        Assert.Equal(48, seen); // the root, 40 commands and the seven of dead-letters
    }

    // The commands below, each of whose help is looked at.
    private async Task<string[]> NextAsync(string[] commands)
    {
        var below = await Task.WhenAll(commands.Select(async command =>
        {
            var help = await _iij.DoesAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            Assert.Contains($"  iij {command}", help.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("Iij.Cli", help.Output, StringComparison.Ordinal);
            if (command.Length > 0)
            {
                var examples = help.Lines.SkipWhile(line => line != "Examples:").Skip(1).ToList();
                Assert.Contains(examples, example => example.Contains($"iij {command}", StringComparison.Ordinal));
            }

            return help.Lines.SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
                .Select(line => $"{command} {line.Trim().Split(' ')[0]}".Trim());
        }));
        return [.. below.SelectMany(names => names)];
    }
}
