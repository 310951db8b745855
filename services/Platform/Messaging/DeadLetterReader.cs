using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Iij.Platform;

/// <summary>A message that the broker delivered as often as it may.</summary>
/// <param name="Body">Its bytes, whatever they are.</param>
/// <param name="Why">Why the broker gave up, and how often it had tried.</param>
public sealed record DeadMessage(byte[] Body, string Why);

/// <summary>Keeps a dead message; the broker forgets it when this returns.</summary>
public delegate Task TakeDeadMessage(DeadMessage message, CancellationToken cancel);

/// <summary>
/// Empties the broker's dead queue into the service's database, where dead letters have their life. Beside MassTransit, because what
/// lies there need not be a message at all. A broker that is away, or has no such queue yet, is looked for again.
/// </summary>
public sealed partial class DeadLetterReader(ServiceSettings settings, TakeDeadMessage take, TimeProvider clock, ILogger<DeadLetterReader> log)
    : BackgroundService
{
    private static readonly TimeSpan _poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _reconnectAfter = TimeSpan.FromSeconds(5);

    private bool _wasThere;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Bus.Transport != "rabbitmq")
            return;
        var again = new ResiliencePipelineBuilder { TimeProvider = clock }.AddRetry(new RetryStrategyOptions
        {
            Delay = _reconnectAfter, MaxRetryAttempts = int.MaxValue,
            ShouldHandle = new PredicateBuilder().Handle<Exception>(),
            OnRetry = failed =>
            {
                DeadQueueUnreadable(failed.Outcome.Exception!.Message);
                return default;
            },
        }).Build();
        await again.ExecuteAsync(async cancel => await ReadAsync(cancel), stoppingToken);
    }

    private async Task ReadAsync(CancellationToken cancel)
    {
        var address = settings.Bus.Uri.Replace("rabbitmq://", "amqp://", StringComparison.Ordinal);
        var factory = new ConnectionFactory { Uri = new Uri(address), AutomaticRecoveryEnabled = false, ClientProvidedName = "dead letters" };
        await using var connection = await factory.CreateConnectionAsync(cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
        try
        {
            await EmptyAsync(channel, cancel);
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == Constants.NotFound && _wasThere && settings.Bus.DeclareQueue)
        {
            // Without the queue the broker forgets what it gives up on, and nobody is told.
            await using var declaring = await connection.CreateChannelAsync(cancellationToken: cancel);
            await declaring.QueueDeclareAsync(EventBus.DeadQueue, durable: true, exclusive: false, autoDelete: false,
                new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: cancel);
            await declaring.QueueBindAsync(EventBus.DeadQueue, EventBus.DeadQueue, "", cancellationToken: cancel);
            DeadQueueDeclaredAgain(EventBus.DeadQueue);
            throw;
        }
    }

    private async Task EmptyAsync(IChannel channel, CancellationToken cancel)
    {
        while (true)
        {
            var read = await channel.BasicGetAsync(EventBus.DeadQueue, autoAck: false, cancel);
            _wasThere = true;
            if (read is not { } message)
            {
                await Task.Delay(_poll, clock, cancel);
                continue;
            }

            await take(new DeadMessage(message.Body.ToArray(), Why(message.BasicProperties)), cancel);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancel);
        }
    }

    [LoggerMessage(LogLevel.Information, "the dead queue cannot be read now: {Error}")]
    private partial void DeadQueueUnreadable(string error);

    [LoggerMessage(LogLevel.Warning,
        "the queue {Queue} was deleted and is declared again; what the broker gave up on meanwhile is lost, and comes by number from its source")]
    private partial void DeadQueueDeclaredAgain(string queue);

    // The broker writes its history into the header x-death, newest first.
    private static string Why(IReadOnlyBasicProperties properties)
    {
        object? deaths = null, reason = null, count = null;
        properties.Headers?.TryGetValue("x-death", out deaths);
        if (deaths is not List<object?> { Count: > 0 } list || list[0] is not IDictionary<string, object?> death)
            return "the broker does not say why";
        death.TryGetValue("reason", out reason);
        death.TryGetValue("count", out count);
        var words = reason is byte[] text ? System.Text.Encoding.UTF8.GetString(text) : "";
        return string.Create(CultureInfo.InvariantCulture, $"the broker gave up: {words}, {count} times");
    }
}
