using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Iij.Tests.Conventions;

/// <summary>What the string literals of a C# file say, and which of them are SQL.</summary>
public static partial class StringTexts
{
    /// <summary>Every literal, raw and interpolated ones too; a hole of an interpolated one reads <c>{}</c>.</summary>
    public static IEnumerable<(SyntaxNode Place, string Text)> Of(SourceFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes())
        {
            if (node is LiteralExpressionSyntax literal && IsString(literal)) yield return (node, literal.Token.ValueText);
            if (node is InterpolatedStringExpressionSyntax parts) yield return (node, string.Concat(parts.Contents.Select(Words)));
        }
    }

    /// <summary>Upper-case verbs are taken at their word; lower-case ones only in a shape that English has not.</summary>
    public static bool IsSql(string text) => ShoutedSql().IsMatch(text) || QuietSql().IsMatch(text);

    private static bool IsString(LiteralExpressionSyntax literal) =>
        literal.IsKind(SyntaxKind.StringLiteralExpression) || literal.IsKind(SyntaxKind.Utf8StringLiteralExpression);

    private static string Words(InterpolatedStringContentSyntax part) =>
        part is InterpolatedStringTextSyntax text ? text.TextToken.ValueText : "{}";

    [GeneratedRegex(
        @"^\s*(SELECT|INSERT|UPDATE|DELETE|MERGE|TRUNCATE|PRAGMA|NOTIFY|LISTEN|WITH\s+\w+\s+AS|(CREATE|ALTER|DROP)\s+[A-Z]+)\b")]
    private static partial Regex ShoutedSql();

    [GeneratedRegex(
        @"^\s*(select\s.+\sfrom\s+[\w{]|insert\s+(or\s+\w+\s+)?into\s|update\s+[\w{}]+\s+set\s|delete\s+from\s"
        + @"|pragma\s+\w+|with\s+\w+\s+as\s*\(|(create|alter|drop)\s+(table|(unique\s+)?index|view)\s)",
        RegexOptions.Singleline)]
    private static partial Regex QuietSql();
}
