using Iij.Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Iij.Platform;

/// <summary>Publishes a period event; returns when the broker has confirmed it.</summary>
public delegate Task PublishPeriodEvent(PeriodEventPublished message, CancellationToken cancel);

/// <summary>Takes a period event in; the broker forgets it when this returns, and brings it again when this throws.</summary>
/// <param name="message">The event.</param>
/// <param name="sender">
/// The broker's user that published it, which the broker verified; empty where it names none. Null where users tell nothing: in memory, and
/// of the consumer's own user, where one user serves all processes.
/// </param>
/// <param name="cancel">Ends the work.</param>
public delegate Task ConsumePeriodEvent(PeriodEventPublished message, string? sender, CancellationToken cancel);

/// <summary>
/// The one file that knows MassTransit: how period events reach the consumer's queue. Two transports: in memory (one bus for one
/// process, nothing durable: what is lost comes back through the pull by sequence number) and RabbitMQ (a quorum queue with a
/// delivery limit, publisher confirms). On RabbitMQ a message that the consumer throws at goes back to the queue, and after the
/// delivery limit to <see cref="DeadQueue"/>; a message that is not a period event goes the same way.
/// </summary>
public sealed class EventBus : IAsyncDisposable
{
    /// <summary>The queue to which the broker moves messages that it delivered too often.</summary>
    public const string DeadQueue = "reporting-period-events-dead";

    private const string DefaultUser = "guest"; // RabbitMQ's, where the address names none
    private const string Exchange = "period-events";
    private const string Queue = "reporting-period-events";
    private const int Prefetch = 256; // the one large lever on throughput
    private const int DeliveryLimit = 5;
    private static readonly TimeSpan _reconnectAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _stopMax = TimeSpan.FromSeconds(10);

    // MassTransit keeps a static logger factory; one that is never disposed serves every bus of the process.
    private static readonly ILoggerFactory _logging = LoggerFactory.Create(logging => LogLines.Use(logging).SetMinimumLevel(LogLevel.Error));

    private readonly IBusControl _bus;
    private readonly string _user;
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _lastError = "the broker has not been reached yet";

    private EventBus(IBusControl bus, string user) => (_bus, _user) = (bus, user);

    /// <summary>A bus as the settings name it, not connected yet; the consumer, where there is one, gets every period event.</summary>
    public static EventBus Create(BusSettings settings, ConsumePeriodEvent? consume = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        LogContext.ConfigureCurrentLogContext(_logging);
        var bus = settings.Transport == "memory"
            ? new EventBus(CreateInMemory(consume), "")
            : new EventBus(CreateRabbit(settings, consume), UserOf(settings));
        bus._bus.ConnectReceiveObserver(new Steps());
        return bus;
    }

    /// <summary>A bus as the settings name it, connected.</summary>
    public static async Task<EventBus> StartAsync(BusSettings settings, ConsumePeriodEvent? consume = null)
    {
        var bus = Create(settings, consume);
        await bus.ConnectAsync(CancellationToken.None);
        return bus;
    }

    /// <summary>Connects, and waits while the broker is unavailable; a connection lost later is restored automatically.</summary>
    public async Task ConnectAsync(CancellationToken cancel)
    {
        while (!_connected.Task.IsCompleted)
        {
            try
            {
                await _bus.StartAsync(cancel);
                _connected.TrySetResult();
            }
            catch (Exception error) when (!cancel.IsCancellationRequested)
            {
                _lastError = error.GetBaseException().Message;
                await Task.Delay(_reconnectAfter, TimeProvider.System, cancel);
            }
        }
    }

    /// <summary>What is wrong with it, in the broker's words; empty while it is connected and its consumer, where it has one, is attached.</summary>
    public string Fault()
    {
        if (!_connected.Task.IsCompleted)
            return _lastError;
        var health = _bus.CheckHealth();
        return health.Status == BusHealthStatus.Healthy ? "" : string.Join("; ", health.Endpoints.Values
            .Where(endpoint => endpoint.Status != BusHealthStatus.Healthy)
            .Select(endpoint => $"{endpoint.InputAddress?.AbsolutePath}: {endpoint.Description}")
            .DefaultIfEmpty(health.Description));
    }

