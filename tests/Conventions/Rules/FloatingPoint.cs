using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Iij.Tests.Conventions.Rules;

/// <summary>Money is whole yen: no binary fraction in C#, SQL or on the wire.</summary>
public static partial class FloatingPoint
{
    private const string Advice = "floating point loses yen: use long (yen), decimal, or a TimeSpan for a time.";
    private static readonly string[] Functions = ["Math.Pow", "Math.Sqrt", "Math.Log", "Math.Exp", "Convert.ToDouble", "Convert.ToSingle"];

    /// <summary>Files that hand a fraction to somebody else's API.</summary>
    public static IReadOnlyList<Allowance> Allowed { get; } = [];

    /// <summary>C#, .sql and .proto.</summary>
    public static IEnumerable<Finding> Check(SourceTree tree) => Checked(tree, Allowed);

    /// <summary>With an allow list of the caller's.</summary>
    public static IEnumerable<Finding> Checked(SourceTree tree, IReadOnlyList<Allowance> allowed)
    {
        var code = tree.CSharp("services").SelectMany(InCode);
        var scripts = tree.Files
            .Where(file => file.Ends(".sql") && file.IsUnder("services"))
            .SelectMany(file => SqlScript.Matches(file, SqlType()).Select(line => file.At(line, Advice)));
        var contracts = tree.Files.Where(file => file.Ends(".proto")).SelectMany(InContract);
        return code.Concat(scripts).Concat(contracts).Where(finding => !allowed.Any(entry => entry.Path == finding.Path));
    }

    private static IEnumerable<Finding> InCode(SourceFile file)
    {
        foreach (var token in file.Syntax.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.DoubleKeyword) || token.IsKind(SyntaxKind.FloatKeyword)) yield return file.At(token, Advice);
            if (token.Value is double or float && !IsDuration(token)) yield return file.At(token, Advice);
        }
        foreach (var (place, text) in Names.Dotted(file))
        {
            var isType = text.StartsWith("Double.", StringComparison.Ordinal) || text is "Double" or "System.Double" or "Half";
            if (isType || Functions.Any(called => text == called || text == "System." + called)) yield return file.At(place, Advice);
        }
        foreach (var (place, text) in StringTexts.Of(file))
        {
            if (StringTexts.IsSql(text) && SqlType().IsMatch(text)) yield return file.At(place, Advice);
        }
    }

    private static IEnumerable<Finding> InContract(SourceFile file) => file.Lines
        .Select((line, index) => (line, number: index + 1))
        .Where(entry => ProtoField().IsMatch(entry.line))
        .Select(entry => file.At(entry.number, Advice));

    /// <summary><c>TimeSpan.FromSeconds(0.5)</c> is a time, not an amount.</summary>
    private static bool IsDuration(SyntaxToken token) => token.Parent?
        .FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Expression.ToString() is { } called
        && (called.StartsWith("TimeSpan.From", StringComparison.Ordinal) || called.StartsWith("Duration.From", StringComparison.Ordinal));

    [GeneratedRegex(@"\b(REAL|FLOAT[48]?|DOUBLE(\s+PRECISION)?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex SqlType();

    [GeneratedRegex(@"^\s*(optional\s+|repeated\s+)?(double|float)\s+\w+\s*=|^\s*map\s*<[^>]*\b(double|float)\b")]
    private static partial Regex ProtoField();
}
