using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Iij.Tests.Conventions.Rules;

/// <summary>What is public explains itself.</summary>
public static class Docstrings
{
    /// <summary>
    /// Public types, and their public methods and properties; not overrides, constructors or a record's positional members. Of a
    /// partial type one part explains it.
    /// </summary>
    public static IEnumerable<Finding> Check(SourceTree tree)
    {
        var files = tree.CSharp([.. Modules.Documented]).ToList();
        var explained = files
            .SelectMany(file => file.Syntax.DescendantNodes().OfType<TypeDeclarationSyntax>())
            .Where(type => type.Modifiers.Any(SyntaxKind.PartialKeyword) && HasSummary(type))
            .Select(FullName)
            .ToHashSet();
        foreach (var file in files)
        {
            foreach (var member in file.Syntax.DescendantNodes().OfType<MemberDeclarationSyntax>().Where(MustExplain))
            {
                if (HasSummary(member) || (member is TypeDeclarationSyntax type && explained.Contains(FullName(type)))) continue;
                yield return file.At(NameOf(member), $"public '{NameOf(member).Text}' has no /// <summary>: say what a caller must know.");
            }
        }
    }

    private static bool MustExplain(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax or DelegateDeclarationSyntax => IsPublic(member),
        MethodDeclarationSyntax or PropertyDeclarationSyntax =>
            IsPublic(member) && !member.Modifiers.Any(SyntaxKind.OverrideKeyword),
        _ => false,
    };

    private static bool IsPublic(MemberDeclarationSyntax member) => member.Parent switch
    {
        InterfaceDeclarationSyntax parent => !member.Modifiers.Any(SyntaxKind.PrivateKeyword) && IsPublic(parent),
        MemberDeclarationSyntax parent and not BaseNamespaceDeclarationSyntax => HasPublic(member) && IsPublic(parent),
        _ => HasPublic(member),
    };

    private static bool HasPublic(MemberDeclarationSyntax member) => member.Modifiers.Any(SyntaxKind.PublicKeyword);

    private static bool HasSummary(MemberDeclarationSyntax member) => member
        .GetLeadingTrivia()
        .Select(trivia => trivia.GetStructure())
        .OfType<DocumentationCommentTriviaSyntax>()
        .SelectMany(comment => comment.Content)
        .Any(node => TagOf(node) is "summary" or "inheritdoc");

    private static string? TagOf(XmlNodeSyntax node) => node switch
    {
        XmlElementSyntax element => element.StartTag.Name.LocalName.Text,
        XmlEmptyElementSyntax element => element.Name.LocalName.Text,
        _ => null,
    };

    private static SyntaxToken NameOf(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier,
        DelegateDeclarationSyntax type => type.Identifier,
        MethodDeclarationSyntax method => method.Identifier,
        PropertyDeclarationSyntax property => property.Identifier,
        _ => member.GetFirstToken(),
    };

    private static string FullName(TypeDeclarationSyntax type)
    {
        var names = type.AncestorsAndSelf().Select(node => node switch
        {
            TypeDeclarationSyntax part => $"{part.Identifier.Text}`{part.Arity}",
            BaseNamespaceDeclarationSyntax part => part.Name.ToString(),
            _ => "",
        });
        return string.Join('.', names.Where(name => name != "").Reverse());
    }
}
