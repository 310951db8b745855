using Iij.Contracts;
using Npgsql;

namespace Iij.Tests.Servers;

/// <summary>
/// Private servers with the databases, roles, users and queues of a deployment, made by the same files of deploy/ that
/// docker-compose.yml runs. What a service is told is in a folder of secrets, as in its container.
/// </summary>
public sealed class DeployedServers : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-secrets-").FullName;
    private readonly PostgresServer _postgres = PostgresServer.CreateOwn();
    private readonly RabbitServer _rabbit = RabbitServer.CreateOwn();
    private readonly string _deploy;

    private DeployedServers(string deploy) => _deploy = deploy;

    /// <summary>The databases, each of which has the roles NAME_owner and NAME_service.</summary>
    public static IReadOnlyList<string> Databases { get; } = [.. SourceDescription.All.Select(source => source.Name), "reporting"];

    /// <summary>Starts and fills the servers.</summary>
    /// <param name="deploy">The folder of the files; that of the checkout where none is named.</param>
    public static async Task<DeployedServers> StartAsync(string? deploy = null)
    {
        var servers = new DeployedServers(deploy ?? Path.Combine(Checkout.Root, "deploy"));
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

    /// <summary>The file of a source's signing key.</summary>
    public string KeyOf(string source) => Path.Combine(_folder, "keys", source, source + ".key.pem");

    /// <summary>The folder of the public keys.</summary>
    public string PublicKeys => Path.Combine(_folder, "keys", "public");

    /// <summary>What a service connects to its database with.</summary>
    public string ConnectionString(string database, string suffix = "") => Secret(database + suffix, "Storage__ConnectionString");

    /// <summary>What a service connects to the broker with.</summary>
    public Uri BusUri(string service) => new(Secret(service, "Bus__Uri"));

    /// <summary>Lets the migration of a database run with the role that owns its tables.</summary>
    public Task MigrateAsync(string name, string program) => Command.RunAsync(["dotnet", program, "migrate"], _folder, new Dictionary<string, string>
    {
        ["IIJ_SECRETS"] = SecretsOf(name + "-owner"), ["Storage__Engine"] = "postgres", ["Storage__ServingRole"] = name + "_service",
    });

    /// <summary>Makes databases and roles; done again it changes nothing.</summary>
    public async Task MakeRolesAsync()
    {
        var postgres = new NpgsqlConnectionStringBuilder(await _postgres.StartAsync());
        await Command.RunAsync(["bash", Deploy("postgres/roles.sh"), SecretsOf("postgres")], _folder, new Dictionary<string, string>
        {
            ["PGHOST"] = postgres.Host!, ["PGPORT"] = $"{postgres.Port}", ["PGUSER"] = postgres.Username!,
        });
    }

    /// <inheritdoc/>
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
        await Command.RunAsync(["bash", Deploy("secrets.sh"), _folder, Deploy("rabbitmq/definitions.json")], _folder, new Dictionary<string, string>
        {
            ["POSTGRES_AT"] = $"Host={postgres.Host};Port={postgres.Port}", ["BUS_AT"] = rabbit.Authority,
        });
        await MakeRolesAsync();
        await _rabbit.ImportAsync(Secret("rabbitmq", "definitions.json"));
    }

    private string Secret(string reader, string name) => File.ReadAllText(Path.Combine(SecretsOf(reader), name));

    private string Deploy(string file) => Path.Combine(_deploy, file);
}
