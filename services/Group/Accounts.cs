using Iij.Closing;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Group;

/// <summary>
/// The group's own accounts and the rules of their entries, pure. Flows add up within a month; a stock is stated once for the end
/// of a month and never moves to another.
/// </summary>
public static class Accounts
{
    /// <summary>SG&amp;A without the ATM business's, yen, zero or more.</summary>
    public const string Sga = "group.sga";

    /// <summary>Other income less other expense, yen, any sign.</summary>
    public const string OtherIncomeNet = "group.other_income_net";

    /// <summary>Income tax expense, yen, any sign: positive lowers income.</summary>
    public const string IncomeTax = "group.income_tax";

    /// <summary>Equity in net income of equity-method investees, yen, any sign.</summary>
    public const string EquityMethodIncome = "group.equity_method_income";

    /// <summary>Non-controlling interests as displayed (added), yen, any sign.</summary>
    public const string NoncontrollingInterests = "group.noncontrolling_interests";

    /// <summary>Personnel cost, yen, zero or more.</summary>
    public const string PersonnelCost = "group.personnel_cost";

    /// <summary>Employees at the end of a month, a count.</summary>
    public const string Employees = "group.employees";

    /// <summary>Before the item of the balance sheet; yen, any sign, at the end of a month.</summary>
    public const string BalancePrefix = "group.balance.";

    /// <summary>Before the item of the cash flow; yen, any sign.</summary>
    public const string CashFlowPrefix = "group.cash_flow.";

    /// <summary>Revenue earned overseas, yen, zero or more.</summary>
    public const string OverseasRevenue = "group.memo.overseas_revenue";

    /// <summary>New graduates who joined, a count.</summary>
    public const string NewGraduatesHired = "group.memo.new_graduates_hired";

    /// <summary>Corporate customers at the end of a month, a count.</summary>
    public const string CorporateCustomers = "group.memo.corporate_customers";

    /// <summary>The accounts that take no negative amounts.</summary>
    public static IReadOnlyList<string> NeverNegative { get; } = [Sga, PersonnelCost];

    /// <summary>Whether a measure is a stock, as the statement's schema says.</summary>
    public static bool IsStock(string measure) => MeasureCatalog.Find(measure) is { Nature: Nature.Stock };

    /// <summary>An amount of a standing account, in yen. Refuses a negative one where the account takes none (amount_jpy).</summary>
    public static Decision Record(string account, LocalDate on, long amount) =>
        amount < 0 && NeverNegative.Contains(account)
            ? throw Refusal.Field("amount_jpy", $"is negative; {account} is zero or more")
            : new Decision("ACCOUNT", on, [new(account, amount)]);

    /// <summary>A flow of a month, dated its last day.</summary>
    /// <param name="kind">The entry's kind.</param>
    /// <param name="measure">The flow.</param>
    /// <param name="month">The month.</param>
    /// <param name="amount">In the measure's unit.</param>
    public static Decision Flow(string kind, string measure, YearMonth month, long amount) =>
        new(kind, month.LastDay(), [new(measure, amount)]);

    /// <summary>A stock at the end of a month, dated its last day. Refuses a second one: ALREADY_RECORDED.</summary>
    /// <param name="kind">The entry's kind.</param>
    /// <param name="measure">The stock.</param>
    /// <param name="month">The month.</param>
    /// <param name="amount">In the measure's unit.</param>
    /// <param name="standing">The entry that states the stock for that month already, or null.</param>
    public static Decision Stand(string kind, string measure, YearMonth month, long amount, long? standing)
    {
        if (standing is { } entry)
        {
            throw new Refusal(Reason.AlreadyRecorded,
                $"{measure} of {month.ToIso()} is recorded by entry {entry}; reverse it before another is recorded",
                ("measure", measure), ("month", month.ToIso()), ("entry_number", $"{entry}"));
        }

        return new Decision(kind, month.LastDay(), [new(measure, amount)]);
    }

    /// <summary>
    /// Refuses a date whose month takes no entries (PERIOD_CLOSED) even where late entries go to the next open month: the stock of one
    /// month is not that of the next, and a split counts from its own date.
    /// </summary>
    public static void RequireOwnMonth(PostingCalendar calendar, LocalDate date, EntryClass entry)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        calendar.OwnMonth.PostedMonth(date, entry);
    }
}
