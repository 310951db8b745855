using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Iij.Contracts;
using Iij.Tests.Servers;
using Xunit;

namespace Iij.Tests.SixthSource;

/// <summary>What the files of a deployment say of a sixth source, once they are rendered from a description that has it.</summary>
public sealed class DeployFilesTests : IDisposable
{
    private readonly RenderedFolder _folder = new();

    public static TheoryData<string> Files => new(Deployment.Files);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_changes_only_by_the_row(string file)
    {
        var (before, after) = (File.ReadAllText(Path.Combine(Checkout.Root, file)), _folder.Read(file));
        Assert.NotEqual(before, after);
        Assert.Equal(before, Deployment.Render(file, after, SourceDescription.All));
    }

    [Fact]
    public void The_stack_migrates_and_serves_it_with_users_and_a_port_of_its_own()
    {
        var stack = _folder.Read("docker-compose.yml");
        Assert.Contains("&services [network, backlog, cloud, atm, group, toy, reporting]\n", stack, StringComparison.Ordinal);
        Assert.Contains("  Peers__toy: http://toy:8080\n", stack, StringComparison.Ordinal);
        Says(stack, "migrate-toy", "command: [Iij.Toy.dll, migrate]", "user: \"10208:10208\"", "IIJ_SECRETS: /run/secrets/toy-owner",
            "Storage__ServingRole: toy_service");
        Says(stack, "toy", "command: [Iij.Toy.dll]", "user: \"10108:10108\"", "IIJ_SECRETS: /run/secrets/toy, Signing__KeyFile: /run/keys/toy/toy.key.pem}",
            "[\"127.0.0.1:${IIJ_PORT_TOY:-5108}:8080\"]", "migrate-toy: {condition: service_completed_successfully}");
        // As many user ids as users: no container has that of another.
        var users = Regex.Matches(stack, @"user: ""(\d{5}):").Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(users.Count, users.Distinct().Count());
    }

    [ComposeFact]
    public Task Compose_reads_the_stack() => Command.RunAsync(["docker", "compose", "--profile", "load", "config", "--quiet"], _folder.Path);

    [Fact]
    public void The_broker_knows_it_with_the_rights_of_a_source()
    {
        var broker = JsonNode.Parse(_folder.Read("deploy/rabbitmq/definitions.json"))!;
        Assert.Contains(broker["users"]!.AsArray(), user => (string?)user!["name"] == "toy" && (string?)user["password_hash"] == "@toy@");
        var rights = broker["permissions"]!.AsArray().ToDictionary(right => (string)right!["user"]!, right => right!.ToJsonString());
        Assert.Equal(rights["atm"].Replace("\"atm\"", "\"toy\"", StringComparison.Ordinal), rights["toy"]);
    }

    [Fact]
    public void Callers_reporting_a_developer_and_the_page_know_it()
    {
        Assert.Equal("http://toy:8080", (string?)JsonNode.Parse(_folder.Read("deploy/endpoints.json"))!["toy"]);
        Assert.Contains("\"Peers__toy\": \"http://127.0.0.1:5108\"", _folder.Read(Deployment.ProfileOf("Reporting")), StringComparison.Ordinal);
        Assert.Contains("5106, 5107, 5108]", _folder.Read(".devcontainer/devcontainer.json"), StringComparison.Ordinal);
        Assert.Contains("\"source.toy\": [\"Toys\", \"玩具\"],\n", _folder.Read("services/Dashboard/src/words.ts"), StringComparison.Ordinal);
        var profile = JsonNode.Parse(Deployment.Render(Deployment.ProfileOf("Toy"), "", ToyDescription.All))!["profiles"]!["toy"]!;
        Assert.Equal("http://127.0.0.1:5108", (string?)profile["environmentVariables"]!["Listen"]);
    }

    private static void Says(string stack, string service, params string[] words)
    {
        var block = Regex.Match(stack, $@"^  {service}:\n(    .*\n|\n)*", RegexOptions.Multiline).Value;
        Assert.All(words, word => Assert.Contains(word, block, StringComparison.Ordinal));
    }
}
