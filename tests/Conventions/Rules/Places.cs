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

    /// <summary>A key, a token or a password that was committed is known to everybody who ever gets the repository.</summary>
    public static IEnumerable<Finding> Secrets(SourceTree tree) => tree.Files
        .Where(file => !file.IsUnder("tests/Conventions"))
        .SelectMany(file => Matches(file, Secret(), "looks like a secret: make it where it is used, or read it from a file that is not committed."));

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

    [GeneratedRegex(
        @"-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(AKIA|ASIA)[0-9A-Z]{16}\b|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}|\bgh[pousr]_[A-Za-z0-9]{36}|\bxox[abprs]-[\w-]{10,}"
        + @"|(password|passwd|pwd|secret)=(?![$<{(…""'])[^\s;""'&]{8,}|://[^\s:/@""']+:(?!password@|[$<{(…])[^\s@""'/]{8,}@",
        RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    [GeneratedRegex(@"(?<![\w.\-/}])/(work|root|tmp)/")]
    private static partial Regex MachinePath();
}
