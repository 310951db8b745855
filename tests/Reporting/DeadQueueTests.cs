using Iij.Platform;
using Iij.Reporting.V1;
using Iij.Tests.Servers;
using RabbitMQ.Client;

namespace Iij.Tests.Reporting;

/// <summary>What a real broker cannot deliver ends among the dead letters, and its neighbours do not wait for it.</summary>
public sealed class DeadQueueTests(RabbitVirtualHost broker) : IClassFixture<RabbitVirtualHost>
{
    private readonly Events _atm = new("atm");

    [Fact]
    public async Task Poison_is_put_aside_after_the_delivery_limit_and_its_neighbours_arrive()
    {
        var settings = new BusSettings { Transport = "rabbitmq", Uri = broker.Uri.ToString() };
        await using var bench = await Bench.StartAsync(settings);
        await using var bus = await EventBus.StartAsync(settings, bench.Consume);
        await PublishAsync("no JSON at all"u8.ToArray());
        await bus.PublishAsync(SourceKeys.Sign(_atm.Close("2012-04", ("atm.cost", 1))), CancellationToken.None);
        await PublishAsync("{\"messageType\":[\"urn:message:Other:Thing\"],\"message\":{}}"u8.ToArray());
        await bus.PublishAsync(SourceKeys.Sign(_atm.Close("2012-05", ("atm.cost", 2)) with { Actor = "a\0b" }), CancellationToken.None);
        await bus.PublishAsync(SourceKeys.Sign(_atm.Close("2012-06", ("atm.cost", 3))), CancellationToken.None);
        await ContractTests.UntilAsync(async () => await bench.FigureAsync("atm.cost", "2012-06") == "3");
        await ContractTests.UntilAsync(async () => (await bench.DeadLettersAsync()).Count == 2);
        Assert.All(await bench.DeadLettersAsync(), letter => Assert.Equal("UNDELIVERABLE", letter.Reason));
        Assert.All(await bench.DeadLettersAsync(), letter => Assert.Contains("delivery_limit", letter.Detail, StringComparison.Ordinal));
        Assert.Equal("1", await bench.FigureAsync("atm.cost", "2012-04"));
        var texts = new List<string>();
        foreach (var letter in await bench.DeadLettersAsync())
            texts.Add((await bench.Client.GetDeadLetterAsync(new GetDeadLetterRequest { Number = letter.Number })).Message);
        Assert.Contains("no JSON at all", texts);
    }

    private async Task PublishAsync(byte[] body)
    {
        await using var connection = await new ConnectionFactory { Uri = broker.Uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json", Persistent = true };
        await channel.BasicPublishAsync("period-events", "", mandatory: false, properties, body);
    }
}
