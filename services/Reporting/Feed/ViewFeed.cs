using System.Runtime.CompilerServices;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting.Feed;

/// <summary>
/// Feeds subscribers. A position is a number of knowledge, given in commit order by the database, so that every replica feeds every
/// change. The view is computed once for all subjects, a subject once for all its subscribers, a message serialised once an encoding.
/// </summary>
public sealed partial class ViewFeed(
    Views views, Publications publications, Topics topics, SubjectStates states, ResumeTokens tokens, ServiceSettings settings,
    Readiness readiness, TimeProvider clock, ILogger<ViewFeed> log) : BackgroundService
{
    private const int ChecksPerBookmark = 2;
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _checkAfter = TimeSpan.FromSeconds(4); // how often a stream that is silent looks whether it is behind
    private readonly WakeUp _committed = new();
    private readonly StreamLimits _limits = new(settings.Feed.StreamsMax, settings.Feed.StreamsPerCallerMax);

    /// <summary>
    /// Everything a subscriber is sent, until it goes. Refuses a subject that no view can answer, a token that was not given here, and
    /// one stream or one subject more than a caller or the process may have.
    /// </summary>
    /// <param name="request">The subject and the token.</param>
    /// <param name="caller">Whose streams are counted.</param>
    /// <param name="isTokenSentByItself">As of <see cref="ResumeTokens.Read"/>.</param>
    /// <param name="cancel">The subscriber has gone.</param>
    public async IAsyncEnumerable<Frame> WatchAsync(
        WatchRequest request, string caller, bool isTokenSentByItself, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var latest = await views.LatestAsync(cancel);
        var subject = Subject.Read(request, latest.View, publications);
        var token = tokens.Read(request, isTokenSentByItself);
        using var stream = _limits.Acquire(caller);
        var (topic, joined) = await topics.JoinAsync(subject, latest, cancel);
        try
        {
            foreach (var frame in await OpeningAsync(topic, joined, token, cancel))
                yield return frame;
            while (true)
            {
                await foreach (var frame in FollowAsync(topic, joined.Subscriber, cancel))
                    yield return frame;
                // It has overflowed: it is told so, and begins again.
                (topic, joined) = await topics.JoinAsync(subject, await views.LatestAsync(cancel), cancel);
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

    /// <summary>Says that this process committed something new: it goes out at once, without waiting for the poll.</summary>
    public void Wake() => _committed.Wake();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WhenReadyAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await topics.AdvanceAsync(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                FeedBehind(error.Message);
            }

            await WaitAsync(stoppingToken);
        }
    }

    // A commit of this process ends the wait; the poll finds those of other replicas.
    private async Task WaitAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var woken = _committed.WaitAsync(Timeout.InfiniteTimeSpan, end.Token);
        await Task.WhenAny(Task.Delay(_poll, clock, end.Token), woken);
        await end.CancelAsync();
        await woken; // it takes no wake-up that nobody waits for
    }

    private async Task<IReadOnlyList<Frame>> OpeningAsync(Topic topic, Joined joined, ResumeToken? token, CancellationToken cancel)
    {
        var (now, snapshot) = (joined.Now, joined.Snapshot);
        if (token is null)
            return snapshot;
        if (tokens.Doubt(topic.Subject, now, token.Value) is { } doubt)
            return [Reset(doubt), .. snapshot];
        var before = token.Value.Position == now.Knowledge ? now
            : topic.Recent(token.Value.Position) ?? await states.PastAsync(topic.Subject, token.Value.Position, cancel);
        return ResumeTokens.IsOf(token.Value, before)
            ? [topic.Change(before, now) ?? joined.Bookmark]
            : [Reset(ResetReason.Epoch), .. snapshot];
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

    [LoggerMessage(LogLevel.Warning, "the feed could not read what is new; it tries again: {Error}")]
    private partial void FeedBehind(string error);

    private static Refusal Behind() =>
        new(Reason.FeedBehind, "what is new cannot be read; resume with the last token");

    private static Frame Reset(ResetReason reason) => new(new WatchResponse { Kind = WatchKind.Reset, ResetReason = reason });
}