    /// <summary>Publishes an event under its own id; returns when the broker has confirmed it.</summary>
    public async Task PublishAsync(PeriodEventPublished message, CancellationToken cancel)
    {
        await _connected.Task.WaitAsync(cancel);
        Failpoint.Hit("relay.publish.before");
        var sent = _bus.Publish(message, context => Name(context, message), cancel);
        Failpoint.Hit("relay.publish.after");
        Failpoint.Hit("relay.confirm.before");
        await sent;
        Failpoint.Hit("relay.confirm.after");
    }

    /// <inheritdoc/>
    // A broker that is frozen does not answer the end of a connection: what it has not confirmed by then comes again.
    public async ValueTask DisposeAsync()
    {
        if (!_connected.Task.IsCompleted)
            return;
        using var limit = new CancellationTokenSource(_stopMax);
        try
        {
            await _bus.StopAsync(limit.Token).WaitAsync(_stopMax);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // The process ends, and its connections with it.
        }
    }

    // The broker refuses a message with another user than that of its connection.
    private void Name(PublishContext<PeriodEventPublished> context, PeriodEventPublished message)
    {
        context.MessageId = Guid.Parse(message.EventId);
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
            rabbit.BasicProperties.UserId = _user;
    }

    private static string UserOf(BusSettings settings) =>
        new Uri(settings.Uri).UserInfo is { Length: > 0 } named ? Uri.UnescapeDataString(named.Split(':')[0]) : DefaultUser;

    private static string? SenderOf(ConsumeContext context, string own)
    {
        var sender = context.ReceiveContext.TryGetPayload<RabbitMqBasicConsumeContext>(out var rabbit) ? rabbit.Properties.UserId ?? "" : "";
        return sender == own ? null : sender;
    }

    private static IBusControl CreateInMemory(ConsumePeriodEvent? consume) =>
        Bus.Factory.CreateUsingInMemory(bus =>
        {
            if (consume is null)
                return;
            bus.ReceiveEndpoint(Queue, endpoint =>
            {
                endpoint.PrefetchCount = Prefetch;
                endpoint.UseMessageRetry(retry => retry.Interval(DeliveryLimit, _reconnectAfter)); // this transport brings nothing again
                endpoint.Handler<PeriodEventPublished>(context => ConsumeAsync(context, null, consume));
            });
        });

    private static IBusControl CreateRabbit(BusSettings settings, ConsumePeriodEvent? consume) =>
        Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(new Uri(settings.Uri));
            bus.Message<PeriodEventPublished>(message => message.SetEntityName(Exchange));
            // A publish that reaches no queue is confirmed all the same: unless the broker declares it by itself, the publisher does.
            if (settings.DeclareQueue)
                bus.Publish<PeriodEventPublished>(topology => topology.BindQueue(Exchange, Queue, Declare));
            if (consume is null)
                return;
            bus.ReceiveEndpoint(Queue, endpoint =>
            {
                endpoint.PrefetchCount = Prefetch;
                endpoint.ThrowOnSkippedMessages();
                endpoint.RethrowFaultedMessages();
                Declare(endpoint);
                endpoint.BindDeadLetterQueue(DeadQueue, DeadQueue, queue => queue.SetQueueArgument("x-queue-type", "quorum"));
                endpoint.Handler<PeriodEventPublished>(context => ConsumeAsync(context, SenderOf(context, UserOf(settings)), consume));
            });
        });

    // The same arguments from both sides and in deploy/rabbitmq: a queue is declared once and never differently.
    private static void Declare(IRabbitMqQueueConfigurator queue)
    {
        queue.SetQueueArgument("x-queue-type", "quorum");
        queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
        queue.SetQueueArgument("x-dead-letter-exchange", DeadQueue);
    }

    private static async Task ConsumeAsync(ConsumeContext<PeriodEventPublished> context, string? sender, ConsumePeriodEvent consume)
    {
        Failpoint.Hit("inbox.consume.after");
        await consume(context.Message, sender, context.CancellationToken);
        Failpoint.Hit("inbox.acknowledge.before");
    }

    /// <summary>The steps that only the transport sees: a message has come and is not read yet; a message was acknowledged.</summary>
    private sealed class Steps : IReceiveObserver
    {
        public Task PreReceive(ReceiveContext context) => Pass("inbox.consume.before");

        public Task PostReceive(ReceiveContext context) => Pass("inbox.acknowledge.after");

        public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
            where T : class => Task.CompletedTask;

        public Task ReceiveFault(ReceiveContext context, Exception exception) => Task.CompletedTask;

        private static Task Pass(string step)
        {
            Failpoint.Hit(step);
            return Task.CompletedTask;
        }
    }
}
