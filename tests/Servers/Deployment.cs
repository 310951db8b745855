using System.Text.RegularExpressions;
using Iij.Contracts;

namespace Iij.Tests.Servers;

/// <summary>
/// The files that name every source but cannot read deploy/sources.csv: rendered from it, whole or between two lines. What a source has
/// follows from its name and port.
/// </summary>
public static class Deployment
{
    private const string Begin = "begin: rendered from deploy/sources.csv";
    private const string End = "end";

    /// <summary>The files that always exist; each source has its launch profile beside them.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        "docker-compose.yml", "deploy/endpoints.json", "deploy/rabbitmq/definitions.json", "services/Dashboard/src/words.ts",
        ".devcontainer/devcontainer.json", "deploy/prometheus/prometheus.yml", ProfileOf("Reporting"),
    ];

    /// <summary>The launch profile of a project.</summary>
    public static string ProfileOf(string project) => $"services/{project}/Properties/launchSettings.json";

    /// <summary>The text of a file with these sources.</summary>
    /// <param name="file">Its path in the repository.</param>
    /// <param name="text">Its text as it is; what is not about sources stays.</param>
    /// <param name="sources">The sources.</param>
    public static string Render(string file, string text, IReadOnlyList<SourceDescription> sources)
    {
        string[] services = [.. sources.Select(source => source.Name), "reporting"];
        return file switch
        {
            "docker-compose.yml" => Stack(text, sources, services),
            "deploy/endpoints.json" => $"{{\n{Rows(services, name => $"  \"{name}\": \"{Address(name)}\"")}\n}}\n",
            "deploy/rabbitmq/definitions.json" => Broker(text, sources, services),
            "services/Dashboard/src/words.ts" => Between(text, $"    // {Begin}", $"    // {End}", string.Concat(sources.Select(source =>
                $"    \"source.{source.Name}\": [\"{source.English}\", \"{source.Japanese}\"],\n"))),
            ".devcontainer/devcontainer.json" => Regex.Replace(text, @"""forwardPorts"": \[.*\]",
                $"\"forwardPorts\": [{string.Join(", ", sources.Select(source => source.Port).Concat([5106, 5107]).Order())}]"),
            "deploy/prometheus/prometheus.yml" => Regex.Replace(text, @"targets: \[.*\]",
                $"targets: [{string.Join(", ", services.Select(name => $"\"{name}:9100\""))}]"),
            _ when file == ProfileOf("Reporting") => Profile("reporting", 5106, sources.Select(source => (source.Name, source.Port))),
            _ => sources.Where(source => file == ProfileOf(source.Project)).Select(source => Profile(source.Name, source.Port, [])).Single(),
        };
    }

    private static string Stack(string text, IReadOnlyList<SourceDescription> sources, string[] services)
    {
        var shared = Between(text, $"# {Begin}", $"# {End}", $"x-services: &services [{string.Join(", ", services)}]\n\nx-peers: &peers\n"
            + string.Concat(sources.Select(source => $"  Peers__{source.Name}: {Address(source.Name)}\n")));
        return Between(shared, $"  # {Begin}", $"  # {End}", string.Join('\n', sources.Select(Containers)));
    }

    private static string Containers(SourceDescription source)
    {
        var (name, program, serving, migrating) = (source.Name, $"Iij.{source.Project}.dll", source.Port + 5000, source.Port + 5100);
        return $$"""
              migrate-{{name}}:
                <<: *migration
                command: [{{program}}, migrate]
                user: "{{migrating}}:{{migrating}}"
                environment: {IIJ_SECRETS: /run/secrets/{{name}}-owner, Storage__Engine: postgres, Storage__ServingRole: {{name}}_service}

              {{name}}:
                <<: *service
                command: [{{program}}]
                user: "{{serving}}:{{serving}}"
                environment: {<<: *environment, IIJ_SECRETS: /run/secrets/{{name}}, Signing__KeyFile: /run/keys/{{name}}/{{name}}.key.pem}
                ports: ["127.0.0.1:${IIJ_PORT_{{name.ToUpperInvariant()}}:-{{source.Port}}}:8080"]
                healthcheck: {<<: *health, test: [CMD, dotnet, {{program}}, health]}
                depends_on:
                  migrate-{{name}}: {condition: service_completed_successfully}
                  rabbitmq: {condition: service_healthy}

            """;
    }

    // A source publishes period events. MassTransit declares the exchange before it publishes, which needs the right to configure it.
    private static string Broker(string text, IReadOnlyList<SourceDescription> sources, string[] services)
    {
        var users = Rows(services, name => $$"""
                {"name": "{{name}}", "password_hash": "@{{name}}@", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": []}
            """);
        var reporting = text.Split('\n').Single(line => line.Contains("{\"user\": \"reporting\"", StringComparison.Ordinal));
        var rights = sources.Select(source => $$"""
                {"user": "{{source.Name}}", "vhost": "iij", "configure": "^period-events$", "write": "^period-events$", "read": "^$"}
            """).Append(reporting);
        return Between(Between(text, "  \"users\": [", "  ],", users + "\n"), "  \"permissions\": [", "  ],", string.Join(",\n", rights) + "\n");
    }

    private static string Profile(string name, int port, IEnumerable<(string Name, int Port)> peers)
    {
        string[] settings =
        [
            $"\"Listen\": \"http://127.0.0.1:{port}\"", $"\"Observe\": \"http://127.0.0.1:{port + 4000}\"",
            $"\"Storage__Path\": \"../../.data/dev/{name}.db\"", .. name == "reporting" ? ["\"Http\": \"http://127.0.0.1:5107\""] : Array.Empty<string>(),
            $"\"Signing__KeyFile\": \"../../.data/dev/keys/{name}.key.pem\"",
            .. name == "reporting" ? ["\"Signing__PublicKeys\": \"../../.data/dev/keys\""] : Array.Empty<string>(),
            .. peers.Select(peer => $"\"Peers__{peer.Name}\": \"http://127.0.0.1:{peer.Port}\""),
        ];
        return $$"""
            {
              "$schema": "https://json.schemastore.org/launchsettings.json",
              "profiles": {
                "{{name}}": {
                  "commandName": "Project",
                  "workingDirectory": "$(ProjectDir)",
                  "environmentVariables": {
            {{Rows(settings, setting => "        " + setting)}}
                  }
                }
              }
            }

            """;
    }

    private static string Address(string name) => $"http://{name}:8080";

    private static string Rows(IEnumerable<string> names, Func<string, string> row) => string.Join(",\n", names.Select(row));

    // Replaces what stands between two lines.
    private static string Between(string text, string begin, string end, string content)
    {
        var from = $"\n{text}".IndexOf($"\n{begin}\n", StringComparison.Ordinal) + begin.Length + 1;
        var to = text.IndexOf($"\n{end}\n", from - 1, StringComparison.Ordinal) + 1;
        return from > begin.Length && to >= from ? text[..from] + content + text[to..]
            : throw new InvalidDataException($"there are no lines \"{begin}\" and \"{end}\"");
    }
}
