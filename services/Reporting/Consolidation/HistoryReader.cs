using Iij.Contracts;
using Iij.Platform;

namespace Iij.Reporting;

/// <summary>Reads from the stores what was stored after a position.</summary>
public sealed class HistoryReader(ReportingStore store, LineStore lines, EditionStore editions, RemarkStore remarks)
{
    /// <summary>What was stored after a position, up to the last one; of the lines model every version.</summary>
    public async Task<History> ReadAsync(Transaction transaction, long after)
    {
        var last = await store.LastKnowledgeAsync(transaction);
        var events = await store.ListEventsAsync(transaction, after);
        var facts = (await store.ListFactsAsync(transaction, after)).GroupBy(row => row.Knowledge)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<Fact>)group.Select(row => row.Fact).ToList());
        foreach (var row in events.Where(row => row.HasStatement))
            facts.TryAdd(row.Knowledge, []); // a statement may have no fact at all, and is a statement nevertheless
        return new History(last, events, facts, await store.ListDecisionsAsync(transaction, after), await ReadLinesAsync(transaction),
            await editions.ListAsync(transaction, after), await remarks.ListAsync(transaction, after));
    }

    // A model was checked before it was stored: one that cannot be read is another.
    private async Task<IReadOnlyList<LineVersion>> ReadLinesAsync(Transaction transaction)
    {
        try
        {
            return await lines.ListVersionsAsync(transaction);
        }
        catch (LineModelException error)
        {
            throw new Refusal(Reason.RecordAltered,
                $"the lines model is not what was stored: {error.Message}; no figure is shown until the database is restored", ("knowledge", "0"));
        }
    }
}
