using System.Collections.Concurrent;
using Iij.Contracts;
using Iij.Platform;

namespace Iij.Reporting.Feed;

/// <summary>The subjects that are watched, each computed once for all its subscribers, and how many there may be.</summary>
public sealed partial class Topics(
    Views views, SubjectStates states, ResumeTokens tokens, ServiceSettings settings, TimeProvider clock, ILogger<Topics> log) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<Topic>>> _topics = new();
    private readonly Lock _opening = new();
    private readonly SemaphoreSlim _advancing = new(1, 1);

    /// <summary>Reads new rows and sends the changes to the subscribers concerned.</summary>
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

            states.Trim();
        }
        finally
        {
            _advancing.Release();
        }
    }

    /// <summary>Joins the topic of a subject; opens it where nobody watches it yet. Refuses one subject too many (SUBJECTS_EXHAUSTED).</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="latest">The history and the view as the caller read them.</param>
    /// <param name="cancel">Ends the wait, not the computation.</param>
    public async Task<(Topic Topic, Joined Joined)> JoinAsync(Subject subject, (History, View) latest, CancellationToken cancel)
    {
        while (true)
        {
            var lazy = FindOrOpen(subject, latest);
            try
            {
                var topic = await lazy.Value.WaitAsync(cancel);
                Advance(topic, latest); // it may be behind what this subscriber saw at another replica
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

    /// <inheritdoc/>
    public void Dispose() => _advancing.Dispose();

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
        new(subject, states.Take(subject, latest.History, latest.View), held => tokens.Issue(subject, held), clock);

    private void Advance(Topic topic, (History History, View View) latest)
    {
        using var span = Telemetry.Continue("feed", latest.History.TraceParentsAfter(topic.Knowledge));
        topic.Advance(latest.History.Knowledge, before => states.Take(topic.Subject, latest.History, latest.View, before));
    }

    [LoggerMessage(LogLevel.Error, "the feed could not compute {Subject}; its streams end")]
    private partial void SubjectFailed(Exception error, string subject);
}
