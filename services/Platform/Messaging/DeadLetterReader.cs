using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

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

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (settings.Bus.Transport == "rabbitmq" && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                DeadQueueUnreadable(error.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(_reconnectAfter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(CancellationToken cancel)
    {
        var address = settings.Bus.Uri.Replace("rabbitmq://", "amqp://", StringComparison.Ordinal);
        var factory = new ConnectionFactory { Uri = new Uri(address), AutomaticRecoveryEnabled = false, ClientProvidedName = "dead letters" };
        await using var connection = await factory.CreateConnectionAsync(cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
        while (true)
        {
            if (await channel.BasicGetAsync(EventBus.DeadQueue, autoAck: false, cancel) is not { } message)
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
