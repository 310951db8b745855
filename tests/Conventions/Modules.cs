namespace Iij.Tests.Conventions;

/// <summary>The modules and which projects each may reference; ARCHITECTURE.md says why.</summary>
public static class Modules
{
    private static readonly string[] Shared = ["Contracts", "Client", "Platform", "Closing"];

    /// <summary>The folders of the sources, by the names in deploy/sources.csv.</summary>
    public static IReadOnlyList<string> Sources { get; } = [.. File.ReadLines(Path.Combine(SourceTree.Root, "deploy", "sources.csv"))
        .Skip(1).Select(row => char.ToUpperInvariant(row[0]) + row[1..row.IndexOf(',')])];

    /// <summary>The folders whose public members explain themselves.</summary>
    public static IReadOnlyList<string> Documented { get; } =
        [.. new[] { "Contracts", "Client", "Platform", "Closing", "Reporting" }.Concat(Sources).Select(module => "services/" + module)];

    /// <summary>By project: the projects it may reference.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> MayReference { get; } = Graph();

    private static Dictionary<string, IReadOnlyList<string>> Graph()
    {
        var graph = new Dictionary<string, IReadOnlyList<string>>
        {
            ["Contracts"] = [],
            ["Client"] = ["Contracts"],
            ["Platform"] = ["Contracts", "Client"],
            ["Closing"] = ["Contracts", "Client", "Platform"],
            ["Reporting"] = ["Contracts", "Client", "Platform"],
            ["Cli"] = ["Contracts", "Client"],
            ["Local"] = [.. Shared, .. Sources, "Reporting"],
        };
        foreach (var source in Sources) graph[source] = Shared;
        return graph;
    }
}
