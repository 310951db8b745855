using Grpc.Net.Client;
using Iij.Tests.Servers;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace Iij.Tests.SixthSource;

/// <summary>The toy source as a deployment would run it: its database, roles and user of the broker are made by the rendered files.</summary>
public sealed class DeployedTests : IAsyncLifetime, IDisposable
{
    private const string Queue = "reporting-period-events";
    private static readonly TimeSpan _arrivalMax = TimeSpan.FromSeconds(60);
    private readonly RenderedFolder _folder = new();
    private DeployedServers _servers = null!;

    public async Task InitializeAsync() => _servers = await DeployedServers.StartAsync(Path.Combine(_folder.Path, "deploy"));

    public async Task DisposeAsync() => await _servers.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Its_program_migrates_serves_and_publishes_with_the_roles_and_the_user_of_a_source()
    {
        var program = ServiceProgram.BuiltAt("tests/Toy", "Iij.Toy");
        await _servers.MigrateAsync("toy", program);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await RefusedAsync("CREATE TABLE more (id INT)"));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await RefusedAsync("DELETE FROM sale"));

        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var toy = new ServiceProgram("toy", program, new Dictionary<string, string>
        {
            ["Listen"] = address.ToString(), ["Storage__Engine"] = "postgres", ["Storage__Migrate"] = "false",
            ["Bus__Transport"] = "rabbitmq", ["Bus__DeclareQueue"] = "false", ["IIJ_SECRETS"] = _servers.SecretsOf("toy"),
            ["Signing__KeyFile"] = _servers.KeyOf("toy"),
        });
        await toy.StartAsync();
        using var channel = GrpcChannel.ForAddress(address);
        await ToyMonth.RecordAndCloseAsync(channel);
        await ArrivedAsync();
        var refused = await Assert.ThrowsAsync<OperationInterruptedException>(
            () => AskAsync("toy", channel => channel.BasicGetAsync(Queue, autoAck: true)));
        Assert.Equal(Constants.AccessRefused, refused.ShutdownReason!.ReplyCode);
    }

    // The event of the preparation and that of the close wait for reporting, which is not there.
    private async Task ArrivedAsync()
    {
        using var late = new CancellationTokenSource(_arrivalMax);
        while (await AskAsync("reporting", channel => channel.MessageCountAsync(Queue)) < 2)
            await Task.Delay(TimeSpan.FromMilliseconds(100), late.Token);
    }

    private async Task<T> AskAsync<T>(string user, Func<IChannel, Task<T>> ask)
    {
        await using var connection = await new ConnectionFactory { Uri = _servers.BusUri(user) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await ask(channel);
    }

    private async Task<string> RefusedAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_servers.ConnectionString("toy"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState;
    }
}
