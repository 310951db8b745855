using System.Diagnostics;
using Iij.Tests.Servers;
using Npgsql;

namespace Iij.Tests.Processes;

/// <summary>
/// Private servers with the databases, roles, users and queues of a deployment, made by the same files of deploy/ that
/// docker-compose.yml runs. What a service is told is in a folder of secrets, as in its container.
/// </summary>
internal sealed class DeployedServers : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-secrets-").FullName;
    private readonly PostgresServer _postgres = PostgresServer.CreateOwn();
    private readonly RabbitServer _rabbit = RabbitServer.CreateOwn();

    private DeployedServers()
    {
    }

    /// <summary>The databases, each of which has the roles NAME_owner and NAME_service.</summary>
    public static IReadOnlyList<string> Databases { get; } = [.. SixProcesses.Projects.Keys];

    public static async Task<DeployedServers> StartAsync()
    {
        var servers = new DeployedServers();
        try
        {
            await servers.DeployAsync();
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>The folder of a service's secrets; "network-owner" is that of the one who migrates network.</summary>
    public string SecretsOf(string reader) => Path.Combine(_folder, reader);

    /// <summary>What a service connects to its database with.</summary>
    public string ConnectionString(string database, string suffix = "") => Secret(database + suffix, "Storage__ConnectionString");

    /// <summary>What a service connects to the broker with.</summary>
    public Uri BusUri(string service) => new(Secret(service, "Bus__Uri"));

    /// <summary>Lets the migration of every database run with the role that owns its tables.</summary>
    public Task MigrateAsync() => Task.WhenAll(SixProcesses.Projects.Select(project =>
        RunAsync("dotnet", [SixProcesses.Program(project.Value), "migrate"], new()
        {
            ["IIJ_SECRETS"] = SecretsOf(project.Key + "-owner"),
            ["Storage__Engine"] = "postgres", ["Storage__ServingRole"] = project.Key + "_service",
        })));

    /// <summary>Makes databases and roles; done again it changes nothing.</summary>
    public async Task MakeRolesAsync()
    {
        var postgres = new NpgsqlConnectionStringBuilder(await _postgres.StartAsync());
        await RunAsync("bash", [Deploy("postgres/roles.sh"), SecretsOf("postgres")], new()
        {
            ["PGHOST"] = postgres.Host!, ["PGPORT"] = $"{postgres.Port}", ["PGUSER"] = postgres.Username!,
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        await _rabbit.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task DeployAsync()
    {
        var postgres = new NpgsqlConnectionStringBuilder(await _postgres.StartAsync());
        var rabbit = await _rabbit.StartAsync();
        await RunAsync("bash", [Deploy("secrets.sh"), _folder, Deploy("rabbitmq/definitions.json")], new()
        {
            ["POSTGRES_AT"] = $"Host={postgres.Host};Port={postgres.Port}", ["BUS_AT"] = rabbit.Authority,
        });
        await MakeRolesAsync();
        await _rabbit.ImportAsync(Secret("rabbitmq", "definitions.json"));
    }

    private string Secret(string reader, string name) => File.ReadAllText(Path.Combine(SecretsOf(reader), name));

    private static string Deploy(string file) => Path.Combine(Checkout.Root, "deploy", file);

    private static async Task RunAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}:\n{await output}\n{await errors}");
    }
}
