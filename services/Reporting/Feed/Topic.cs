using Iij.Reporting.V1;

namespace Iij.Reporting.Feed;

/// <summary>
/// One subject and everybody who watches it: the state now, computed once for all, and its states at the last few positions.
/// </summary>
public sealed class Topic
{
    private const int ItemsPerMessage = 500;
    private const int RecentMax = 64;

    /// <summary>How long a topic without subscribers is kept.</summary>
    public static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan _behindAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _computing = new();
    private readonly Lock _turn = new();
    private readonly List<Subscriber> _subscribers = [];
    private readonly Queue<SubjectState> _recent = [];
    private readonly Func<SubjectState, string> _token;
    private readonly TimeProvider _clock;
    private long _seen;
    private SubjectState _now;
    private DateTimeOffset? _idleSince;
    private bool _ended;
    private Lazy<IReadOnlyList<Frame>> _snapshot = null!;
    private Lazy<Frame> _bookmark = null!;

    /// <summary>A topic that holds this now.</summary>
    /// <param name="subject">What is watched.</param>
    /// <param name="now">The state at the beginning.</param>
    /// <param name="token">Makes the token of what is state.</param>
    /// <param name="clock">Measures how long ago the state was seen to be all there is.</param>
    public Topic(Subject subject, SubjectState now, Func<SubjectState, string> token, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        (Subject, _token, _now, _clock, _seen) = (subject, token, now, clock, clock.GetTimestamp());
        Become(now);
    }

    /// <summary>The subject.</summary>
    public Subject Subject { get; }

    /// <summary>The sequence position of the current state.</summary>
    public long Knowledge
    {
        get
        {
            lock (_turn)
                return _now.Knowledge;
        }
    }

    /// <summary>Whether it is too long ago that the state was seen to be all there is: a subscriber must not be told that nothing is new.</summary>
    public bool IsBehind => _clock.GetElapsedTime(Interlocked.Read(ref _seen)) > _behindAfter;

    /// <summary>Joins: from this position on the subscriber gets every change. Null of a topic that has ended: ask for it anew.</summary>
    public Joined? Join()
    {
        lock (_turn)
        {
            if (_ended)
                return null;
            var subscriber = new Subscriber();
            _subscribers.Add(subscriber);
            return new Joined(subscriber, _now, _snapshot.Value, _bookmark.Value);
        }
    }

    /// <summary>Ends a topic that had no subscriber for some time: subscribers that are disconnected together reconnect together.</summary>
    public bool TryEnd(DateTimeOffset now)
    {
        lock (_turn)
        {
            _idleSince = _subscribers.Count > 0 ? null : _idleSince ?? now;
            return _ended |= now - _idleSince >= IdleMax;
        }
    }

    /// <summary>Ends a topic without subscribers, to make room for another.</summary>
    public bool TryEndIdle()
    {
        lock (_turn)
            return _ended |= _subscribers.Count == 0;
    }

    /// <summary>Leaves.</summary>
    public void Leave(Subscriber subscriber)
    {
        lock (_turn)
            _subscribers.Remove(subscriber);
    }

    /// <summary>The state at one of the last few positions; null for others.</summary>
    public SubjectState? Recent(long knowledge)
    {
        lock (_turn)
            return _recent.LastOrDefault(state => state.Knowledge <= knowledge) is { } known && known.Knowledge == knowledge ? known : null;
    }

    /// <summary>Says that nothing has changed up to now.</summary>
    public Frame Bookmark()
    {
        lock (_turn)
            return _bookmark.Value;
    }

    /// <summary>
    /// Goes on to the last moment there is and tells everybody what has changed, if anything has. The state then is computed once,
    /// the first caller, and not at all where it is computed already.
    /// </summary>
    public void Advance(long knowledge, Func<SubjectState, SubjectState> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        lock (_computing)
        {
            if (knowledge > Knowledge)
                Tell(take(_now)); // nobody else changes it
            Interlocked.Exchange(ref _seen, _clock.GetTimestamp());
        }
    }

    /// <summary>Ends a topic that cannot go on, and everybody's stream with it: they come back with their tokens.</summary>
    public void Fail()
    {
        lock (_turn)
        {
            _ended = true;
            foreach (var subscriber in _subscribers)
                subscriber.Fail();
            _subscribers.Clear();
        }
    }

    /// <summary>The change from one moment to another; null where there is none.</summary>
    public Frame? Change(SubjectState before, SubjectState after)
    {
        ArgumentNullException.ThrowIfNull(after);
        var (items, removed) = after.Since(before);
        return items.Count + removed.Count == 0 ? null : new Frame(Message(WatchKind.Change, after, message =>
        {
            message.Items.AddRange(items);
            message.Removed.AddRange(removed);
        }));
    }

    private void Tell(SubjectState next)
    {
        lock (_turn)
        {
            var change = Change(_now, next);
            Become(next);
            if (change is not null)
                _subscribers.RemoveAll(subscriber => !subscriber.Offer(change));
        }
    }

    private void Become(SubjectState next)
    {
        _now = next;
        _recent.Enqueue(next);
        while (_recent.Count > RecentMax)
            _recent.Dequeue();
        _snapshot = new(() => [.. Snapshot(next)]);
        _bookmark = new(() => new Frame(Message(WatchKind.Bookmark, next)));
    }

    private IEnumerable<Frame> Snapshot(SubjectState state) => state.Items.Chunk(ItemsPerMessage)
        .Select(items => new Frame(new WatchResponse { Kind = WatchKind.Snapshot, Knowledge = state.Knowledge, Items = { items } }))
        .Append(new Frame(Message(WatchKind.EndOfSnapshot, state)));

    private WatchResponse Message(WatchKind kind, SubjectState state, Action<WatchResponse>? fill = null)
    {
        var message = new WatchResponse { Kind = kind, Token = _token(state), Knowledge = state.Knowledge, Digest = state.Digest };
        fill?.Invoke(message);
        return message;
    }
}

/// <summary>The beginning of a stream.</summary>
/// <param name="Subscriber">Where later changes come.</param>
/// <param name="Now">The state at this position.</param>
/// <param name="Snapshot">The same as messages.</param>
/// <param name="Bookmark">Or only that nothing has changed up to here.</param>
public sealed record Joined(Subscriber Subscriber, SubjectState Now, IReadOnlyList<Frame> Snapshot, Frame Bookmark);
