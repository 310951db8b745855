using Iij.Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Iij.Platform;

/// <summary>Publishes a period event; returns when the broker has confirmed it.</summary>
public delegate Task PublishPeriodEvent(PeriodEventPublished message, CancellationToken cancel);

/// <summary>Takes a period event in; the broker forgets it when this returns, and brings it again when this throws.</summary>
public delegate Task ConsumePeriodEvent(PeriodEventPublished message, CancellationToken cancel);

/// <summary>
/// The one file that knows MassTransit: how period events reach the consumer's queue. Two transports: in memory (one bus for one
/// process, nothing durable: what is lost comes back through the pull by sequence number) and RabbitMQ (a quorum queue with a
/// delivery limit, publisher confirms).
/// </summary>
public sealed class EventBus : IAsyncDisposable
{
    private const string Exchange = "period-events";
    private const string Queue = "reporting-period-events";
    private const int Prefetch = 256; // the one large lever on throughput
    private const int DeliveryLimit = 5;
    private const int RetriesMax = 5;

    // The inbox puts aside what it cannot read; what throws is a database that does not answer now.
    private static readonly TimeSpan _retryAfterMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _retryAfterMax = TimeSpan.FromSeconds(5);

    // MassTransit keeps a static logger factory; one that is never disposed serves every bus of the process.
    private static readonly ILoggerFactory _logging = LoggerFactory.Create(logging => logging
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .SetMinimumLevel(LogLevel.Error));

    private readonly IBusControl _bus;

    private EventBus(IBusControl bus) => _bus = bus;

    /// <summary>Starts a bus as the settings name it; the consumer, where there is one, gets every period event.</summary>
    public static async Task<EventBus> StartAsync(BusSettings settings, ConsumePeriodEvent? consume = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        LogContext.ConfigureCurrentLogContext(_logging);
        var bus = settings.Transport == "memory" ? CreateInMemory(consume) : CreateRabbit(new Uri(settings.Uri), consume);
        await bus.StartAsync();
        return new EventBus(bus);
    }

    /// <summary>Publishes an event under its own id.</summary>
    public Task PublishAsync(PeriodEventPublished message, CancellationToken cancel) =>
        _bus.Publish(message, context => context.MessageId = Guid.Parse(message.EventId), cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _bus.StopAsync();

    private static IBusControl CreateInMemory(ConsumePeriodEvent? consume) =>
        Bus.Factory.CreateUsingInMemory(bus =>
        {
            if (consume is null)
                return;
            bus.ReceiveEndpoint(Queue, endpoint =>
            {
                endpoint.PrefetchCount = Prefetch;
                endpoint.UseMessageRetry(retry => retry.Exponential(RetriesMax, _retryAfterMin, _retryAfterMax, _retryAfterMin));
                endpoint.Handler<PeriodEventPublished>(context => consume(context.Message, context.CancellationToken));
            });
        });

    private static IBusControl CreateRabbit(Uri address, ConsumePeriodEvent? consume) =>
        Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(address);
            // A publish that reaches no queue is confirmed all the same: whoever publishes declares the consumer's queue first.
            bus.Message<PeriodEventPublished>(message => message.SetEntityName(Exchange));
            bus.Publish<PeriodEventPublished>(topology => topology.BindQueue(Exchange, Queue, queue =>
            {
                queue.SetQueueArgument("x-queue-type", "quorum");
                queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
            }));
            if (consume is null)
                return;
            bus.ReceiveEndpoint(Queue, endpoint =>
            {
                endpoint.PrefetchCount = Prefetch;
                endpoint.SetQuorumQueue();
                endpoint.SetQueueArgument("x-delivery-limit", DeliveryLimit);
                endpoint.UseMessageRetry(retry => retry.Exponential(RetriesMax, _retryAfterMin, _retryAfterMax, _retryAfterMin));
                endpoint.Handler<PeriodEventPublished>(context => consume(context.Message, context.CancellationToken));
            });
        });
}
