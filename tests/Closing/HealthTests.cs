using Grpc.Health.V1;
using Iij.Tests.Model;
using Npgsql;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>A source says that it serves only where a write would be taken.</summary>
public sealed class HealthTests
{
    private const long WriteLock = 0x1_1A;

    [Fact]
    public async Task A_server_that_turned_read_only_is_not_served_from()
    {
        await using var database = await TestDatabase.CreateAsync("postgres", "health");
        await using var node = await Node.StartAsync(new NetworkBusiness(), database);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await AskAsync(node));
        var name = new NpgsqlConnectionStringBuilder(database.Settings.ConnectionString).Database;
        await database.ExecuteAsync($"ALTER DATABASE {name} SET default_transaction_read_only = on");
        const string Others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        await database.ExecuteAsync(Others);
        await UntilAsync(node, HealthCheckResponse.Types.ServingStatus.NotServing);
        await database.ExecuteAsync($"SET default_transaction_read_only = off; ALTER DATABASE {name} SET default_transaction_read_only = off");
        await database.ExecuteAsync(Others);
        await UntilAsync(node, HealthCheckResponse.Types.ServingStatus.Serving);
    }

    [Fact]
    public async Task A_write_lock_that_is_not_let_go_is_seen()
    {
        await using var database = await TestDatabase.CreateAsync("postgres", "health");
        await using var node = await Node.StartAsync(new NetworkBusiness(), database);
        await database.ExecuteAsync($"SELECT pg_advisory_lock({WriteLock})");
        var waiting = node.AskAsync(Wire.WithId(new NetworkBusiness().Sure(new Random(1), new LocalDate(2012, 4, 2)).Request, Node.NewId()));
        await UntilAsync(node, HealthCheckResponse.Types.ServingStatus.NotServing);
        await database.ExecuteAsync($"SELECT pg_advisory_unlock({WriteLock})");
        Assert.True((await waiting).IsOk);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, await AskAsync(node));
    }

    private static async Task UntilAsync(Node node, HealthCheckResponse.Types.ServingStatus status)
    {
        for (var turn = 0; await AskAsync(node) != status; turn++)
        {
            Assert.True(turn < 150, $"the source is still not {status}");
            await Task.Delay(100);
        }
    }

    private static async Task<HealthCheckResponse.Types.ServingStatus> AskAsync(Node node) =>
        (await new Health.HealthClient(node.Invoker).CheckAsync(new HealthCheckRequest())).Status;
}
