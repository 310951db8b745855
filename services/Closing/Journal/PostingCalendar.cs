using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>Which month an entry's date is posted to, given the periods and the policy for late entries.</summary>
public sealed class PostingCalendar(IReadOnlyList<PeriodRow> periods, LateEntryPolicy policy)
{
    private readonly Dictionary<YearMonth, PeriodRow> _periods = periods.ToDictionary(period => period.YearMonth);
    private readonly YearMonth? _first = periods.Count == 0 ? null : periods.Min(period => period.YearMonth);

    /// <summary>The same where an entry may stand in its own month only: a month that takes no entries refuses it, whatever the policy.</summary>
    public PostingCalendar OwnMonth => new(periods, LateEntryPolicy.Refuse);

    /// <summary>
    /// The month that takes an entry of this date; refuses a closed one (PERIOD_CLOSED) naming the next open month, and an activity
    /// before the first month that was ever closed (BEFORE_THE_BOOKS): only opening stock and announcements are dated there.
    /// </summary>
    public YearMonth PostedMonth(LocalDate date, EntryClass entry)
    {
        var month = date.Month();
        if (entry == EntryClass.Activity && _first is { } first && month < first && _periods[first].Revision > 0)
        {
            throw new Refusal(Reason.BeforeTheBooks, $"the books begin with {first.ToIso()}; only opening stock is dated before it",
                ("month", month.ToIso()), ("first_month", first.ToIso()));
        }
        if (TakesEntries(month))
            return month;
        var next = month;
        while (!TakesEntries(next))
            next = next.PlusMonths(1);
        if (policy == LateEntryPolicy.PostToNextOpenPeriod)
            return next;
        var state = StateOf(month);
        throw new Refusal(Reason.PeriodClosed,
            $"{month.ToIso()} is {state.ToString().ToLowerInvariant()} and takes no entries; the next open month is {next.ToIso()}",
            ("month", month.ToIso()), ("state", state.ToString()), ("next_open_month", next.ToIso()));
    }

    /// <summary>
    /// The month that takes the reversal of an entry: as <see cref="PostedMonth"/> of its date, and never before the month that took the
    /// entry, so that no month's books take back what is not in them or in those before.
    /// </summary>
    public YearMonth ReversalMonth(RecordedEntry entry, LocalDate date)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return PostedMonth(LocalDate.Max(date, entry.Month.FirstDay()), entry.Class);
    }

    private bool TakesEntries(YearMonth month) => StateOf(month) is PeriodState.Open or PeriodState.Reopened;

    // Months before the first one that was ever prepared stand in its opening balance: they are as open as it is.
    private PeriodState StateOf(YearMonth month) =>
        _periods.TryGetValue(_first is { } first && month < first ? first : month, out var period) ? period.State : PeriodState.Open;
}
