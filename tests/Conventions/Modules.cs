namespace Iij.Tests.Conventions;

/// <summary>The modules and which projects each may reference; ARCHITECTURE.md says why.</summary>
public static class Modules
{
    private static readonly string[] Shared = ["Contracts", "Client", "Platform", "Closing"];

    /// <summary>A sixth source is one more word here.</summary>
    public static IReadOnlyList<string> Sources { get; } = ["Network", "Backlog", "Cloud", "Atm", "Group"];

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
