using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Iij.Tests.Conventions.Rules;

/// <summary>A type is found by the name of its file.</summary>
public static class FileNames
{
    /// <summary>So many lines may a small type have that is in the file of another.</summary>
    private const int SmallLines = 12;

    /// <summary>
    /// A top-level type is in the file of its name ("Name.cs", or "Name.Part.cs" for a part of it). A short record, enum, delegate or
    /// exception may be in the file of the type that uses it.
    /// </summary>
    public static IEnumerable<Finding> Check(SourceTree tree)
    {
        foreach (var file in tree.CSharp("services", "tests"))
        {
            var types = TopLevel(file.Syntax).ToList();
            var name = file.Name.Split('.')[0];
            var isNamed = types.Any(type => NameOf(type) == name);
            foreach (var type in types.Where(type => NameOf(type) != name && !(isNamed && IsSmall(type))))
            {
                yield return file.At(type, $"'{NameOf(type)}' is in {file.Name}: give it the file {NameOf(type)}.cs.");
            }
        }
    }

    private static IEnumerable<MemberDeclarationSyntax> TopLevel(SyntaxNode root) => root
        .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .OfType<MemberDeclarationSyntax>()
        .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    private static string NameOf(MemberDeclarationSyntax type) =>
        type is BaseTypeDeclarationSyntax declared ? declared.Identifier.Text : ((DelegateDeclarationSyntax)type).Identifier.Text;

    private static bool IsSmall(MemberDeclarationSyntax type)
    {
        var lines = type.GetLocation().GetLineSpan();
        return lines.EndLinePosition.Line - lines.StartLinePosition.Line < SmallLines
            && (type is RecordDeclarationSyntax or EnumDeclarationSyntax or DelegateDeclarationSyntax
                || NameOf(type).EndsWith("Exception", StringComparison.Ordinal));
    }
}
