using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.PostgreSql;

namespace Iij.Tests.Servers;

/// <summary>A container with one cluster in a volume of its own, on a port of the loopback interface that stays the same, fsync on.</summary>
internal sealed class ContainerPostgres : IPrivatePostgres
{
    /// <summary>The image, as docker-compose.yml has it.</summary>
    public const string Image = "postgres:17";

    private const string Volume = "/var/lib/postgresql/data";
    private const string Data = $"{Volume}/cluster";
    private const string Copy = $"{Volume}/copy";
    private readonly int _port = FreePort.Next();
    private readonly string _password = Guid.NewGuid().ToString("N");
    private readonly PostgreSqlContainer _container;

    public ContainerPostgres()
    {
        var owner = Engine.Owner;
        _container = new PostgreSqlBuilder(Image)
            .WithPassword(_password)
            .WithEnvironment("PGDATA", Data)
            .WithEnvironment("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C --no-sync")
            // In place of the builder's own words, which switch durability off.
            .WithCommand(new OverwriteEnumerable<string>(["-c", "max_connections=200", "-c", "timezone=UTC"]))
            .WithLoopbackPort(_port, PostgreSqlBuilder.PostgreSqlPort)
            .WithLabel(owner.Name, owner.Value)
            .WithLogger(NullLogger.Instance)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilCommandIsCompleted(
                "pg_isready --host localhost --username postgres", wait => wait.WithInterval(TimeSpan.FromMilliseconds(200))))
            .Build();
    }

    public string ConnectionString =>
        $"Host=127.0.0.1;Port={_port};Username=postgres;Password={_password};Database=postgres;Include Error Detail=true";

    public async Task StartAsync()
    {
        if (!await RunsAsync()) await _container.StartAsync();
    }

    public Task StopAsync() => Engine.EndAsync(_container.Id, "INT");

    public Task CrashAsync() => Engine.EndAsync(_container.Id, "QUIT");

    public Task SaveAsync() => BesideAsync($"cp -a {Data} {Copy}");

    public Task RestoreAsync() => BesideAsync($"rm -rf {Data} && cp -a {Copy} {Data}");

    public async Task<bool> RunsAsync() => _container.CreatedTime != default && await Engine.RunsAsync(_container.Id);

    public ValueTask DisposeAsync() => _container.DisposeAsync();

    /// <summary>A stopped container runs no command: another one looks into its volume.</summary>
    private Task BesideAsync(string shell) => Engine.RunAsync(
        "run", "--rm", "--network", "none", "--label", $"{Engine.Owner.Name}={Engine.Owner.Value}", "--volumes-from", _container.Id,
        "--entrypoint", "bash", Image, "-c", shell);
}
