namespace Iij.Tests.Tidy;

/// <summary>The rooms of the house and who may enter whom; ARCHITECTURE.md says why.</summary>
public static class House
{
    /// <summary>Contracts of a library that the feed lacks: their shape is not ours.</summary>
    public const string GrpcStandIns = "services/Grpc";

    private static readonly string[] Shared = ["Contracts", "Platform", "Closing"];

    /// <summary>A sixth source is one more word here.</summary>
    public static IReadOnlyList<string> Sources { get; } = ["NetworkServices", "SiBacklog", "GioCloud", "AtmOperations", "Group"];

    /// <summary>The folders whose public members explain themselves.</summary>
    public static IReadOnlyList<string> Documented { get; } =
        [.. new[] { "Contracts", "Platform", "Closing", "Reporting" }.Concat(Sources).Select(room => "services/" + room)];

    /// <summary>By project: the projects it may reference.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> MayReference { get; } = Graph();

    private static Dictionary<string, IReadOnlyList<string>> Graph()
    {
        var graph = new Dictionary<string, IReadOnlyList<string>>
        {
            ["Grpc.Core.Api"] = [],
            ["Grpc.Net.Common"] = ["Grpc.Core.Api"],
            ["Contracts"] = ["Grpc.Core.Api", "Grpc.Net.Common"],
            ["Platform"] = ["Contracts"],
            ["Closing"] = ["Contracts", "Platform"],
            ["Reporting"] = ["Contracts", "Platform"],
            ["Cli"] = ["Contracts", "Platform"],
            ["Local"] = [.. Shared, .. Sources, "Reporting"],
        };
        foreach (var source in Sources) graph[source] = Shared;
        return graph;
    }
}
