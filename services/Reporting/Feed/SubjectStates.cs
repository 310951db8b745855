using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Iij.Reporting.Feed;

/// <summary>Computes what a subject shows, now and at an earlier position; an earlier state is computed once for all who resume from it.</summary>
public sealed class SubjectStates(Views views)
{
    private const int PastMax = 64; // moments that tokens asked for, each kept once for all who come back from there
    private static readonly Counter<long> _computed = new Meter("Iij.Reporting")
        .CreateCounter<long>("iij.feed.subjects_computed", "{subject}", "How often what a subject shows was computed.");

    private readonly ConcurrentDictionary<(string Subject, long Knowledge), Lazy<Task<SubjectState>>> _past = new();
    private long _computations;

    /// <summary>How often the content of a subject was computed since the process started.</summary>
    public long Computations => Interlocked.Read(ref _computations);

    /// <summary>What a subject shows of a view; what is as it was before is kept once for both.</summary>
    public SubjectState Take(Subject subject, History history, View view, SubjectState? before = null)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(history);
        Interlocked.Increment(ref _computations);
        _computed.Add(1);
        return new SubjectState(history.Knowledge, subject.Take(history, view), before);
    }

    /// <summary>What a subject showed at a position.</summary>
    public async Task<SubjectState> PastAsync(Subject subject, long knowledge, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(subject);
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

    /// <summary>Forgets earlier states where they have become many.</summary>
    public void Trim()
    {
        if (_past.Count > PastMax)
            _past.Clear();
    }

    private async Task<SubjectState> ComputePastAsync(Subject subject, long knowledge)
    {
        var (history, _) = await views.LatestAsync(CancellationToken.None);
        var until = history.Until(knowledge);
        return await Task.Run(() => Take(subject, until, Fold.Of(until)));
    }
}
