using Iij.Client;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>
/// The states of a source's months as pure rules: given the state of every period, a transition returns the new state or refuses.
/// open → prepared → closed (revision 1) → reopened → prepared → closed (revision 2) …; prepared → open again by return; locked
/// once the group has published.
/// </summary>
public sealed class PeriodRules(IReadOnlyList<PeriodRow> periods)
{
    private readonly SortedDictionary<YearMonth, PeriodRow> _periods = new(periods.ToDictionary(period => period.YearMonth));

    /// <summary>The state of a month; a month without any transition is open.</summary>
    public PeriodRow Get(YearMonth month) => _periods.TryGetValue(month, out var period) ? period : new PeriodRow { Month = month.ToIso() };

    /// <summary>Whether it is the first month to be closed: its statement reports the opening stock.</summary>
    public bool IsFirst(YearMonth month) =>
        !_periods.Values.Any(period => period.YearMonth < month && (period.Revision > 0 || period.State == PeriodState.Prepared));

    /// <summary>The month after the last that was ever closed; null before the first close.</summary>
    public YearMonth? NextMonth => _periods.Values.LastOrDefault(period => period.Revision > 0)?.YearMonth.PlusMonths(1);

    /// <summary>Soft close. The first month ever must be the first with an activity; every other follows a closed one.</summary>
    public PeriodRow Prepare(YearMonth month, YearMonth? firstActivity, string actor)
    {
        var period = Get(month);
        if (period.State is not (PeriodState.Open or PeriodState.Reopened))
            throw Refuse(Reason.PeriodNotOpen, period, $"is {Word(period)}; only an open or reopened month is prepared");
        RequireOrder(month, firstActivity);
        return period with { StateName = nameof(PeriodState.Prepared), PreparedBy = actor };
    }

    /// <summary>Returns a prepared month to open.</summary>
    public PeriodRow Return(YearMonth month)
    {
        var period = Get(month);
        if (period.State != PeriodState.Prepared)
            throw Refuse(Reason.PeriodNotPrepared, period, $"is {Word(period)}; only a prepared month is returned");
        return period with { StateName = period.Revision > 0 ? nameof(PeriodState.Reopened) : nameof(PeriodState.Open), PreparedBy = "" };
    }

    /// <summary>
    /// The months after one that are prepared, oldest first: what they were prepared on is another where that month is reopened or closed.
    /// </summary>
    public IReadOnlyList<YearMonth> PreparedAfter(YearMonth month) =>
        [.. _periods.Values.Where(other => other.YearMonth > month && other.State == PeriodState.Prepared).Select(other => other.YearMonth)];

    /// <summary>Hard close as the next revision, by another person than the preparer.</summary>
    public PeriodRow Close(YearMonth month, string actor)
    {
        var period = Get(month);
        if (period.IsClosed)
        {
            throw Refuse(Reason.PeriodAlreadyClosed, period,
                $"is closed as revision {period.Revision}; reopen it with a reason to restate it");
        }

        if (period.State != PeriodState.Prepared)
            throw Refuse(Reason.PeriodNotPrepared, period, $"is {Word(period)}; prepare it first");
        RequireOrder(month, null);
        if (ActorMetadata.IsSame(period.PreparedBy, actor))
        {
            throw new Refusal(Reason.SamePerson,
                $"{month.ToIso()} was prepared by {actor}; another person closes it", ("month", month.ToIso()), ("prepared_by", actor));
        }

        return Closed(period);
    }

    /// <summary>The impacted months directly after a closed one, each with its next revision, to be rolled forward.</summary>
    public IEnumerable<PeriodRow> RollForward(YearMonth closed)
    {
        for (var month = closed.PlusMonths(1); Get(month) is { State: PeriodState.Closed, Impacted: true } period; month = month.PlusMonths(1))
            yield return Closed(period);
    }

    /// <summary>Opens a closed month again; also returns the later months that become impacted.</summary>
    public (PeriodRow Reopened, IReadOnlyList<PeriodRow> Impacted) Reopen(YearMonth month)
    {
        var period = Get(month);
        var locked = _periods.Values.FirstOrDefault(other => other.YearMonth >= month && other.State == PeriodState.Locked);
        if (locked is not null)
            throw Refuse(Reason.PeriodLocked, locked, $"is locked, the group has published it; unlock it before {month.ToIso()} is reopened");
        if (period.State != PeriodState.Closed)
            throw Refuse(Reason.PeriodNotClosed, period, $"is {Word(period)}; only a closed month is reopened");
        var impacted = _periods.Values
            .Where(other => other.YearMonth > month && other.Revision > 0)
            .Select(other => other with { ImpactedFlag = 1 })
            .ToList();
        return (period with { StateName = nameof(PeriodState.Reopened) }, impacted);
    }

    /// <summary>Locks a closed month that is not impacted.</summary>
    public PeriodRow Lock(YearMonth month)
    {
        var period = Get(month);
        if (period.State != PeriodState.Closed)
            throw Refuse(Reason.PeriodNotClosed, period, $"is {Word(period)}; only a closed month is locked");
        if (period.Impacted)
            throw Refuse(Reason.PeriodImpacted, period, "is impacted by an earlier month that was reopened; close that one first");
        return period with { StateName = nameof(PeriodState.Locked) };
    }

    /// <summary>Removes the lock.</summary>
    public PeriodRow Unlock(YearMonth month)
    {
        var period = Get(month);
        return period.State == PeriodState.Locked
            ? period with { StateName = nameof(PeriodState.Closed) }
            : throw Refuse(Reason.PeriodNotLocked, period, $"is {Word(period)}; only a locked month is unlocked");
    }

    private void RequireOrder(YearMonth month, YearMonth? firstActivity)
    {
        var before = month.PlusMonths(-1);
        if (IsFirst(month))
        {
            if (_periods.Values.FirstOrDefault(other => other.Revision > 0) is { } closed && closed.YearMonth > month)
                throw OutOfOrder(month, closed.YearMonth, "the books begin with");
            if (firstActivity is { } activity && activity < month)
                throw OutOfOrder(month, activity, "the first month with an entry, to be closed first, is");
            return;
        }

        if (!Get(before).IsClosed)
            throw OutOfOrder(month, before, "months close in order; not closed yet is");
        if (Get(before).Impacted)
            throw OutOfOrder(month, before, "months close in order; still impacted by an earlier reopened month is");
    }

    private static Refusal OutOfOrder(YearMonth month, YearMonth other, string why) =>
        new Refusal(Reason.PeriodOrder, $"{month.ToIso()} cannot close now: {why} {other.ToIso()}",
            ("month", month.ToIso()), ("close_first", other.ToIso()));

    private static PeriodRow Closed(PeriodRow period) =>
        period with { StateName = nameof(PeriodState.Closed), Revision = period.Revision + 1, ImpactedFlag = 0, PreparedBy = "" };

    private static Refusal Refuse(Reason reason, PeriodRow period, string what) =>
        new(reason, $"{period.Month} {what}", ("month", period.Month), ("state", period.StateName),
            ("revision", period.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static string Word(PeriodRow period) => period.StateName.ToLowerInvariant();
}
