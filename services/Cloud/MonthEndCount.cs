using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Cloud;

/// <summary>
/// A count taken at the end of a month and its rules, pure. It is a fresh observation, not a movement: it stands for its month
/// alone, so that a month has one or none of a kind, and neither the count nor its reversal may be posted to another month.
/// </summary>
/// <param name="Month">The month.</param>
/// <param name="Kind">What is counted: one of <see cref="Kinds"/>.</param>
/// <param name="CountedBy">The entry that counted it already; null where none stands.</param>
public sealed record MonthEndCount(YearMonth Month, string Kind, long? CountedBy)
{
    /// <summary>The kind of an entry that counts.</summary>
    public const string CountedKind = "COUNTED";

    private const string MeasurePrefix = "cloud.";

    /// <summary>Projects.</summary>
    public const string Projects = "projects";

    /// <summary>Clients.</summary>
    public const string Clients = "clients";

    /// <summary>Partners.</summary>
    public const string Partners = "partners";

    /// <summary>Orders of the VW series.</summary>
    public const string VwSeriesOrders = "vw_series_orders";

    /// <summary>Prospects of the VW series.</summary>
    public const string VwSeriesProspects = "vw_series_prospects";

    /// <summary>The kinds of counts.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [Projects, Clients, Partners, VwSeriesOrders, VwSeriesProspects];

    /// <summary>The measure of a kind: a count, zero or more, a stock at the month's end.</summary>
    public static string Measure(string kind) => MeasurePrefix + kind;

    /// <summary>The kind that an entry counted.</summary>
    public static string KindOf(RecordedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Postings[0].Measure[MeasurePrefix.Length..];
    }

    /// <summary>Records the count; refuses ALREADY_COUNTED, and PERIOD_CLOSED where the month takes no entries.</summary>
    /// <param name="count">Zero or more.</param>
    /// <param name="calendar">Which month takes an entry.</param>
    public Decision Count(long count, PostingCalendar calendar)
    {
        RequireOpen(Month, calendar);
        if (CountedBy is { } entry)
        {
            var number = entry.ToString(System.Globalization.CultureInfo.InvariantCulture);
            throw new Refusal(Reason.AlreadyCounted,
                $"{Kind} of {Month.ToIso()} were counted by entry {number}; reverse it first", ("month", Month.ToIso()), ("kind", Kind),
                ("entry_number", number));
        }

        return new Decision(CountedKind, Month.LastDay(), [new(Measure(Kind), count)]);
    }

    /// <summary>Refuses to reverse a count in another month than its own, or when its own takes no entries (PERIOD_CLOSED).</summary>
    public static void RequireReversible(RecordedEntry entry, LocalDate on, PostingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (on.Month() != entry.Month)
            throw Refusal.Field("reversed_on", $"is not in {entry.Month.ToIso()}: a count is reversed within its own month");
        RequireOpen(entry.Month, calendar);
    }

    // Under the policy that posts late entries to the next open period, that month's count would become the sum of both.
    private static void RequireOpen(YearMonth month, PostingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        calendar.OwnMonth.PostedMonth(month.LastDay(), EntryClass.Activity);
    }
}
