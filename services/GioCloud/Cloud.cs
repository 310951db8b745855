using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.GioCloud;

/// <summary>The measures of the cloud business, and its entries without rules.</summary>
public static class Cloud
{
    /// <summary>Revenue of Hosting Package, yen, zero or more. Reporting attributes it to the outsourcing line.</summary>
    public const string HostingPackageRevenue = "cloud.revenue.hosting_package";

    /// <summary>Revenue of Component, yen, zero or more. Reporting attributes it to SI operation and maintenance.</summary>
    public const string ComponentRevenue = "cloud.revenue.component";

    /// <summary>Cost of revenue of Hosting Package, yen, zero or more.</summary>
    public const string HostingPackageCost = "cloud.cost.hosting_package";

    /// <summary>Cost of revenue of Component, yen, zero or more.</summary>
    public const string ComponentCost = "cloud.cost.component";

    /// <summary>Capital expenditure, yen, zero or more.</summary>
    public const string Capex = "cloud.capex";

    /// <summary>The measures that must not be absent from a month without a word: revenue and cost of each product.</summary>
    public static IReadOnlyList<string> Expected { get; } = [HostingPackageRevenue, ComponentRevenue, HostingPackageCost, ComponentCost];

    /// <summary>Revenue of a product, yen, zero or more.</summary>
    public static Decision Earn(LocalDate on, string measure, long amount) => new("REVENUE", on, [new(measure, amount)]);

    /// <summary>Cost of revenue of a product, yen, zero or more.</summary>
    public static Decision Spend(LocalDate on, string measure, long amount) => new("COST", on, [new(measure, amount)]);

    /// <summary>Capital expenditure, yen, zero or more.</summary>
    public static Decision Invest(LocalDate on, long amount) => new("CAPEX", on, [new(Capex, amount)]);
}

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
    public static string Measure(string kind) => "cloud." + kind;

    /// <summary>Records the count; refuses ALREADY_COUNTED, and PERIOD_CLOSED where the month takes no entries.</summary>
    /// <param name="count">Zero or more.</param>
    /// <param name="periods">The periods that have a state.</param>
    public Decision Count(long count, IReadOnlyList<PeriodRow> periods)
    {
        RequireOpen(Month, periods);
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
    public static void RequireReversible(RecordedEntry entry, LocalDate on, IReadOnlyList<PeriodRow> periods)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (on.Month() != entry.Month)
            throw Refusal.Field("reversed_on", $"is not in {entry.Month.ToIso()}: a count is reversed within its own month");
        RequireOpen(entry.Month, periods);
    }

    // Under the policy that posts late entries to the next open period, that month's count would become the sum of both.
    private static void RequireOpen(YearMonth month, IReadOnlyList<PeriodRow> periods) =>
        new PostingCalendar(periods, LateEntryPolicy.Refuse).PostedMonth(month.LastDay(), EntryClass.Activity);
}

/// <summary>A month's revenue as a yearly rate, yen: the month times twelve, exactly.</summary>
/// <param name="HostingPackage">Revenue of Hosting Package in the month.</param>
/// <param name="Component">Revenue of Component in the month.</param>
public sealed record RunRate(long HostingPackage, long Component)
{
    private const int MonthsPerYear = 12;

    /// <summary>Revenue of both products.</summary>
    public long Revenue => HostingPackage + Component;

    /// <summary>
    /// The run rate of a month from its recorded revenue; null stands for no entry. A product without one earned nothing, as in the
    /// statement; a month without any has no run rate: NOTHING_RECORDED. OUT_OF_RANGE, RUN_RATE_TOO_LARGE where yen exceed int64.
    /// </summary>
    public static RunRate Of(YearMonth month, long? hostingPackage, long? component)
    {
        if (hostingPackage is null && component is null)
            throw new Refusal(Reason.NothingRecorded, $"no revenue is recorded in {month.ToIso()}", ("month", month.ToIso()));
        var (first, second) = (hostingPackage ?? 0, component ?? 0);
        // Reversals of months before may make either negative, so that each is looked at and not their sum alone.
        if (!Fits(first) || !Fits(second) || !Fits((Int128)first + second))
        {
            throw new Refusal(Reason.RunRateTooLarge,
                $"twelve times the revenue of {month.ToIso()} exceeds int64 yen", ("month", month.ToIso()));
        }

        return new RunRate(first, second);
    }

    /// <summary>A month's revenue over a year.</summary>
    public static long Annualised(long revenue) => checked(revenue * MonthsPerYear);

    private static bool Fits(Int128 revenue) => Int128.Abs(revenue) <= long.MaxValue / MonthsPerYear;
}
