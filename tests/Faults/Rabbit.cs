using RabbitMQ.Client;

namespace Iij.Tests.Faults;

/// <summary>The broker as a client of its own sees it.</summary>
internal static class Rabbit
{
    /// <summary>Reporting's queue.</summary>
    public const string Queue = "reporting-period-events";

    /// <summary>The queue to which the broker moves messages that it delivered too often.</summary>
    public const string DeadQueue = "reporting-period-events-dead";

    /// <summary>Where period events are published.</summary>
    public const string Exchange = "period-events";

    /// <summary>The messages that wait in a queue and were handed to nobody.</summary>
    public static async Task<long> CountAsync(Uri bus, string queue)
    {
        await using var connection = await ConnectAsync(bus);
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync(queue);
    }

    /// <summary>Publishes bytes as if they were a period event of the services' own.</summary>
    public static async Task PublishAsync(Uri bus, IEnumerable<byte[]> bodies)
    {
        await using var connection = await ConnectAsync(bus);
        await using var channel = await connection.CreateChannelAsync();
        foreach (var body in bodies)
        {
            var properties = new BasicProperties
            {
                ContentType = "application/vnd.masstransit+json", Persistent = true, UserId = Uri.UnescapeDataString(bus.UserInfo.Split(':')[0]),
            };
            await channel.BasicPublishAsync(Exchange, "", mandatory: true, properties, body);
        }
    }

    /// <summary>Deletes a queue, with what is in it.</summary>
    public static async Task DeleteAsync(Uri bus, string queue)
    {
        await using var connection = await ConnectAsync(bus);
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeleteAsync(queue);
    }

    /// <summary>Declares a queue as no service does.</summary>
    public static async Task DeclareClassicAsync(Uri bus, string queue)
    {
        await using var connection = await ConnectAsync(bus);
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
    }

    private static Task<IConnection> ConnectAsync(Uri bus) => new ConnectionFactory { Uri = bus }.CreateConnectionAsync();
}
