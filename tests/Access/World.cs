using Grpc.Core;
using Grpc.Net.Client;
using Iij.Client;
using Iij.Local;
using Iij.Platform;
using Iij.Reporting;
using Iij.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;

namespace Iij.Tests.Access;

/// <summary>Every service in this process, each of which asks its callers for a token of one issuer.</summary>
public sealed class World : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-access-").FullName;
    private readonly Dictionary<string, WebApplication> _apps = [];
    private readonly Dictionary<string, GrpcChannel> _channels = [];

    internal Issuer Issuer { get; private set; } = null!;

    internal IEnumerable<string> Services => _apps.Keys;

    internal Uri Http => _apps["reporting"].HttpAddress()!;

    public async Task InitializeAsync()
    {
        Issuer = await Issuer.StartAsync();
        var reporting = Settings("reporting");
        reporting.Http = "http://127.0.0.1:0";
        reporting.Identity.Client = new ClientSettings { Id = "reporting", Secret = Issuer.Secret };
        foreach (var (name, build) in LocalServices.Hosts)
        {
            await StartAsync(name, await build(Settings(name), (_, _) => Task.CompletedTask, null));
            reporting.Peers[name] = _apps[name].Address().ToString();
        }

        await StartAsync("reporting", await ReportingHost.BuildAsync(reporting));
    }

    public async Task DisposeAsync()
    {
        foreach (var channel in _channels.Values)
            channel.Dispose();
        foreach (var app in _apps.Values.Reverse())
            await app.DisposeAsync();
        await Issuer.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    internal GrpcChannel this[string service] => _channels[service];

    internal static Metadata Bearer(string? token, string? actor = null)
    {
        var metadata = actor is null ? [] : ActorMetadata.Of(actor);
        if (token is not null)
            metadata.Add("authorization", $"Bearer {token}");
        return metadata;
    }

    /// <summary>The number of rows of every table of every service.</summary>
    internal async Task<string> RowsAsync()
    {
        var counts = new List<string>();
        foreach (var name in Services)
        {
            await using var connection = new SqliteConnection($"Data Source={PathOf(name)};Mode=ReadOnly;Pooling=False");
            await connection.OpenAsync();
            foreach (var table in await TablesAsync(connection))
                counts.Add($"{name}.{table} {await ScalarAsync(connection, $"SELECT COUNT(*) FROM \"{table}\"")}");
        }

        return string.Join('\n', counts);
    }

    private static async Task<IReadOnlyList<string>> TablesAsync(SqliteConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names;
    }

    private static async Task<object?> ScalarAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync();
    }

    private string PathOf(string service) => Path.Combine(_folder, service + ".db");

    private ServiceSettings Settings(string name) => new()
    {
        Relay = false, FillGaps = false, Storage = new StorageSettings { Path = PathOf(name) },
        Signing = new SigningSettings { KeyFile = SourceKeys.FileOf(name), PublicKeys = SourceKeys.Folder },
        Identity = new IdentitySettings { Authority = Issuer.Address, Audience = Issuer.Audience },
    };

    private async Task StartAsync(string name, WebApplication app)
    {
        _apps[name] = app;
        await app.StartAsync();
        _channels[name] = GrpcChannel.ForAddress(app.Address());
    }
}
