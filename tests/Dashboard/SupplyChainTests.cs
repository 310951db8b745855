using System.Text.Json.Nodes;
using Iij.Tests.Servers;

namespace Iij.Tests.Dashboard;

/// <summary>What the product is made of: the bill of materials names every package that ships, each under a licence that is allowed.</summary>
public sealed class SupplyChainTests
{
    private static readonly string[] _allowed = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "PostgreSQL", "MPL-2.0", "MS-PL"];
    private static readonly string[] _publicDomain = ["SQLite"]; // has no licence, and says so

    [NodeFact]
    public async Task Every_package_that_ships_is_listed_with_a_licence_that_is_allowed()
    {
        var folder = Directory.CreateTempSubdirectory("iij-sbom-").FullName;
        try
        {
            await Npm.RunAsync("bash", Path.Combine(Checkout.Root, "deploy", "sbom.sh"), folder);
            var (services, page) = (await ComponentsAsync(folder, "services.json"), await ComponentsAsync(folder, "page.json"));
            Assert.Equal(await LockedAsync(), services.Select(NameOf).Order(StringComparer.Ordinal));
            Assert.Contains("echarts", page.Select(part => $"{part["name"]}"));
            Assert.Empty(services.Concat(page).Where(part => !IsAllowed(part)).Select(part => $"{NameOf(part)}: {part["licenses"]?.ToJsonString()}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string NameOf(JsonNode part) => $"{part["name"]} {part["version"]}";

    private static bool IsAllowed(JsonNode part)
    {
        var licences = part["licenses"]?.AsArray().Select(one => $"{one!["license"]?["id"] ?? one["expression"]}").ToList() ?? [];
        return licences.Count > 0 ? licences.TrueForAll(_allowed.Contains) : _publicDomain.Contains($"{part["name"]}");
    }

    private static async Task<IReadOnlyList<JsonNode>> ComponentsAsync(string folder, string name) =>
        [.. JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, name)))!["components"]!.AsArray().Select(part => part!)];

    // The local program refers to every service, and so to every package of them.
    private static async Task<IEnumerable<string>> LockedAsync()
    {
        var locked = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "services", "Local", "packages.lock.json")))!;
        return locked["dependencies"]!.AsObject().SelectMany(framework => framework.Value!.AsObject())
            .Where(package => $"{package.Value!["type"]}" != "Project").Select(package => $"{package.Key} {package.Value!["resolved"]}")
            .Distinct().Order(StringComparer.Ordinal);
    }
}
