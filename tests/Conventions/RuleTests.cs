using Xunit;

namespace Iij.Tests.Conventions;

/// <summary>A rule holds in the repository, and a sample that breaks it is caught: a rule that catches nothing is none.</summary>
public abstract class RuleTests(Func<SourceTree, IEnumerable<Finding>> rule)
{
    [Fact]
    public void Holds_in_the_repository()
    {
        var findings = rule(SourceTree.Repository).Distinct().Select(finding => finding.ToString()).ToList();
        Assert.True(findings.Count == 0, string.Join('\n', findings.Prepend($"{findings.Count} places:")));
    }

    /// <summary>The sample breaks the rule on that line, and only there.</summary>
    protected void Catches(string path, string text, int line = 1) => CatchesIn(SourceTree.Of((path, text)), path, line);

    /// <summary>The file breaks the rule on that line, and nothing else in the tree does.</summary>
    protected void CatchesIn(SourceTree tree, string path, int line = 1)
    {
        var found = rule(tree).Select(finding => (finding.Path, finding.Line)).Distinct();
        Assert.Equal([(path, line)], found);
    }

    /// <summary>The sample keeps the rule.</summary>
    protected void Passes(string path, string text) => PassesIn(SourceTree.Of((path, text)));

    /// <summary>The tree keeps the rule.</summary>
    protected void PassesIn(SourceTree tree) => Assert.Empty(rule(tree));
}
