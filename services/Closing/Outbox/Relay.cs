using System.Diagnostics;
using System.Diagnostics.Metrics;
using Iij.Contracts;
using Iij.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Iij.Closing;

/// <summary>
/// Publishes the events of the outbox: claims rows for a limited time, publishes each, removes those that the broker confirmed. Woken when a
/// close commits, and by a poll in case a wake-up was lost. A row that cannot be published waits longer each time and holds up
/// no other; the claim of a relay that dies expires. Several relays are safe; an event may arrive twice, and the inbox ignores the second.
/// When the service stops, events in flight are finished and the last ones are published, within a few seconds.
/// </summary>
public sealed partial class Relay : BackgroundService
{
    private const int ClaimRowsMax = 100;
    private static readonly TimeSpan _poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _publishMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(10); // longer than a publish may take
    private static readonly TimeSpan _farthest = 2 * _lease; // no claim is that long, also of a relay whose clock is a little ahead
    private static readonly TimeSpan _drainMax = TimeSpan.FromSeconds(5);
    private static readonly Meter _meter = new("Iij.Closing");

    private readonly WakeUp _wake = new();
    private readonly Database _database;
    private readonly PeriodStore _store;
    private readonly PublishPeriodEvent _publish;
    private readonly ServiceSettings _settings;
    private readonly Readiness _readiness;
    private readonly TimeProvider _clock;
    private readonly ILogger<Relay> _log;
    private readonly Counter<long> _published;
    private long? _waitsSince;

    /// <summary>A relay of one source.</summary>
    public Relay(
        Database database, PeriodStore store, PublishPeriodEvent publish, ISource source, ServiceSettings settings, Readiness readiness,
        TimeProvider clock, ILogger<Relay> log)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_database, _store, _publish, _settings, _readiness, _clock, _log) = (database, store, publish, settings, readiness, clock, log);
        var tag = new KeyValuePair<string, object?>("source", source.Name);
        _published = _meter.CreateCounter<long>("iij.outbox.published", "{event}", "Events that the broker confirmed.", [tag]);
    }

    /// <summary>The backlog of the outbox as of the last check (once a second): the number of events, and the age of the oldest.</summary>
    public (long Count, TimeSpan Oldest) Backlog { get; private set; }

    /// <summary>Wakes the relay after a commit.</summary>
    public void Wake() => _wake.Wake();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_settings.Relay)
            return;
        await _readiness.WhenReadyAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryPublishAllAsync(stoppingToken);
            await _wake.WaitAsync(_poll, stoppingToken);
        }

        using var drain = new CancellationTokenSource(_drainMax, _clock);
        if (_readiness.IsReady)
            await TryPublishAllAsync(drain.Token);
    }

    private async Task TryPublishAllAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested && await PublishSomeAsync(stop) > 0)
            {
                // Until the outbox is empty, or nothing in it can be published now.
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Between two looks.
        }
        catch (Exception error)
        {
            OutboxUnreadable(error.Message);
        }
    }

    private async Task<int> PublishSomeAsync(CancellationToken stop)
    {
        var events = await ClaimAsync(stop);
        var outcomes = await Task.WhenAll(events.Select(TryPublishAsync));
        var published = events.Zip(outcomes).Where(pair => pair.Second).Select(pair => pair.First.Sequence).ToList();
        var failed = events.Select(row => row.Sequence).Except(published).ToList();
        if (events.Count > 0)
            await SettleAsync(published, failed);
        return published.Count;
    }

    private async Task SettleAsync(IReadOnlyList<long> published, IReadOnlyList<long> failed)
    {
        await _database.WriteAsync(async transaction =>
        {
            if (failed.Count > 0)
                await _store.PostponeOutboxAsync(transaction, failed, _clock.Now().ToMicroseconds());
            if (published.Count > 0)
                await _store.DeleteOutboxAsync(transaction, published);
            Failpoint.Hit("relay.delete.before");
            return true;
        });
        Failpoint.Hit("relay.delete.after");
        _published.Add(published.Count);
    }

    private async Task<IReadOnlyList<EventRow>> ClaimAsync(CancellationToken stop)
    {
        // A look costs no write lock; most looks find nothing.
        var now = _clock.Now();
        var (count, oldest) = await _database.ReadAsync(_store.BacklogAsync, stop);
        Backlog = (count, count == 0 ? TimeSpan.Zero : Age(now, oldest));
        _waitsSince = count == 0 ? null : _waitsSince ?? _clock.GetTimestamp();
        if (count == 0)
            return [];
        var events = await _database.ClaimAsync(transaction => ClaimAsync(transaction, now), stop);
        if (events.Count > 0)
            Failpoint.Hit("relay.claim.after");
        return events;
    }

    private async Task<IReadOnlyList<EventRow>> ClaimAsync(Transaction transaction, NodaTime.Instant now)
    {
        var sequences = await _store.ClaimOutboxAsync(transaction, _database.Engine.SkipLocked, now.ToMicroseconds(),
            After(now, _lease), After(now, _farthest), ClaimRowsMax);
        if (sequences.Count == 0)
            return [];
        var events = await _store.FindEventsAsync(transaction, sequences);
        Failpoint.Hit("relay.claim.before");
        return events;
    }

    // By the clock, which may have been set back, or as long as this process has seen something wait.
    private TimeSpan Age(NodaTime.Instant now, long oldest)
    {
        var byClock = TimeSpan.FromMicroseconds(Math.Max(0, now.ToMicroseconds() - oldest));
        var seen = _waitsSince is { } since ? _clock.GetElapsedTime(since) : TimeSpan.Zero;
        return byClock > seen ? byClock : seen;
    }

    private static long After(NodaTime.Instant now, TimeSpan time) => now.Plus(NodaTime.Duration.FromTimeSpan(time)).ToMicroseconds();

    private async Task<bool> TryPublishAsync(EventRow row)
    {
        using var span = Telemetry.Continue("relay", [row.TraceParent]);
        using var limit = new CancellationTokenSource(_publishMax, _clock);
        try
        {
            await _publish(row.ToMessage(), limit.Token);
            return true;
        }
        catch (Exception error)
        {
            span?.SetStatus(ActivityStatusCode.Error);
            EventNotPublished(row.Sequence, row.Source, error.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "the relay could not read the outbox; it tries again: {Error}")]
    private partial void OutboxUnreadable(string error);

    [LoggerMessage(LogLevel.Warning, "event {Sequence} of {Source} could not be published; it stays in the outbox: {Error}")]
    private partial void EventNotPublished(long sequence, string source, string error);
}
