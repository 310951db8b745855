using System.Text.RegularExpressions;

namespace Iij.Tests.Conventions.Rules;

/// <summary>The tree must build on somebody else's machine, from somebody else's feed.</summary>
public static partial class Places
{
    /// <summary>Which feed serves a package is the machine's business, not the repository's.</summary>
    public static IEnumerable<Finding> Registries(SourceTree tree) => tree.Files
        .Where(file => !file.IsUnder("tests/Conventions"))
        .SelectMany(file => Matches(file, Registry(), "names a package registry: leave it to the machine's own configuration."));

    /// <summary>Tests may write to a temporary folder; nothing else knows where it stands.</summary>
    public static IEnumerable<Finding> MachinePaths(SourceTree tree) => tree.Files
        .Where(file => !file.IsUnder("tests"))
        .SelectMany(file => Matches(file, MachinePath(), "is a path of one machine: make it relative, or a setting."));

    private static IEnumerable<Finding> Matches(SourceFile file, Regex pattern, string advice) => file.Lines
        .Select((line, index) => (pattern.Match(line).Value, Number: index + 1))
        .Where(line => line.Value != "")
        .Select(line => file.At(line.Number, $"'{line.Value}' {advice}"));

    [GeneratedRegex(
        @"\b(api\.nuget\.org|globalcdn\.nuget\.org|registry\.npmjs\.org|registry\.yarnpkg\.com|files\.pythonhosted\.org|pypi\.org/simple"
        + @"|proxy\.golang\.org|(index|registry-1)\.docker\.io|[\w.-]+\.jfrog\.io|pkgs\.dev\.azure\.com|nuget\.pkg\.github\.com)"
        + @"|\b[\w-]*(artifactory|nexus)[\w-]*\.[\w.-]+",
        RegexOptions.IgnoreCase)]
    private static partial Regex Registry();

    [GeneratedRegex(@"(?<![\w.\-/}])/(work|root|tmp)/")]
    private static partial Regex MachinePath();
}
