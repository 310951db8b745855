using System.Text.Json;
using System.Text.RegularExpressions;
using Iij.Contracts;
using Iij.Local;
using Iij.Tests.Servers;
using Xunit;

namespace Iij.Tests.Processes;

/// <summary>
/// The files that name every source are what deploy/sources.csv renders, and its sources are those of the contracts and of ./run. What
/// the files must say is written here once more, by hand.
/// </summary>
public sealed partial class DeployFilesTests
{
    private const string Renewing = "IIJ_RENEW";
    private const int FirstServingUser = 10101;
    private const int FirstMigratingUser = 10201;
    private const int FirstPort = 5101;

    private static readonly string _stack = Read("docker-compose.yml");

    // In this order they have user ids and ports.
    private static readonly string[] _sources = [.. SourceDescription.All.Select(source => source.Name)];
    private static readonly string[] _services = [.. _sources, "reporting"];

    public static TheoryData<string> Services => new(SixProcesses.Projects.Keys);

    public static TheoryData<string> Files =>
        new(Deployment.Files.Concat(SourceDescription.All.Select(source => Deployment.ProfileOf(source.Project))));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_is_what_the_description_renders(string file)
    {
        var rendered = Deployment.Render(file, Read(file), SourceDescription.All);
        if (Environment.GetEnvironmentVariable(Renewing) == "1")
            File.WriteAllText(Path.Combine(Checkout.Root, file), rendered);
        Assert.True(rendered == Read(file), $"{file} is not what deploy/sources.csv renders; renew it: "
            + $"{Renewing}=1 dotnet test tests/Processes --filter DeployFilesTests");
    }

    [Fact]
    public void The_sources_are_those_of_the_catalog()
    {
        var known = MeasureCatalog.Measures.Values.Select(measure => measure.Source).Distinct().Order().ToList();
        Assert.Equal(known, _sources.Order());
        Assert.Equal(_sources, LocalServices.Hosts.Keys);
    }

    [Fact]
    public void Every_service_has_an_endpoint() => Assert.Equal(
        _services.ToDictionary(name => name, name => $"http://{name}:8080"),
        JsonSerializer.Deserialize<Dictionary<string, string>>(Read("deploy/endpoints.json")));

    [Fact]
    public void Every_service_is_a_user_of_the_broker_and_every_source_has_the_same_rights()
    {
        using var broker = JsonDocument.Parse(Read("deploy/rabbitmq/definitions.json"));
        var users = broker.RootElement.GetProperty("users").EnumerateArray()
            .Select(user => (user.GetProperty("name").GetString(), user.GetProperty("password_hash").GetString()));
        Assert.Equal(_services.Select(name => ((string?)name, (string?)$"@{name}@")), users);
        var rights = broker.RootElement.GetProperty("permissions").EnumerateArray()
            .ToDictionary(right => right.GetProperty("user").GetString()!, right => right.GetRawText());
        Assert.Equal(_services, rights.Keys);
        Assert.All(_sources, name => Assert.Equal(rights[_sources[0]].Replace($"\"{_sources[0]}\"", $"\"{name}\"", StringComparison.Ordinal), rights[name]));
    }

    [Fact]
    public void The_stack_has_these_services_and_no_others()
    {
        Assert.Equal(_services, Serving().Matches(_stack).Select(match => match.Groups["name"].Value));
        Assert.Equal(_services, Migrating().Matches(_stack).Select(match => match.Groups["name"].Value));
        Assert.Contains($"\nx-services: &services [{string.Join(", ", _services)}]\n", _stack, StringComparison.Ordinal);
        Assert.Contains($"\nx-peers: &peers\n{string.Concat(_sources.Select(source => $"  Peers__{source}: http://{source}:8080\n"))}", _stack,
            StringComparison.Ordinal);
        Says("load", "depends_on: *services");
        Says("reporting", "<<: [*environment, *peers]");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_of_the_stack_has_its_own_program_user_secrets_and_port(string name)
    {
        var (program, place) = ($"Iij.{SixProcesses.Projects[name]}.dll", Array.IndexOf(_services, name));
        var (serving, migrating) = (FirstServingUser + place, FirstMigratingUser + place);
        Says(name, $"command: [{program}]", $"user: \"{serving}:{serving}\"", $"IIJ_SECRETS: /run/secrets/{name}",
            $"127.0.0.1:${{IIJ_PORT_{name.ToUpperInvariant()}:-{FirstPort + place}}}:8080", $"[CMD, dotnet, {program}, health]",
            $"migrate-{name}: {{condition: service_completed_successfully}}");
        Says($"migrate-{name}", $"command: [{program}, migrate]", $"user: \"{migrating}:{migrating}\"",
            $"IIJ_SECRETS: /run/secrets/{name}-owner", $"Storage__ServingRole: {name}_service");
    }

    // What a service of docker-compose.yml says, each a whole word: "network" is not "network-owner".
    private static void Says(string service, params string[] words)
    {
        var block = Regex.Match(_stack, $@"^  {service}:\n(    .*\n|\n)*", RegexOptions.Multiline).Value;
        Assert.All(words, word => Assert.Matches(Regex.Escape(word) + @"(?![\w-])", block));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Checkout.Root, file));

    [GeneratedRegex(@"^  (?<name>\w+):\n    <<: \*service$", RegexOptions.Multiline)]
    private static partial Regex Serving();

    [GeneratedRegex(@"^  migrate-(?<name>\w+):\n    <<: \*migration$", RegexOptions.Multiline)]
    private static partial Regex Migrating();
}
