using System.Text.RegularExpressions;

namespace Iij.Tests.Conventions;

/// <summary>A .sql file without what its comments say.</summary>
public static partial class SqlScript
{
    /// <summary>The lines, from 1, where the pattern begins outside comments.</summary>
    public static IEnumerable<int> Matches(SourceFile file, Regex pattern)
    {
        var code = Comment().Replace(file.Text, comment => new string(comment.Value.Select(sign => sign == '\n' ? '\n' : ' ').ToArray()));
        return pattern.Matches(code).Select(match => code.AsSpan(0, match.Index).Count('\n') + 1);
    }

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();
}
