using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Gives the view of any moment. What is new in the database is read before each answer (one number is compared), so that an
/// answer is never older than the last commit, whichever replica made it.
/// </summary>
public sealed class Views(Database database, ReportingStore store, LineStore lineStore, EditionStore editions) : IDisposable
{
    private const int PastMax = 64; // positions asked for last, of editions above all, each folded once
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly Lock _turn = new();
    private readonly LinkedList<(long Knowledge, Lazy<View> View)> _past = [];
    private volatile Latest? _latest;

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
        return (history.Until(knowledge), At(history, knowledge));
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
        await _loading.WaitAsync(cancel);
        try
        {
            var history = await database.ReadAsync(transaction => ReadAsync(transaction, _latest?.History), cancel);
            _latest = Folded(history, _latest);
            return (_latest.History, _latest.View);
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
        var known = _latest;
        var latest = Folded(await ReadAsync(transaction, known?.History), known);
        return (latest.History, latest.View);
    }

    /// <inheritdoc/>
    public void Dispose() => _loading.Dispose();

    private static Latest Folded(History history, Latest? known) => known is not null && history == known.History
        ? known
        : new Latest(history, FoldOf(history, known?.History.Knowledge ?? history.Knowledge));

    // What was there when the process began was followed in another life.
    private static View FoldOf(History history, long known)
    {
        using var span = Telemetry.Continue("fold", history.TraceParentsAfter(known));
        return Fold.Of(history);
    }

    private async Task<History> ReadAsync(Transaction transaction, History? known)
    {
        var last = await store.LastKnowledgeAsync(transaction);
        if (known is not null && known.Knowledge == last)
            return known;
        var after = known?.Knowledge ?? 0;
        var events = await store.ListEventsAsync(transaction, after);
        var facts = (await store.ListFactsAsync(transaction, after)).GroupBy(row => row.Knowledge)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<Fact>)group.Select(row => row.Fact).ToList());
        var decisions = await store.ListDecisionsAsync(transaction, after);
        var lines = await lineStore.ListVersionsAsync(transaction);
        var prepared = await editions.ListAsync(transaction, after);
        if (known is null)
            return new History(last, events, WithEmpty(facts, events), decisions, lines, prepared);
        return new History(last, [.. known.Events, .. events],
            new Dictionary<long, IReadOnlyList<Fact>>(known.Facts.Concat(WithEmpty(facts, events))), [.. known.Decisions, .. decisions],
            lines, [.. known.Editions, .. prepared]);
    }

    // A statement may have no fact at all, and is a statement nevertheless.
    private static Dictionary<long, IReadOnlyList<Fact>> WithEmpty(
        Dictionary<long, IReadOnlyList<Fact>> facts, IReadOnlyList<ReceivedEvent> events)
    {
        foreach (var row in events.Where(row => row.HasStatement))
            facts.TryAdd(row.Knowledge, []);
        return facts;
    }

    private sealed record Latest(History History, View View);
}
