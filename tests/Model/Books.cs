using Iij.Contracts;
using NodaTime;

namespace Iij.Tests.Model;

/// <summary>
/// The naive model: a list of acknowledged entries, and every figure a sum over the whole list, every time. It shares no line with
/// the running totals it judges.
/// </summary>
public sealed class Books
{
    private readonly List<Recorded> _entries = [];
    private readonly Lock _lock = new();

    public IReadOnlyList<Recorded> Entries => _entries;

    public Recorded Add(Draft draft, Iij.Closing.V1.EntryReceipt receipt) =>
        Add(new(receipt.EntryNumber, draft, draft.Date, receipt.PostedMonth.ToYearMonth()!.Value, draft.Lines, null));

    public Recorded Reverse(Recorded original, LocalDate date, Iij.Closing.V1.EntryReceipt receipt)
    {
        var lines = original.Lines.Select(line => line with { Amount = -line.Amount }).ToList();
        var month = receipt.PostedMonth.ToYearMonth()!.Value;
        return original.ReversedBy = Add(new(receipt.EntryNumber, original.Draft, date, month, lines, original));
    }

    public Recorded Credit(Recorded original, LocalDate date, IReadOnlyList<Line> lines, Iij.Closing.V1.EntryReceipt receipt) =>
        Add(new(receipt.EntryNumber, original.Draft, date, receipt.PostedMonth.ToYearMonth()!.Value, lines, null) { Credits = original });

    /// <summary>What standing credit notes have left of an amount of an entry.</summary>
    public long Left(Recorded entry, Line line) => Math.Abs(line.Amount) - _entries.Where(credit => credit.Credits == entry && credit.Stands)
        .SelectMany(credit => credit.Lines).Where(other => other.Measure == line.Measure).Sum(other => Math.Abs(other.Amount));

    /// <summary>The sum of a month; zero where nothing happened.</summary>
    public long Flow(string measure, YearMonth month) => Of(measure).Where(x => x.Entry.Month == month).Sum(x => x.Amount);

    /// <summary>The sum of a month and everything before it.</summary>
    public long Stock(string measure, YearMonth month) => Of(measure).Where(x => x.Entry.Month <= month).Sum(x => x.Amount);

    /// <summary>Whether something of a measure stands in a month.</summary>
    public bool Any(string measure, YearMonth month) => Of(measure).Where(x => x.Entry.Month == month).Sum(x => x.Entry.Count) != 0;

    /// <summary>How many entries of a measure stand in a month and everything before it.</summary>
    public int Standing(string measure, YearMonth month) => Of(measure).Where(x => x.Entry.Month <= month).Sum(x => x.Entry.Count);

    /// <summary>The measures of an open list that have something in a month.</summary>
    public IEnumerable<string> Measures(string prefix, YearMonth month) => _entries.Where(entry => entry.Month == month)
        .SelectMany(entry => entry.Lines).Select(line => line.Measure).Distinct()
        .Where(measure => measure.StartsWith(prefix, StringComparison.Ordinal) && Any(measure, month)).ToList();

    /// <summary>
    /// The stock from each date on: what the month starts with, each change in it, each change after it. An entry counts from its own
    /// date, but not before the month that it is posted to; the first month of the books also tells the dates before it.
    /// </summary>
    public IReadOnlyList<(LocalDate Date, long Amount)> ByDate(string measure, YearMonth month, bool isFirst)
    {
        var steps = new List<(LocalDate Date, long Amount)>();
        var days = Of(measure)
            .GroupBy(x => (x.Entry.Month, x.Entry.Date))
            .Where(cell => cell.Sum(x => x.Amount) != 0 || cell.Sum(x => x.Entry.Count) != 0)
            .SelectMany(cell => cell.Select(x => (From: From(x.Entry, month, isFirst), x.Amount)))
            .GroupBy(x => x.From).OrderBy(day => day.Key);
        foreach (var day in days)
            steps.Add((day.Key, (steps.Count == 0 ? 0 : steps[^1].Amount) + day.Sum(x => x.Amount)));
        return steps;
    }

    /// <summary>The earliest month in which something stands that is not an opening stock.</summary>
    public YearMonth? FirstActivity() => _entries
        .Where(entry => !entry.Draft.Opening && (entry.Stands || (entry.Reverses ?? entry.ReversedBy)!.Month != entry.Month))
        .Select(entry => (YearMonth?)entry.Month).Min();

    private static LocalDate From(Recorded entry, YearMonth month, bool isFirst)
    {
        if (entry.Month < month)
            return isFirst ? entry.Date : month.FirstDay();
        return LocalDate.Max(entry.Date, entry.Month.FirstDay());
    }

    private IEnumerable<(Recorded Entry, long Amount)> Of(string measure) =>
        _entries.SelectMany(entry => entry.Lines.Where(line => line.Measure == measure).Select(line => (entry, line.Amount)));

    private Recorded Add(Recorded entry)
    {
        lock (_lock)
            _entries.Add(entry);
        return entry;
    }
}
