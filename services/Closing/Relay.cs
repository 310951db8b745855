using Iij.Contracts;
using Iij.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Iij.Closing;

/// <summary>
/// Publishes what the outbox holds: claims rows for a while, publishes each, removes those that the broker confirmed. Woken when a
/// close commits, and by a poll in case a wake-up was lost. A row that cannot be published waits longer each time and holds up
/// nobody; a relay that dies loses its claim. Several relays are safe; an event may arrive twice, which the fold does not mind.
/// </summary>
public sealed class Relay(
    Database database, PeriodStore store, PublishPeriodEvent publish, ServiceSettings settings, TimeProvider clock, ILogger<Relay> log)
    : BackgroundService
{
    private const int ClaimRowsMax = 100;
    private static readonly TimeSpan _poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Says that something was committed.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.Relay)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await PublishSomeAsync(stoppingToken) > 0)
                {
                    // Until the outbox is empty.
                }

                await _wake.WaitAsync(_poll, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                log.LogWarning(error, "the relay could not read the outbox; it tries again");
                await Task.Delay(_poll, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<int> PublishSomeAsync(CancellationToken cancel)
    {
        var events = await ClaimAsync(cancel);
        var outcomes = await Task.WhenAll(events.Select(row => TryPublishAsync(row, cancel)));
        var published = events.Zip(outcomes).Where(pair => pair.Second).Select(pair => pair.First.Sequence).ToList();
        var failed = events.Select(row => row.Sequence).Except(published).ToList();
        if (events.Count > 0)
            await database.WriteAsync(transaction => SettleAsync(transaction, published, failed), CancellationToken.None);
        return published.Count;
    }

    private async Task<int> SettleAsync(Transaction transaction, IReadOnlyList<long> published, IReadOnlyList<long> failed)
    {
        if (failed.Count > 0)
            await store.PostponeOutboxAsync(transaction, failed, clock.Now().ToMicroseconds());
        return published.Count == 0 ? 0 : await store.DeleteOutboxAsync(transaction, published);
    }

    private async Task<IReadOnlyList<EventRow>> ClaimAsync(CancellationToken cancel)
    {
        // A look costs no write lock; most looks find nothing.
        if (await database.ReadAsync(store.CountOutboxAsync, cancel) == 0)
            return [];
        await using var transaction = await database.Engine.BeginClaimAsync(cancel);
        var now = clock.Now();
        var sequences = await store.ClaimOutboxAsync(transaction, database.Engine.SkipLocked, now.ToMicroseconds(),
            now.Plus(NodaTime.Duration.FromTimeSpan(_lease)).ToMicroseconds(), ClaimRowsMax);
        var events = sequences.Count == 0 ? [] : await store.FindEventsAsync(transaction, sequences);
        await transaction.CommitAsync();
        return events;
    }

    private async Task<bool> TryPublishAsync(EventRow row, CancellationToken cancel)
    {
        try
        {
            await publish(row.ToMessage(), cancel);
            return true;
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            log.LogWarning(error, "event {Sequence} of {Source} could not be published; it stays in the outbox", row.Sequence, row.Source);
            return false;
        }
    }
}
