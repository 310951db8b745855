using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Iij.Tests.Conventions.Rules;

/// <summary>Names that say nothing, and promises that nobody keeps.</summary>
public static partial class Words
{
    /// <summary>This project holds the words themselves, as its rules and samples.</summary>
    private const string ThisProject = "tests/Conventions";

    private static readonly Dictionary<string, string> Better = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Common"] = "say what is common: Platform, Closing, or the one thing it holds",
        ["Core"] = "say what it is the core of: Closing",
        ["Helper"] = "name the thing it makes or knows",
        ["Helpers"] = "name the thing each makes or knows, one file each",
        ["Manager"] = "say what it does: Relay, Writer, Runner",
        ["Misc"] = "one folder for each thing",
        ["Util"] = "name the thing it makes or knows",
        ["Utils"] = "name the thing each makes or knows, one file each",
        ["Utility"] = "name the thing it makes or knows",
        ["Utilities"] = "name the thing each makes or knows, one file each",
    };

    /// <summary>Folders, files and types.</summary>
    public static IEnumerable<Finding> InNames(SourceTree tree)
    {
        var paths = tree.Files.SelectMany(file => Advice(file.Path).Select(advice => file.At(1, advice)));
        var types = tree.CSharp("services", "tests").SelectMany(file => file.Syntax
            .DescendantNodes()
            .OfType<BaseTypeDeclarationSyntax>()
            .SelectMany(type => Advice(type.Identifier.Text).Select(advice => file.At(type.Identifier, advice))));
        return paths.Concat(types);
    }

    /// <summary>Marks of unfinished work, in every file.</summary>
    public static IEnumerable<Finding> Unfinished(SourceTree tree) => tree.Files
        .Where(file => !file.IsUnder(ThisProject))
        .SelectMany(file => file.Lines
            .Select((line, index) => (Mark: Mark().Match(line).Value, Number: index + 1))
            .Where(line => line.Mark != "")
            .Select(line => file.At(line.Number, $"{line.Mark}: do it now, or write down in docs/decisions why not.")));

    private static IEnumerable<string> Advice(string name)
    {
        var words = Word().Matches(name).Select(match => match.Value);
        foreach (var word in words.Where(Better.ContainsKey)) yield return $"'{word}' in '{name}' says nothing: {Better[word]}.";
        if (name.Contains("BuildingBlocks", StringComparison.OrdinalIgnoreCase)) yield return $"'{name}' says nothing: name each block.";
    }

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Mark();
}
