using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Backlog;

/// <summary>What systems integration records beside its orders.</summary>
public static class SiFigures
{
    /// <summary>Cost of systems integration excluding cloud, yen, zero or more.</summary>
    public const string Cost = "backlog.cost.systems_integration";

    /// <summary>Equipment sales, yen, zero or more.</summary>
    public const string EquipmentRevenue = "backlog.revenue.equipment";

    /// <summary>Cost of equipment sales, yen, zero or more.</summary>
    public const string EquipmentCost = "backlog.cost.equipment";

    /// <summary>Outsourced personnel counted at the end of a month, a stock; absent where nobody counted.</summary>
    public const string Personnel = "backlog.outsourced_personnel";

    /// <summary>The entry that counts outsourced personnel.</summary>
    public const string PersonnelCounted = "PERSONNEL_COUNTED";

    /// <summary>Equipment sold and its cost; at least one of them.</summary>
    public static Decision Equipment(LocalDate on, long? revenue, long? cost)
    {
        if (revenue is null && cost is null)
            throw Refusal.Field("revenue_jpy", "neither revenue_jpy nor cost_jpy is given");
        var postings = new List<PostingLine>();
        if (revenue is { } r)
            postings.Add(new(EquipmentRevenue, r));
        if (cost is { } c)
            postings.Add(new(EquipmentCost, c));
        return new Decision("EQUIPMENT", on, postings);
    }

    /// <summary>Cost of systems integration.</summary>
    public static Decision Expense(LocalDate on, long cost) => new("SI_COST", on, [new(Cost, cost)]);

    /// <summary>Outsourced personnel at the end of a month. Refuses ALREADY_COUNTED, and PERIOD_CLOSED where the month takes no entries.</summary>
    /// <param name="month">The month.</param>
    /// <param name="count">People, zero or more.</param>
    /// <param name="counted">Whether the month is counted already.</param>
    /// <param name="calendar">Which month takes an entry.</param>
    public static Decision Count(YearMonth month, long count, bool counted, PostingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        if (counted)
        {
            throw new Refusal(Reason.AlreadyCounted, $"outsourced personnel of {month.ToIso()} is counted already; reverse that count first",
                ("month", month.ToIso()));
        }

        // A count posted to another month would be added to that month's own.
        calendar.OwnMonth.PostedMonth(month.LastDay(), EntryClass.Activity);
        return new Decision(PersonnelCounted, month.LastDay(), [new(Personnel, count)]);
    }

    /// <summary>Refuses to reverse a count in another month than its own, or when its own takes no entries (PERIOD_CLOSED).</summary>
    public static void RequireReversible(RecordedEntry entry, LocalDate on, PostingCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(calendar);
        if (on.Month() != entry.Date.Month())
            throw Refusal.Field("reversed_on", $"is not in {entry.Date.Month().ToIso()}, the month of the count");
        // A count that another month's books take back would stand there as a negative number of people.
        calendar.OwnMonth.PostedMonth(on, entry.Class);
    }
}
