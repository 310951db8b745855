using Iij.Closing.V1;
using NodaTime;

namespace Iij.Tests.Model;

/// <summary>What the naive model knows of one month.</summary>
public sealed record MonthState(PeriodState State = PeriodState.Open, int Revision = 0, bool Impacted = false, string PreparedBy = "")
{
    public bool IsClosed => State is PeriodState.Closed or PeriodState.Locked;

    public bool TakesEntries => State is PeriodState.Open or PeriodState.Reopened;
}

/// <summary>
/// The life of months as the contract tells it, once more and naively: what a transition is refused for, and what it does.
/// </summary>
public sealed class Months
{
    private readonly SortedDictionary<YearMonth, MonthState> _months = [];

    public IReadOnlyDictionary<YearMonth, MonthState> Known => _months;

    /// <summary>The first month that ever closed.</summary>
    public YearMonth? First => _months.Where(month => month.Value.Revision > 0).Select(month => (YearMonth?)month.Key).FirstOrDefault();

    public MonthState this[YearMonth month] => _months.GetValueOrDefault(month) ?? new MonthState();

    /// <summary>Whether a statement of the month tells the opening stock by date.</summary>
    public bool IsFirst(YearMonth month) => First is not { } first || month <= first;

    /// <summary>The month that takes an entry of a date, or the reason why none does.</summary>
    public (YearMonth? Month, string Reason) Posted(YearMonth month, bool opening, bool late)
    {
        if (!opening && First is { } first && month < first)
            return (null, "BEFORE_THE_BOOKS");
        if (AsOpenAs(month).TakesEntries)
            return (month, "");
        return late ? (NextOpen(month), "") : (null, "PERIOD_CLOSED");
    }

    public YearMonth NextOpen(YearMonth month)
    {
        while (!AsOpenAs(month).TakesEntries)
            month = month.PlusMonths(1);
        return month;
    }

    /// <summary>Why a transition is refused; empty where it is not.</summary>
    public string Refusal(Transition transition, YearMonth month, string actor, YearMonth? firstActivity)
    {
        var state = this[month];
        return transition switch
        {
            Transition.Prepared => !state.TakesEntries ? "PERIOD_NOT_OPEN" : Order(month, firstActivity),
            Transition.Returned => state.State == PeriodState.Prepared ? "" : "PERIOD_NOT_PREPARED",
            Transition.Closed when state.IsClosed => "PERIOD_ALREADY_CLOSED",
            Transition.Closed when state.State != PeriodState.Prepared => "PERIOD_NOT_PREPARED",
            Transition.Closed when Order(month, null) is { Length: > 0 } order => order,
            Transition.Closed => state.PreparedBy == actor ? "SAME_PERSON" : "",
            Transition.Reopened when _months.Any(other => other.Key >= month && other.Value.State == PeriodState.Locked) => "PERIOD_LOCKED",
            Transition.Reopened => state.State == PeriodState.Closed ? "" : "PERIOD_NOT_CLOSED",
            Transition.Locked when state.State != PeriodState.Closed => "PERIOD_NOT_CLOSED",
            Transition.Locked => state.Impacted ? "PERIOD_IMPACTED" : "",
            Transition.Unlocked => state.State == PeriodState.Locked ? "" : "PERIOD_NOT_LOCKED",
            _ => throw new ArgumentOutOfRangeException(nameof(transition)),
        };
    }

    /// <summary>Carries a transition out; gives what happens to later months with it: roll forward, then return.</summary>
    public IReadOnlyList<(Transition Transition, YearMonth Month)> Apply(Transition transition, YearMonth month, string actor)
    {
        var state = this[month];
        _months[month] = transition switch
        {
            Transition.Prepared => state with { State = PeriodState.Prepared, PreparedBy = actor },
            Transition.Returned => state with { State = state.Revision > 0 ? PeriodState.Reopened : PeriodState.Open, PreparedBy = "" },
            Transition.Closed => new(PeriodState.Closed, state.Revision + 1),
            Transition.Reopened => state with { State = PeriodState.Reopened },
            Transition.Locked => state with { State = PeriodState.Locked },
            _ => state with { State = PeriodState.Closed },
        };
        if (transition == Transition.Reopened)
        {
            foreach (var later in _months.Where(other => other.Key > month && other.Value.Revision > 0).ToList())
                _months[later.Key] = later.Value with { Impacted = true };
        }

        IReadOnlyList<YearMonth> rolled = transition == Transition.Closed ? Roll(month) : [];
        IReadOnlyList<YearMonth> returned = transition is Transition.Closed or Transition.Reopened ? Return(month) : [];
        return [.. rolled.Select(later => (Transition.RolledForward, later)), .. returned.Select(later => (Transition.Returned, later))];
    }

    /// <summary>The months after one that would get a new revision with it.</summary>
    public IReadOnlyList<YearMonth> Rolling(YearMonth month)
    {
        var rolling = new List<YearMonth>();
        for (var next = month.PlusMonths(1); this[next] is { State: PeriodState.Closed, Impacted: true }; next = next.PlusMonths(1))
            rolling.Add(next);
        return rolling;
    }

    // What was prepared on another state of an earlier month is open again.
    private IReadOnlyList<YearMonth> Return(YearMonth month)
    {
        var prepared = _months.Where(other => other.Key > month && other.Value.State == PeriodState.Prepared).ToList();
        foreach (var (later, state) in prepared)
            _months[later] = state with { State = state.Revision > 0 ? PeriodState.Reopened : PeriodState.Open, PreparedBy = "" };
        return [.. prepared.Select(later => later.Key)];
    }

    private IReadOnlyList<YearMonth> Roll(YearMonth month)
    {
        var rolling = Rolling(month);
        foreach (var next in rolling)
            _months[next] = new(PeriodState.Closed, this[next].Revision + 1);
        return rolling;
    }

    private string Order(YearMonth month, YearMonth? firstActivity)
    {
        var before = this[month.PlusMonths(-1)];
        var begins = !_months.Any(other => other.Key < month && (other.Value.Revision > 0 || other.Value.State == PeriodState.Prepared));
        if (begins)
            return First > month || firstActivity < month ? "PERIOD_ORDER" : "";
        return before is { IsClosed: true, Impacted: false } ? "" : "PERIOD_ORDER";
    }

    // Months before the first that has a state are as open as it is.
    private MonthState AsOpenAs(YearMonth month)
    {
        var first = _months.Count == 0 ? month : _months.Keys.First();
        return this[month < first ? first : month];
    }
}
