using Iij.Local;
using Iij.Platform;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace Iij.Tests.Processes;

/// <summary>What each user of the broker may do: a source publishes period events and does nothing else, reporting has its queues.</summary>
public sealed class BrokerPermissionTests(MigratedServers servers) : IClassFixture<MigratedServers>
{
    private const string Exchange = "period-events";
    private const string Queue = "reporting-period-events";
    private const ushort Refused = Constants.AccessRefused;
    private const ushort NotAllowed = Constants.NotAllowed;

    public static TheoryData<string> Sources => new(LocalServices.Sources);

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task A_source_has_no_queue(string source)
    {
        foreach (var queue in new[] { Queue, EventBus.DeadQueue })
        {
            await RefusedAsync(source, channel => channel.QueueDeclareAsync(queue, true, false, false));
            await RefusedAsync(source, channel => channel.QueueDeleteAsync(queue));
            await RefusedAsync(source, channel => channel.QueuePurgeAsync(queue));
            await RefusedAsync(source, channel => channel.BasicGetAsync(queue, autoAck: true));
            await RefusedAsync(source, channel => channel.BasicConsumeAsync(queue, true, new AsyncDefaultBasicConsumer(channel)));
            await RefusedAsync(source, channel => channel.QueueBindAsync(queue, Exchange, ""));
            await RefusedAsync(source, channel => channel.QueueUnbindAsync(queue, Exchange, ""));
        }

        await RefusedAsync(source, channel => channel.QueueDeclareAsync("of-my-own", true, false, false));
        await RefusedAsync(source, channel => channel.QueueDeclareAsync("", false, true, true));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task A_source_publishes_to_one_exchange(string source)
    {
        foreach (var exchange in new[] { "", Queue, EventBus.DeadQueue, "amq.direct", "amq.topic", "amq.fanout" })
            await RefusedAsync(source, channel => channel.BasicPublishAsync(exchange, Queue, true, ReadOnlyMemory<byte>.Empty).AsTask());
        foreach (var exchange in new[] { "of-my-own", Queue, EventBus.DeadQueue })
        {
            await RefusedAsync(source, channel => channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, true));
            await RefusedAsync(source, channel => channel.ExchangeDeleteAsync(exchange));
        }

        await RefusedAsync(source, channel => channel.ExchangeBindAsync(Queue, Exchange, ""));
        await RefusedAsync(source, channel => channel.ExchangeUnbindAsync(Queue, Exchange, ""));
        await RefusedAsync(source, channel => channel.ExchangeBindAsync(Exchange, "amq.fanout", ""));
    }

    [Fact]
    public async Task Reporting_has_its_own_queues_and_publishes_nothing()
    {
        await RefusedAsync("reporting", channel => channel.QueueDeclareAsync("of-my-own", true, false, false));
        await RefusedAsync("reporting", channel => channel.QueueDeclareAsync("", false, true, true));
        await RefusedAsync("reporting", channel => channel.ExchangeDeclareAsync("of-my-own", ExchangeType.Fanout, true));
        foreach (var exchange in new[] { "", Exchange })
            await RefusedAsync("reporting", channel => channel.BasicPublishAsync(exchange, Queue, true, ReadOnlyMemory<byte>.Empty).AsTask());
        await RefusedAsync("reporting", channel => channel.QueueBindAsync(Queue, "amq.topic", "#"));
        await using var connection = await ConnectAsync(servers.Deployed.BusUri("reporting"));
        await using var channel = await connection.CreateChannelAsync();
        Assert.Equal(0u, await channel.MessageCountAsync(EventBus.DeadQueue));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    [InlineData("reporting")]
    public async Task No_user_has_another_virtual_host(string user)
    {
        var there = new ConnectionFactory { Uri = servers.Deployed.BusUri(user), VirtualHost = "/" };
        // The client does not wait for the broker's answer to its greeting: the first question gets it.
        var error = await Assert.ThrowsAnyAsync<OperationInterruptedException>(async () =>
        {
            await using var connection = await there.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
        });
        Assert.Equal(NotAllowed, error.ShutdownReason!.ReplyCode);
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        var wrong = new UriBuilder(servers.Deployed.BusUri("network")) { Password = "network" }.Uri;
        var error = await Assert.ThrowsAsync<BrokerUnreachableException>(() => ConnectAsync(wrong));
        Assert.IsAssignableFrom<AuthenticationFailureException>(error.InnerException);
    }

    // A refused publish has no answer of its own: the broker closes the channel, which the next question notices.
    private async Task RefusedAsync(string user, Func<IChannel, Task> attempt)
    {
        await using var connection = await ConnectAsync(servers.Deployed.BusUri(user));
        await using var channel = await connection.CreateChannelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationInterruptedException>(async () =>
        {
            await attempt(channel);
            await channel.ExchangeDeclarePassiveAsync(Exchange);
        });
        Assert.Equal(Refused, error.ShutdownReason!.ReplyCode);
    }

    private static Task<IConnection> ConnectAsync(Uri uri) => new ConnectionFactory { Uri = uri }.CreateConnectionAsync();
}
