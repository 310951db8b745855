using System.Text.RegularExpressions;

namespace Iij.Tests.Conventions.Rules;

/// <summary>Where SQL lives, and that it names its columns.</summary>
public static partial class Sql
{
    /// <summary>The engines' differences are SQL as well, and no store.</summary>
    public static IReadOnlyList<Allowance> Homes { get; } =
    [
        new("services/Platform/Storage/Transaction.cs", "inserts the rows that a store names, many at a time"),
        new("services/Platform/Storage/SqliteEngine.cs", "what only SQLite says"),
        new("services/Platform/Storage/PostgresEngine.cs", "what only PostgreSQL says"),
        new("services/Platform/Storage/SchemaRunner.cs", "the table of applied schema files"),
    ];

    /// <summary>Code runs before and after each migration: a star reads columns that it does not know.</summary>
    public static IEnumerable<Finding> Stars(SourceTree tree)
    {
        const string advice = "a star reads columns that the code does not know: name the columns.";
        var strings = tree.CSharp("services").SelectMany(file => StringTexts.Of(file)
            .Where(literal => Star().IsMatch(literal.Text))
            .Select(literal => file.At(literal.Place, advice)));
        var scripts = Scripts(tree).SelectMany(file => SqlScript.Matches(file, Star()).Select(line => file.At(line, advice)));
        return strings.Concat(scripts);
    }

    /// <summary>Every SQL string of a service is in its store, where it is read beside the others.</summary>
    public static IEnumerable<Finding> OutsideStores(SourceTree tree) => tree
        .CSharp("services")
        .Where(file => !file.Ends("Store.cs") && !Homes.Any(home => home.Path == file.Path))
        .SelectMany(file => StringTexts.Of(file)
            .Where(literal => StringTexts.IsSql(literal.Text))
            .Select(literal => file.At(literal.Place, "SQL lives in a *Store.cs: give the store a method for this.")));

    private static IEnumerable<SourceFile> Scripts(SourceTree tree) =>
        tree.Files.Where(file => file.Ends(".sql") && file.IsUnder("services"));

    [GeneratedRegex(@"\b(select(\s+distinct|\s+all)?|returning)\s+(\w+\.)?\*|\bselect\b[^;()]*,\s*(\w+\.)?\*", RegexOptions.IgnoreCase)]
    private static partial Regex Star();
}
