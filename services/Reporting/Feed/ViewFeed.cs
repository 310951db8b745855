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
public sealed partial class ViewFeed(
    Views views, FeedStore store, Database database, ServiceSettings settings, Readiness readiness, TimeProvider clock, ILogger<ViewFeed> log)
    : BackgroundService
{
    private const int SealKeyLength = 32;
    private const int PastMax = 64; // moments that tokens asked for, each kept once for all who come back from there
    private const int ChecksPerBookmark = 2;
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _checkAfter = TimeSpan.FromSeconds(4); // how often a stream that is silent looks whether it is behind
    private static readonly Counter<long> _computed = new Meter("Iij.Reporting")
        .CreateCounter<long>("iij.feed.subjects_computed", "{subject}", "How often what a subject shows was computed.");

    private readonly ConcurrentDictionary<string, Lazy<Task<Topic>>> _topics = new();
    private readonly ConcurrentDictionary<(string Subject, long Knowledge), Lazy<Task<Held>>> _past = new();
    private readonly Seats _seats = new(settings.Feed.StreamsMax, settings.Feed.StreamsPerCallerMax);
    private readonly Lock _opening = new();
    private readonly SemaphoreSlim _advancing = new(1, 1);
    private FeedEpoch _epoch = new();
    private long _computations;
    private ulong _epochShort;

    /// <summary>How often the content of a subject was computed since the process started.</summary>
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
    /// one stream or one subject more than a caller or the process may have.
    /// </summary>
    public async IAsyncEnumerable<Frame> WatchAsync(WatchRequest request, string caller, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var latest = await views.LatestAsync(cancel);
        var subject = Subject.Read(request, latest.View);
        ResumeToken? token = request.Token.Length == 0 ? null : ResumeToken.Read(request.Token, _epoch.SealKey);
        using var seat = _seats.Take(caller);
        var (topic, joined) = await JoinAsync(subject, latest, cancel);
        try
        {
            foreach (var frame in await OpeningAsync(topic, joined, token, cancel))
                yield return frame;
            while (true)
            {
                await foreach (var frame in FollowAsync(topic, joined.Subscriber, cancel))
                    yield return frame;
                // It has overflowed: it is told so, and begins again.
                (topic, joined) = await JoinAsync(subject, await views.LatestAsync(cancel), cancel);
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

    /// <summary>Reads new rows and sends the changes to the subscribers concerned; the service does so by itself ten times a second.</summary>
    public async Task AdvanceAsync(CancellationToken cancel)
    {
        if (_topics.IsEmpty)
            return;
        await _advancing.WaitAsync(cancel);
        try
        {
            var latest = await views.LatestAsync(cancel);
            foreach (var (name, lazy) in _topics.Where(topic => topic.Value.Value.IsCompletedSuccessfully))
            {
                if (!TryAdvance(await lazy.Value, latest))
                    _topics.TryRemove(new(name, lazy));
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
                FeedBehind(error.Message);
            }

            await Task.Delay(_poll, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // One that fails takes none of the others with it. False of a topic that has ended.
    private bool TryAdvance(Topic topic, (History, View) latest)
    {
        try
        {
            if (topic.TryEnd(clock.GetUtcNow()))
                return false;
            Advance(topic, latest);
            return true;
        }
        catch (Exception error)
        {
            SubjectFailed(error, topic.Subject.Name);
            topic.Fail();
            return false;
        }
    }

    // A topic may be behind what this subscriber saw at another replica: it is brought up to what the database holds now.
    private async Task<(Topic Topic, Joined Joined)> JoinAsync(Subject subject, (History, View) latest, CancellationToken cancel)
    {
        while (true)
        {
            var lazy = FindOrOpen(subject, latest);
            try
            {
                var topic = await lazy.Value.WaitAsync(cancel);
                Advance(topic, latest);
                if (topic.Join() is { } joined)
                    return (topic, joined);
            }
            catch (Exception) when (lazy.Value.IsFaulted)
            {
                _topics.TryRemove(new(subject.Name, lazy)); // the next one computes it again
                throw;
            }

            _topics.TryRemove(new(subject.Name, lazy));
        }
    }

    private Lazy<Task<Topic>> FindOrOpen(Subject subject, (History, View) latest)
    {
        lock (_opening)
        {
            if (_topics.TryGetValue(subject.Name, out var known))
                return known;
            if (_topics.Count >= settings.Feed.TopicsMax && !TryEndIdle())
            {
                throw new Refusal(Reason.SubjectsExhausted,
                    $"{_topics.Count} different subjects are watched, {settings.Feed.TopicsMax} at most; watch one of those, or try again later");
            }

            return _topics[subject.Name] = new(() => Task.Run(() => Begin(subject, latest)));
        }
    }

    private bool TryEndIdle()
    {
        foreach (var (name, lazy) in _topics)
        {
            if (lazy is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } topic } && topic.Result.TryEndIdle())
                return _topics.TryRemove(new(name, lazy));
        }

        return false;
    }

    private Topic Begin(Subject subject, (History History, View View) latest) =>
        new(subject, Take(subject, latest.History, latest.View), held => Token(subject, held), clock);

    private async Task<IReadOnlyList<Frame>> OpeningAsync(Topic topic, Joined joined, ResumeToken? token, CancellationToken cancel)
    {
        var (now, snapshot) = (joined.Now, joined.Snapshot);
        if (token is null)
            return snapshot;
        if (Doubt(topic.Subject, now, token.Value) is { } doubt)
            return [Reset(doubt), .. snapshot];
        var before = token.Value.Position == now.Knowledge ? now
            : topic.Recent(token.Value.Position) ?? await PastAsync(topic.Subject, token.Value.Position, cancel);
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
            for (var checks = 1; await Task.WhenAny(waiting, Task.Delay(_checkAfter, clock, cancel)) != waiting; checks++)
            {
                cancel.ThrowIfCancellationRequested();
                if (topic.IsBehind)
                    throw Behind();
                if (checks % ChecksPerBookmark == 0)
                    yield return topic.Bookmark();
            }

            if (!await waiting)
                break;
            while (subscriber.Frames.TryRead(out var frame))
                yield return frame;
        }

        if (subscriber.Behind)
            throw Behind();
    }

    private async Task<Held> PastAsync(Subject subject, long knowledge, CancellationToken cancel)
    {
        var key = (subject.Name, knowledge);
        var lazy = _past.GetOrAdd(key, _ => new(() => ComputePastAsync(subject, knowledge)));
        try
        {
            return await lazy.Value.WaitAsync(cancel);
        }
        catch (Exception) when (lazy.Value.IsFaulted)
        {
            _past.TryRemove(new(key, lazy)); // the next one computes it again
            throw;
        }
    }

    private async Task<Held> ComputePastAsync(Subject subject, long knowledge)
    {
        var (history, _) = await views.LatestAsync(CancellationToken.None);
        var until = history.Until(knowledge);
        return await Task.Run(() => Take(subject, until, Fold.Of(until)));
    }

    private void Advance(Topic topic, (History History, View View) latest)
    {
        using var span = Telemetry.Continue("feed", latest.History.TraceParentsAfter(topic.Knowledge));
        topic.Advance(latest.History.Knowledge, before => Take(topic.Subject, latest.History, latest.View, before));
    }

    private Held Take(Subject subject, History history, View view, Held? before = null)
    {
        Interlocked.Increment(ref _computations);
        _computed.Add(1);
        return new Held(history.Knowledge, subject.Take(history, view), before);
    }

    private string Token(Subject subject, Held held) =>
        new ResumeToken(_epochShort, held.Knowledge, ResumeToken.Hash(subject.Name), Fingerprint(held)).Write(_epoch.SealKey);

    [LoggerMessage(LogLevel.Warning, "the feed could not read what is new; it tries again: {Error}")]
    private partial void FeedBehind(string error);

    [LoggerMessage(LogLevel.Error, "the feed could not compute {Subject}; its streams end")]
    private partial void SubjectFailed(Exception error, string subject);

    private static Refusal Behind() =>
        new(Reason.FeedBehind, "what is new cannot be read; resume with the last token");

    private static ulong Fingerprint(Held held) => ulong.Parse(held.Digest.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static Frame Reset(ResetReason reason) => new(new WatchResponse { Kind = WatchKind.Reset, ResetReason = reason });
}
