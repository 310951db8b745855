using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Gives the view of any moment. An answer is never older than the last commit of this process, which says that it moved the position. Whether
/// another replica moved it is asked of the database (one number is compared) where that was not done in the last 20 ms.
/// </summary>
public sealed class Views(Database database, ReportingStore store, HistoryReader reader, RecordChain chain, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan _unseenMax = TimeSpan.FromMilliseconds(20); // how long a commit of another replica is not seen
    private const int PastMax = 64; // positions asked for last, of editions above all, each folded once
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly Lock _turn = new();
    private readonly LinkedList<(long Knowledge, Lazy<View> View)> _past = [];
    private volatile Latest? _latest;
    private volatile Refusal? _altered;
    private long _moves;

    /// <summary>A transaction of this process was committed that moved the position.</summary>
    public void Moved() => Interlocked.Increment(ref _moves);

    /// <summary>Everything told up to a moment, and its view; now where none is named. A number that is not known yet is refused.</summary>
    public async Task<(History History, View View)> GetAsync(AsOf? asOf, CancellationToken cancel)
    {
        var (history, view) = await LatestAsync(cancel);
        if (asOf is null || asOf.MomentCase == AsOf.MomentOneofCase.None)
            return (history, view);
        var knowledge = asOf.MomentCase == AsOf.MomentOneofCase.Time
            ? history.KnowledgeAt(Fields.Moment(asOf.Time, "as_of.time"))
            : asOf.Knowledge;
        if (knowledge < 0 || knowledge > history.Knowledge)
            throw Refusal.Field("as_of.knowledge", $"is 0 to {history.Knowledge}, the last number known");
        return knowledge == history.Knowledge ? (history, view) : (history.Until(knowledge), At(history, knowledge));
    }

    /// <summary>The view at a sequence position. It never changes: asking again gives the same view.</summary>
    public View At(History history, long knowledge)
    {
        ArgumentNullException.ThrowIfNull(history);
        Lazy<View> view;
        lock (_turn)
        {
            view = _past.FirstOrDefault(known => known.Knowledge == knowledge).View ?? new(() => Fold.Of(history.Until(knowledge)));
            _past.Remove((knowledge, view));
            _past.AddFirst((knowledge, view));
            if (_past.Count > PastMax)
                _past.RemoveLast();
        }

        return view.Value;
    }

    /// <summary>Everything told so far, and its view.</summary>
    public async Task<(History History, View View)> LatestAsync(CancellationToken cancel)
    {
        RequireUnaltered();
        if (_latest is { } known && IsPresent(known))
            return (known.History, known.View);
        await _loading.WaitAsync(cancel);
        try
        {
            RequireUnaltered();
            var (moves, at) = (Interlocked.Read(ref _moves), clock.GetTimestamp());
            if (_latest is not { } latest || !IsPresent(latest))
            {
                var read = await database.ReadAsync(transaction => ReadAsync(transaction, _latest, isWithin: false), cancel);
                _latest = latest = Folded(read, _latest) with { Moves = moves, At = at };
            }

            return (latest.History, latest.View);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>
    /// The view as a transaction sees it: what a decision within it rests on. It waits for no reader, who may wait for a connection, and
    /// nobody else gets it: the transaction may have written what it never commits.
    /// </summary>
    public async Task<(History History, View View)> WithinAsync(Transaction transaction)
    {
        RequireUnaltered();
        var known = _latest;
        var latest = Folded(await ReadAsync(transaction, known, isWithin: true), known);
        return (latest.History, latest.View);
    }

    /// <summary>
    /// Reads every record again and verifies it, whatever is known: a row that was changed after it was read shows nowhere else. Where one was,
    /// every answer is refused from then on, until an audit finds the records right again. Returns the last position.
    /// </summary>
    public async Task<long> AuditAsync(CancellationToken cancel)
    {
        try
        {
            var read = await database.ReadAsync(transaction => ReadAsync(transaction, null, isWithin: false), cancel);
            _altered = null;
            return read.History.Knowledge;
        }
        catch (Refusal refusal) when (RecordChain.IsAltered(refusal))
        {
            _altered = refusal;
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _loading.Dispose();

    private void RequireUnaltered()
    {
        if (_altered is { } altered)
            throw altered;
    }

    // No commit of this process has moved the position since it was read, and none of another replica for longer than may be unseen.
    private bool IsPresent(Latest latest) =>
        latest.Moves == Interlocked.Read(ref _moves) && clock.GetElapsedTime(latest.At) < _unseenMax;

    private static Latest Folded((History History, string Digest) read, Latest? known) => known is not null && read.History == known.History
        ? known
        : new Latest(read.History, FoldOf(read.History, known?.History.Knowledge ?? read.History.Knowledge), read.Digest, 0, 0);

    // What was there when the process began was followed in another life.
    private static View FoldOf(History history, long known)
    {
        using var span = Telemetry.Continue("fold", history.TraceParentsAfter(known));
        return Fold.Of(history);
    }

    // What is new in the database, verified and joined to what is known.
    private async Task<(History History, string Digest)> ReadAsync(Transaction transaction, Latest? known, bool isWithin)
    {
        if (known is not null && known.History.Knowledge == await store.LastKnowledgeAsync(transaction))
            return (known.History, known.Digest);
        var after = known?.History.Knowledge ?? 0;
        var added = await reader.ReadAsync(transaction, after);
        var digest = await chain.VerifyAsync(transaction, known?.Digest ?? "", after, added, isWithin);
        return (known is null ? added : known.History.With(added), digest);
    }

    private sealed record Latest(History History, View View, string Digest, long Moves, long At);
}
