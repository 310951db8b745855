using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Iij.Tests.Conventions.Rules;

/// <summary>What is read at one look has a limit.</summary>
public static class Lengths
{
    private const int MethodLinesMax = 40;
    private const int FileLinesMax = 500;
    private const int LineCharactersMax = 160;
    private const int ProgramLinesMax = 20;

    /// <summary>No method, accessor or local function over 40 lines, from its first word to its last brace.</summary>
    public static IEnumerable<Finding> Methods(SourceTree tree)
    {
        foreach (var file in tree.CSharp("services", "tests"))
        {
            foreach (var member in file.Syntax.DescendantNodes().Where(IsMethod))
            {
                var span = member.GetLocation().GetLineSpan();
                var lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
                if (lines > MethodLinesMax) yield return file.At(member, $"{lines} lines, {MethodLinesMax} at most: name the parts of it.");
            }
        }
    }

    /// <summary>No C# or SQL file over 500 lines.</summary>
    public static IEnumerable<Finding> Files(SourceTree tree) => Texts(tree)
        .Where(file => file.Lines.Count > FileLinesMax)
        .Select(file => file.At(FileLinesMax + 1, $"{file.Lines.Count} lines in one file, {FileLinesMax} at most: it has two subjects."));

    /// <summary>No line over 160 characters in C# or SQL.</summary>
    public static IEnumerable<Finding> Lines(SourceTree tree) => Texts(tree)
        .SelectMany(file => file.Lines
            .Select((line, index) => (line.Length, Number: index + 1))
            .Where(line => line.Length > LineCharactersMax)
            .Select(line => file.At(line.Number, $"{line.Length} characters in one line, {LineCharactersMax} at most: break it.")));

    /// <summary>The entry point of a source only assembles.</summary>
    public static IEnumerable<Finding> Programs(SourceTree tree) => Modules.Sources
        .SelectMany(source => tree.Files.Where(file => file.Path == $"services/{source}/Program.cs"))
        .Where(file => file.Lines.Count > ProgramLinesMax)
        .Select(file => file.At(ProgramLinesMax + 1, $"{file.Lines.Count} lines, {ProgramLinesMax} at most: it only assembles."));

    private static IEnumerable<SourceFile> Texts(SourceTree tree) =>
        tree.CSharp("services", "tests").Concat(tree.Files.Where(file => file.Ends(".sql") && file.IsUnder("services", "tests")));

    private static bool IsMethod(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax;
}
