using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Iij.Tests.Conventions.Rules;

/// <summary>An interface per class is ceremony; one that only a test implements proves the test.</summary>
public static partial class LoneInterface
{
    /// <summary>Every interface under services has two implementations under services.</summary>
    public static IEnumerable<Finding> Check(SourceTree tree)
    {
        var files = tree.CSharp("services").ToList();
        var implementations = files
            .SelectMany(file => file.Syntax.DescendantNodes().OfType<TypeDeclarationSyntax>())
            .Where(type => type is not InterfaceDeclarationSyntax)
            .SelectMany(type => type.BaseList?.Types.Select(name => SimpleName(name.Type)) ?? [])
            .CountBy(name => name)
            .ToDictionary();
        foreach (var file in files)
        {
            foreach (var declared in file.Syntax.DescendantNodes().OfType<InterfaceDeclarationSyntax>())
            {
                var name = declared.Identifier.Text;
                var count = implementations.GetValueOrDefault(name);
                if (count >= 2 || !Named().IsMatch(name)) continue;
                yield return file.At(declared.Identifier, $"{name} has {count} implementation(s): take the class itself, or a function.");
            }
        }
    }

    private static string SimpleName(TypeSyntax type) => type switch
    {
        SimpleNameSyntax simple => simple.Identifier.Text,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        AliasQualifiedNameSyntax aliased => aliased.Name.Identifier.Text,
        _ => "",
    };

    [GeneratedRegex("^I[A-Z]")]
    private static partial Regex Named();
}
