using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Iij.Tests.Conventions;

/// <summary>One text file of the tree; the path is relative to the root and has forward slashes.</summary>
public sealed class SourceFile
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview, DocumentationMode.Parse);
    private readonly Lazy<SyntaxNode> _syntax;

    /// <summary>The text is parsed at the first look at its syntax.</summary>
    public SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        Lines = text.TrimEnd('\n').Split('\n');
        _syntax = new Lazy<SyntaxNode>(() => CSharpSyntaxTree.ParseText(Text, Options, Path).GetRoot());
    }

    /// <summary>Where it is: <c>services/Closing/Relay.cs</c>.</summary>
    public string Path { get; }

    /// <summary>All of it.</summary>
    public string Text { get; }

    /// <summary>The text by line; the last line end starts no further line.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The file's name with its extension.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The C# syntax.</summary>
    public SyntaxNode Syntax => _syntax.Value;

    /// <summary>True for a file in one of the folders, however deep.</summary>
    public bool IsUnder(params string[] folders) =>
        folders.Any(folder => Path.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>True when the name ends so: <c>.cs</c>, <c>Store.cs</c>.</summary>
    public bool Ends(params string[] endings) => endings.Any(ending => Path.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>A finding where the node begins.</summary>
    public Finding At(SyntaxNodeOrToken place, string advice) =>
        new(Path, place.GetLocation()!.GetLineSpan().StartLinePosition.Line + 1, advice);

    /// <summary>A finding at a line counted from 1.</summary>
    public Finding At(int line, string advice) => new(Path, line, advice);
}
