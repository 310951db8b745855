using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Iij.Tests.Conventions;

/// <summary>Dotted names as they stand in C#, without types behind them.</summary>
public static class Names
{
    /// <summary>The longest dotted names: <c>System.DateTime.UtcNow</c> is one, not three. <c>a.B().C.D</c> gives <c>a.B</c>.</summary>
    public static IEnumerable<(SyntaxNode Place, string Text)> Dotted(SourceFile file) => file.Syntax
        .DescendantNodes()
        .Where(node => IsName(node) && !IsName(node.Parent))
        .Select(node => (node, string.Concat(node.ToString().Where(sign => !char.IsWhiteSpace(sign)))));

    private static bool IsName(SyntaxNode? node) => node switch
    {
        IdentifierNameSyntax or QualifiedNameSyntax or AliasQualifiedNameSyntax => true,
        MemberAccessExpressionSyntax access => IsName(access.Expression),
        _ => false,
    };
}
