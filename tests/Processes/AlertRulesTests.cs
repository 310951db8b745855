using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Iij.Tests.Servers;
using Xunit;

namespace Iij.Tests.Processes;

/// <summary>The alerts are well formed and raised by what they are for, and the people on call find a page and a panel of the same name for each.</summary>
public sealed partial class AlertRulesTests
{
    private static readonly string _folder = Path.Combine(Checkout.Root, "deploy", "prometheus");
    private static readonly string _rules = File.ReadAllText(Path.Combine(_folder, "alerts.yml"));
    private static readonly string[] _alerts = [.. Names().Matches(_rules).Select(match => match.Groups[1].Value)];

    [Theory]
    [InlineData("check", "rules", "alerts.yml")]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("test", "rules", "alerts.test.yml")]
    public async Task Promtool_finds_nothing_wrong(params string[] words) =>
        Assert.Contains("SUCCESS", await Command.RunAsync(["promtool", .. words], _folder), StringComparison.Ordinal);

    [Fact]
    public void Each_alert_has_a_page_that_says_what_to_do()
    {
        var folder = Path.Combine(Checkout.Root, "docs", "runbooks");
        Assert.NotEmpty(_alerts);
        Assert.Equal(_alerts.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(folder).Select(Path.GetFileNameWithoutExtension).Where(name => name != "README").Order(StringComparer.Ordinal));
        foreach (var alert in _alerts)
        {
            var page = File.ReadAllText(Path.Combine(folder, alert + ".md"));
            Assert.StartsWith($"# {alert}\n", page, StringComparison.Ordinal);
            Assert.All(["\n## Look\n", "\n## Do\n", "\n## Do not\n"], heading => Assert.Contains(heading, page, StringComparison.Ordinal));
            Assert.Contains($"runbook: docs/runbooks/{alert}.md\n", _rules, StringComparison.Ordinal);
            Assert.Contains($"[{alert}]({alert}.md)", File.ReadAllText(Path.Combine(folder, "README.md")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_alert_has_a_panel_of_a_metric_that_it_asks()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "deploy", "grafana", "services.json")))!;
        var panels = dashboard["panels"]!.AsArray().ToDictionary(panel => (string)panel!["title"]!, panel => (string)panel!["targets"]![0]!["expr"]!);
        Assert.Equal(_alerts, panels.Keys);
        Assert.All(panels.Values, asked => Assert.Matches("^(up|.*iij_health_(state|data))", asked));
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Names();
}
