using Iij.Contracts;
using NodaTime;

namespace Iij.Closing;

/// <summary>The changes of stocks that are known at any date.</summary>
public sealed class DatedChanges
{
    private readonly Dictionary<(string Measure, string Month, string Date), (long Amount, long Entries)> _totals;

    internal DatedChanges(IEnumerable<DatedRow> rows) =>
        _totals = rows.ToDictionary(row => (row.Measure, row.Month, row.EntryDate), row => (row.Amount, row.Entries));

    /// <summary>No changes: a new one each time, as they are added to.</summary>
    public static DatedChanges None() => new([]);

    /// <summary>The net change of a stock by date, first to last; dates at which nothing stands are left out.</summary>
    public IReadOnlyList<(LocalDate Date, long Amount)> Of(string measure) => _totals
        .Where(total => total.Key.Measure == measure && (total.Value.Entries != 0 || total.Value.Amount != 0))
        .GroupBy(total => total.Key.Date, total => total.Value.Amount)
        .OrderBy(date => date.Key, StringComparer.Ordinal)
        .Select(date => (Calendar.ParseDate(date.Key)!.Value, date.Sum())).ToList();

    /// <summary>Adds what an entry changes.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="reversed">The entry that it reverses, or null.</param>
    public void Add(RecordedEntry entry, RecordedEntry? reversed)
    {
        ArgumentNullException.ThrowIfNull(entry);
        foreach (var posting in entry.Postings)
        {
            var key = (posting.Measure, entry.Month.ToIso(), entry.Date.ToIso());
            var before = _totals.GetValueOrDefault(key);
            _totals[key] = (before.Amount + posting.Amount, before.Entries + entry.CountOf(reversed));
        }
    }
}
