using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting.Feed;

/// <summary>
/// Feeds subscribers. A position is a number of knowledge, given in commit order by the database, so that every replica feeds every
/// change. The view is computed once for all subjects, a subject once for all its subscribers, a message serialised once an encoding.
/// </summary>
public sealed class ViewFeed(
    Views views, FeedStore store, Database database, ServiceSettings settings, Readiness readiness, TimeProvider clock, ILogger<ViewFeed> log)
    : BackgroundService
{
    private const int SealKeyLength = 32;
    private const int PastMax = 64; // moments that tokens asked for, each kept once for all who come back from there
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _bookmarkAfter = TimeSpan.FromSeconds(8);
    private static readonly Counter<long> _computed = new Meter("Iij.Reporting")
        .CreateCounter<long>("iij.feed.subjects_computed", "{subject}", "How often what a subject shows was computed.");

    private readonly ConcurrentDictionary<string, Lazy<Task<Topic>>> _topics = new();
    private readonly ConcurrentDictionary<(string Subject, long Knowledge), Lazy<Task<Held>>> _past = new();
    private readonly Seats _seats = new(settings.Feed.StreamsMax, settings.Feed.StreamsPerCallerMax);
    private readonly SemaphoreSlim _advancing = new(1, 1);
    private FeedEpoch _epoch = new();
    private long _computations;
    private ulong _epochShort;

    /// <summary>How often what a subject shows was computed, since the process began.</summary>
    public long Computations => Interlocked.Read(ref _computations);

    /// <summary>Takes the epoch that holds; begins one where there is none, or where the database is a copy of another.</summary>
    public async Task<bool> PrepareAsync(Transaction transaction)
    {
        var evidence = await database.Engine.EvidenceAsync(transaction, FeedStore.Table);
        var known = await store.FindAsync(transaction);
        if (known is null || known.Evidence != evidence)
        {
            // The key is kept, so that tokens of the epoch before are known for what they are.
            known = new FeedEpoch
            {
                Epoch = Guid.NewGuid().ToString(), SealKey = known?.SealKey ?? RandomNumberGenerator.GetBytes(SealKeyLength), Evidence = evidence,
            };
            await store.InsertAsync(transaction, known, clock.Now().ToMicroseconds());
        }

        (_epoch, _epochShort) = (known, ResumeToken.Hash(known.Epoch));
        return true;
    }

    /// <summary>
    /// Everything a subscriber is sent, until it goes. Refuses a subject that no view can answer, a token that was not given here, and
    /// one stream more than a caller or the process may have.
    /// </summary>
    public async IAsyncEnumerable<Frame> WatchAsync(WatchRequest request, string caller, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (_, view) = await views.LatestAsync(cancel);
        var subject = Subject.Read(request, view);
        ResumeToken? token = request.Token.Length == 0 ? null : ResumeToken.Read(request.Token, _epoch.SealKey);
        using var seat = _seats.Take(caller);
        var (topic, joined) = await JoinAsync(subject, cancel);
        try
        {
            foreach (var frame in await OpeningAsync(topic, joined, token, cancel))
                yield return frame;
            while (true)
            {
                await foreach (var frame in FollowAsync(topic, joined.Subscriber, cancel))
                    yield return frame;
                // It has overflowed: it is told so, and begins again.
                (topic, joined) = await JoinAsync(subject, cancel);
                yield return Reset(ResetReason.Overflow);
                foreach (var frame in joined.Snapshot)
                    yield return frame;
            }
        }
        finally
        {
            topic.Leave(joined.Subscriber);
        }
    }

    /// <summary>Reads what is new and tells every subscriber whom it concerns; the service does so by itself ten times a second.</summary>
    public async Task AdvanceAsync(CancellationToken cancel)
    {
        if (_topics.IsEmpty)
            return;
        await _advancing.WaitAsync(cancel);
        try
        {
            var (history, view) = await views.LatestAsync(cancel);
            foreach (var (name, lazy) in _topics.Where(topic => !topic.Value.Value.IsFaulted))
            {
                var topic = await lazy.Value.WaitAsync(cancel);
                if (topic.TryEnd(clock.GetUtcNow()))
                    _topics.TryRemove(new(name, lazy));
                else if (topic.Knowledge < history.Knowledge)
                    topic.Advance(Take(topic.Subject, history, view));
            }

            if (_past.Count > PastMax)
                _past.Clear();
        }
        finally
        {
            _advancing.Release();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _advancing.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WhenReadyAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await AdvanceAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("the feed could not read what is new; it tries again: {Error}", error.Message);
            }

            await Task.Delay(_poll, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(Topic Topic, Joined Joined)> JoinAsync(Subject subject, CancellationToken cancel)
    {
        while (true)
        {
            var lazy = _topics.GetOrAdd(subject.Name, _ => new(() => BeginAsync(subject)));
            try
            {
                var topic = await lazy.Value.WaitAsync(cancel);
                if (topic.Join() is { } joined)
                    return (topic, joined);
            }
            catch (Exception) when (lazy.Value.IsFaulted)
            {
                _topics.TryRemove(new(subject.Name, lazy)); // the next one asks the database again
                throw;
            }

            _topics.TryRemove(new(subject.Name, lazy));
        }
    }

    private async Task<Topic> BeginAsync(Subject subject)
    {
        var (history, view) = await views.LatestAsync(CancellationToken.None);
        return new Topic(subject, Take(subject, history, view), held => Token(subject, held));
    }

    private async Task<IReadOnlyList<Frame>> OpeningAsync(Topic topic, Joined joined, ResumeToken? token, CancellationToken cancel)
    {
        var (now, snapshot) = (joined.Now, joined.Snapshot);
        if (token is null)
            return snapshot;
        if (Doubt(topic.Subject, now, token.Value) is { } doubt)
            return [Reset(doubt), .. snapshot];
        var before = token.Value.Position == now.Knowledge ? now
            : topic.Recent(token.Value.Position) ?? await PastAsync(topic.Subject, token.Value.Position).WaitAsync(cancel);
        return Fingerprint(before) == token.Value.Held
            ? [topic.Change(before, now) ?? joined.Bookmark]
            : [Reset(ResetReason.Epoch), .. snapshot];
    }

    private ResetReason? Doubt(Subject subject, Held now, ResumeToken token)
    {
        if (token.Epoch != _epochShort || token.Position > now.Knowledge)
            return ResetReason.Epoch;
        if (token.Subject != ResumeToken.Hash(subject.Name))
            return ResetReason.Filter;
        return now.Knowledge - token.Position > settings.Feed.KeptPositions ? ResetReason.Expired : null;
    }

    private async IAsyncEnumerable<Frame> FollowAsync(Topic topic, Subscriber subscriber, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (!subscriber.Overflowed)
        {
            var waiting = subscriber.Frames.WaitToReadAsync(cancel).AsTask();
            while (await Task.WhenAny(waiting, Task.Delay(_bookmarkAfter, clock, cancel)) != waiting)
            {
                cancel.ThrowIfCancellationRequested();
                yield return topic.Bookmark();
            }

            if (!await waiting)
                yield break;
            while (subscriber.Frames.TryRead(out var frame))
                yield return frame;
        }
    }

    private Task<Held> PastAsync(Subject subject, long knowledge) =>
        _past.GetOrAdd((subject.Name, knowledge), _ => new(async () =>
        {
            var (history, _) = await views.LatestAsync(CancellationToken.None);
            var until = history.Until(knowledge);
            return await Task.Run(() => Take(subject, until, Fold.Of(until)));
        })).Value;

    private Held Take(Subject subject, History history, View view)
    {
        Interlocked.Increment(ref _computations);
        _computed.Add(1);
        return new Held(history.Knowledge, subject.Take(history, view));
    }

    private string Token(Subject subject, Held held) =>
        new ResumeToken(_epochShort, held.Knowledge, ResumeToken.Hash(subject.Name), Fingerprint(held)).Write(_epoch.SealKey);

    private static ulong Fingerprint(Held held) => ulong.Parse(held.Digest.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static Frame Reset(ResetReason reason) => new(new WatchResponse { Kind = WatchKind.Reset, ResetReason = reason });
}
