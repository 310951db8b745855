using System.Buffers;
using System.Text.RegularExpressions;

namespace Iij.Tests.Conventions.Rules;

/// <summary>Documents, contracts and comments use plain technical English: the usual word instead of a private one.</summary>
public static partial class Phrases
{
    private static readonly SearchValues<string> _commentStart = SearchValues.Create(["//", "/*"], StringComparison.Ordinal);

    private static readonly (Regex Phrase, string Better)[] _rules =
    [
        (InEarnest(), "write \"in production\""),
        (PutAside(), "write \"dead-lettered\", or \"quarantined\" of an incarnation"),
        (Whoever(), "name the role: \"a caller that\", \"the person who\""),
        (IsNo(), "say what it is, or write \"is not a\""),
        (TheHouse(), "write \"the codebase\" or \"the project\""),
    ];

    /// <summary>In documents, contracts and comments; a contract's line that names error reasons is left as it is.</summary>
    public static IEnumerable<Finding> InTexts(SourceTree tree) =>
        from file in tree.Files.Where(file => file.Ends(".md", ".proto", ".cs", ".ts", ".tsx") && !file.IsUnder("tests/Conventions"))
        from rule in _rules
        from Match match in rule.Phrase.Matches(file.Text)
        let number = file.Text.AsSpan(0, match.Index).Count('\n') + 1
        where file.Ends(".md") || IsComment(file.Text, match.Index)
        where !(file.Ends(".proto") && Reason().IsMatch(file.Lines[number - 1]))
        select file.At(number, $"'{Gap().Replace(match.Value, " ")}': {rule.Better}.");

    private static bool IsComment(string text, int at)
    {
        var line = text.AsSpan(0, at);
        return line[(line.LastIndexOf('\n') + 1)..].IndexOfAny(_commentStart) >= 0;
    }

    // Between two words of a phrase there may be the end of a line and the mark of a comment.
    [GeneratedRegex(@"\bin[\s/]+earnest\b", RegexOptions.IgnoreCase)]
    private static partial Regex InEarnest();

    [GeneratedRegex(@"\b(put|puts|putting)[\s/]+((it|them)[\s/]+)?aside\b", RegexOptions.IgnoreCase)]
    private static partial Regex PutAside();

    [GeneratedRegex(@"\bwhoever\b", RegexOptions.IgnoreCase)]
    private static partial Regex Whoever();

    [GeneratedRegex(@"(?<!\bthere[\s/]+)\b(is|are)[\s/]+no[\s/]+(?!(longer|more)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex IsNo();

    [GeneratedRegex(@"\bthe[\s/]+house\b", RegexOptions.IgnoreCase)]
    private static partial Regex TheHouse();

    [GeneratedRegex(@"\b[A-Z]{2,}(_[A-Z]+)+\b")]
    private static partial Regex Reason();

    [GeneratedRegex(@"[\s/]+")]
    private static partial Regex Gap();
}
