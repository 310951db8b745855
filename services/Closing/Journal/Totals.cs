using Iij.Closing.V1;
using Iij.Contracts;
using NodaTime;

namespace Iij.Closing;

/// <summary>
/// The running totals that a month's statement is made from: a handful of rows, whatever the number of entries.
/// </summary>
public sealed class Totals
{
    private readonly Dictionary<string, TotalRow> _month;
    private readonly Dictionary<string, TotalRow> _through;
    private readonly ILookup<string, DatedRow> _dated;
    private readonly bool _isFirst;

    internal Totals(
        YearMonth month, bool isFirst, IEnumerable<TotalRow> ofMonth, IEnumerable<TotalRow> through, IEnumerable<DatedRow> dated)
    {
        (Month, _isFirst) = (month, isFirst);
        _month = ofMonth.ToDictionary(row => row.Measure);
        _through = through.ToDictionary(row => row.Measure);
        _dated = dated.ToLookup(row => row.Measure);
    }

    /// <summary>The month.</summary>
    public YearMonth Month { get; }

    /// <summary>What was posted to the month, or null where nothing stands.</summary>
    public long? Of(string measure) => _month.TryGetValue(measure, out var row) && row.Entries != 0 ? row.Amount : null;

    /// <summary>
    /// Whether a required measure is stated: an entry stands in the month, of a stock that carries over in the month or before it. An entry
    /// of amount 0 states zero.
    /// </summary>
    public bool States(MeasureInfo measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        var rows = measure.Requirement == Requirement.Once ? _through : _month;
        return rows.TryGetValue(measure.Name, out var row) && row.Entries != 0;
    }

    /// <summary>What was posted to the month; zero where nothing stands: for flows that are zero when nothing happened.</summary>
    public long Flow(string measure) => _month.TryGetValue(measure, out var row) ? row.Amount : 0;

    /// <summary>What was posted to the month and every month before: a stock that moves.</summary>
    public long Stock(string measure) => _through.TryGetValue(measure, out var row) ? row.Amount : 0;

    /// <summary>The measures of an open list that have something in the month: "group.balance." → (item, amount), by item.</summary>
    public IEnumerable<ItemAmount> Items(string prefix) => _month.Values
        .Where(row => row.Entries != 0 && row.Measure.StartsWith(prefix, StringComparison.Ordinal))
        .OrderBy(row => row.Measure, StringComparer.Ordinal)
        .Select(row => new ItemAmount { Item = row.Measure[prefix.Length..], Amount = row.Amount });

    /// <summary>
    /// A stock that is known at any date: what the month starts with, each change in it, and what is scheduled after it. The first
    /// month that is closed also tells the dates before it; before the first element there is nothing.
    /// </summary>
    public IEnumerable<DatedAmount> ByDate(string measure)
    {
        var changes = _dated[measure]
            .Where(row => row.Entries != 0 || row.Amount != 0)
            .GroupBy(EffectiveFrom)
            .OrderBy(group => group.Key);
        long stock = 0;
        foreach (var change in changes)
        {
            stock += change.Sum(row => row.Amount);
            yield return new DatedAmount { Date = change.Key.ToProto(), Amount = stock };
        }
    }

    // What was posted before this month stands as its start; a late entry keeps its own date but counts from the month it is posted to.
    private LocalDate EffectiveFrom(DatedRow row)
    {
        var date = Calendar.ParseDate(row.EntryDate)!.Value;
        var posted = Calendar.ParseMonth(row.Month)!.Value;
        if (posted < Month && _isFirst)
            return date;
        var floor = (posted < Month ? Month : posted).FirstDay();
        return date < floor || posted < Month ? floor : date;
    }
}

/// <summary>A running total of a measure.</summary>
internal sealed record TotalRow(string Measure, long Amount, long Entries)
{
    private TotalRow()
        : this("", 0, 0)
    {
    }
}

/// <summary>A running total of a measure by date.</summary>
internal sealed record DatedRow(string Measure, string Month, string EntryDate, long Amount, long Entries)
{
    private DatedRow()
        : this("", "", "", 0, 0)
    {
    }
}
