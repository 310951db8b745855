using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Atm;

/// <summary>
/// The rules of an ATM's entries, pure: given the stored state of one ATM, a rule returns the decision to record or
/// refuses. An ATM is installed once and removed once; it takes withdrawals on the days it is placed, each day either one by one
/// or as one settlement.
/// </summary>
/// <param name="AtmId">Its id.</param>
/// <param name="InstalledOn">Its first day placed; null where it was never installed.</param>
/// <param name="RemovedOn">Its first day not placed; null while it stands.</param>
public sealed record AtmState(string AtmId, LocalDate? InstalledOn, LocalDate? RemovedOn)
{
    /// <summary>Withdrawals, a count (IIJ prints none; the sum of atm.csv's column).</summary>
    public const string Withdrawals = "atm.withdrawals";

    /// <summary>Commission earned on withdrawals, yen, zero or more.</summary>
    public const string Commission = "atm.revenue.commission";

    /// <summary>Cost of revenue, yen, zero or more.</summary>
    public const string Cost = "atm.cost";

    /// <summary>SG&amp;A of the ATM business, yen, zero or more.</summary>
    public const string Sga = "atm.sga";

    /// <summary>ATMs placed: a stock known at any date.</summary>
    public const string Placed = "atm.placed";

    /// <summary>The kind of an entry that installs an ATM.</summary>
    public const string InstalledKind = "ATM_INSTALLED";

    /// <summary>The kind of an entry that removes one.</summary>
    public const string RemovedKind = "ATM_REMOVED";

    /// <summary>The kind of an entry of one withdrawal.</summary>
    public const string WithdrawalKind = "WITHDRAWAL";

    /// <summary>The kind of an entry of all withdrawals of a day.</summary>
    public const string SettlementKind = "DAILY_SETTLEMENT";

    /// <summary>The kind of an entry of cost or SG&amp;A.</summary>
    public const string ExpenseKind = "EXPENSE";

    /// <summary>The ATM begins to stand.</summary>
    public Decision Install(LocalDate on, bool opening)
    {
        if (InstalledOn is { } before)
            throw Rule(Reason.AtmExists, $"was installed on {before.ToIso()}; an ATM is installed once", on);
        return new Decision(InstalledKind, on, [new(Placed, 1)], opening ? EntryClass.OpeningStock : EntryClass.Activity);
    }

    /// <summary>The ATM is removed.</summary>
    /// <param name="on">The first day not placed.</param>
    /// <param name="lastUsedOn">The last day it has withdrawals, or null.</param>
    public Decision Remove(LocalDate on, LocalDate? lastUsedOn)
    {
        RequireKnown();
        if (RemovedOn is { } before)
            throw Rule(Reason.AtmRemoved, $"was removed on {before.ToIso()}", on);
        if (on <= InstalledOn)
            throw Refusal.Field("removed_on", $"is not after the day of installation {InstalledOn.Value.ToIso()}");
        if (lastUsedOn >= on)
            throw Rule(Reason.AtmHasWithdrawals, $"has withdrawals on {lastUsedOn.Value.ToIso()}", on);
        return new Decision(RemovedKind, on, [new(Placed, -1)]);
    }

    /// <summary>One withdrawal.</summary>
    public Decision Withdraw(LocalDate on, long commission, DayUse use)
    {
        RequirePlaced(on);
        if (use.Settled)
            throw Rule(Reason.DaySettled, $"is settled for {on.ToIso()}; reverse the settlement first", on);
        return new Decision(WithdrawalKind, on, [new(Withdrawals, 1), new(Commission, commission)]);
    }

    /// <summary>All withdrawals of a day.</summary>
    public Decision Settle(LocalDate on, long withdrawals, long commission, DayUse use)
    {
        RequirePlaced(on);
        if (use.Settled)
            throw Rule(Reason.DaySettled, $"is settled for {on.ToIso()} already; reverse that settlement first", on);
        if (use.OneByOne)
            throw Rule(Reason.DayHasWithdrawals, $"has single withdrawals on {on.ToIso()}; a day is recorded one way", on);
        if (withdrawals == 0 && commission != 0)
            throw Refusal.Field("commission_jpy", "is not zero though nothing was withdrawn");
        return new Decision(SettlementKind, on, [new(Withdrawals, withdrawals), new(Commission, commission)]);
    }

    /// <summary>
    /// Refuses the reversal of an installation or removal: on another date than its own, and of an installation while the ATM has withdrawals
    /// (ATM_HAS_WITHDRAWALS) or is removed (ATM_REMOVED).
    /// </summary>
    /// <param name="entry">The entry of this ATM.</param>
    /// <param name="on">The date of the reversal.</param>
    /// <param name="lastUsedOn">The last day it has withdrawals, or null.</param>
    public void CheckReversal(RecordedEntry entry, LocalDate on, LocalDate? lastUsedOn)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (on != entry.Date)
            throw Refusal.Field("reversed_on", "an installation or removal is reversed on its own date: it never happened");
        if (entry.Kind == RemovedKind)
            return;
        if (lastUsedOn is { } used)
            throw new Refusal(Reason.AtmHasWithdrawals, $"ATM {AtmId} has withdrawals on {used.ToIso()}; reverse them first", ("atm_id", AtmId));
        if (RemovedOn is not null)
            throw new Refusal(Reason.AtmRemoved, $"ATM {AtmId} was removed; reverse the removal first", ("atm_id", AtmId));
    }

    /// <summary>Cost and SG&amp;A of a date; at least one of them.</summary>
    public static Decision Expense(LocalDate on, long? cost, long? sga)
    {
        if (cost is null && sga is null)
            throw Refusal.Field("cost_jpy", "neither cost_jpy nor sga_jpy is given");
        var postings = new List<PostingLine>();
        if (cost is { } c)
            postings.Add(new(Cost, c));
        if (sga is { } s)
            postings.Add(new(Sga, s));
        return new Decision(ExpenseKind, on, postings);
    }

    /// <summary>Days placed between two dates, both included, summed over ATMs: the denominator of usage.</summary>
    /// <param name="changes">ATMs placed (+) and taken away (-) by date.</param>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    public static long DaysPlaced(IEnumerable<(LocalDate Date, long Change)> changes, LocalDate from, LocalDate to) => changes
        .Where(change => change.Date <= to)
        .Sum(change => change.Change * (LocalDate.Max(change.Date, from).DaysUntil(to) + 1));

    private void RequireKnown()
    {
        if (InstalledOn is null)
            throw new Refusal(Reason.AtmUnknown, $"ATM {AtmId} was never installed", ("atm_id", AtmId));
    }

    private void RequirePlaced(LocalDate on)
    {
        RequireKnown();
        if (on < InstalledOn || on >= RemovedOn)
        {
            throw Rule(Reason.AtmNotPlaced, $"stands from {InstalledOn!.Value.ToIso()}"
                + (RemovedOn is { } end ? $" until before {end.ToIso()}" : "") + $", not on {on.ToIso()}", on);
        }
    }

    private Refusal Rule(Reason reason, string what, LocalDate date) =>
        new(reason, $"ATM {AtmId} {what}", ("atm_id", AtmId), ("date", date.ToIso()));
}
