using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Period.V1;
using NodaTime;

namespace Iij.Tests.Model;

/// <summary>What the laws must know of one source: how it starts, what it records, and what its statement follows from.</summary>
public abstract class Business
{
    private static int _things;

    /// <summary>The first word of its measures.</summary>
    public abstract string Name { get; }

    /// <summary>A flow that the statement always has, for control totals.</summary>
    public abstract string SomeFlow { get; }

    /// <summary>Which running totals it keeps beside those by month.</summary>
    public virtual bool HasSubjects => false;

    public virtual bool HasDates => false;

    /// <summary>What must be there before anything else can be recorded, opening stock of a month.</summary>
    public virtual IReadOnlyList<Draft> Ground(YearMonth first) => [];

    /// <summary>An entry that no rule but the period's state can stand against, whatever else is recorded at the same time.</summary>
    public abstract Draft Sure(Random random, LocalDate on);

    /// <summary>An entry of any kind. Valid by itself; a rule may stand against it where the books leave no room.</summary>
    public abstract Draft Any(Random random, Books books, YearMonth month);

    /// <summary>One draft of each kind of entry, each valid after <see cref="Ground"/> and those before it.</summary>
    public abstract IReadOnlyList<Draft> EachKind(YearMonth month);

    /// <summary>Entries of amount zero that state, after <see cref="Ground"/>, everything that a month must state.</summary>
    public abstract IReadOnlyList<Draft> Zeros(YearMonth month);

    /// <summary>The measures that the statement requires and that nothing states: by the declarations, recounted naively.</summary>
    public IReadOnlyList<string> NotStated(Books books, YearMonth month) => MeasureCatalog.Measures.Values
        .Where(measure => measure.Source == Name && (measure.Requirement switch
        {
            Requirement.Monthly => !StatedBy(measure.Name).Any(name => books.Any(name, month)),
            Requirement.Once => StatedBy(measure.Name).Sum(name => books.Standing(name, month)) == 0,
            _ => false,
        }))
        .Select(measure => measure.Name).Order(StringComparer.Ordinal).ToList();

    /// <summary>The measures of drafts' lines whose entries state a measure.</summary>
    protected virtual IEnumerable<string> StatedBy(string measure) => [measure];

    /// <summary>What is wrong by itself, with the reason it is refused for.</summary>
    public abstract IReadOnlyList<(IMessage Request, string Reason)> Wrong(LocalDate on);

    /// <summary>The statement's facts, recomputed.</summary>
    public abstract IEnumerable<Fact> Facts(Books books, YearMonth month, bool isFirst);

    /// <summary>Whether an amount is a stock that is never below zero.</summary>
    public virtual bool IsNeverNegative(string measure) => false;

    /// <summary>The facts sorted as a statement's are.</summary>
    public IReadOnlyList<Fact> Statement(Books books, YearMonth month, bool isFirst) =>
        [.. Facts(books, month, isFirst).OrderBy(fact => fact.Key, StringComparer.Ordinal)];

    /// <summary>The amounts of an entry of which a part can be credited: flows of yen.</summary>
    public virtual IReadOnlyList<Line> Creditable(Draft draft) => [.. draft.Lines.Where(line =>
        MeasureCatalog.Find(line.Measure) is { Nature: Iij.Closing.V1.Nature.Flow, Unit: Iij.Money.V1.Unit.Jpy })];

    /// <summary>What a credit note of a part of an amount adds up to.</summary>
    public virtual IReadOnlyList<Line> Credit(Line line, long amount) => [line with { Amount = line.Amount < 0 ? amount : -amount }];

    /// <summary>Whether a reversal must be dated as the entry is.</summary>
    public virtual bool IsReversedOnItsOwnDate(Draft draft) => draft.OwnMonth || draft.Announced is not null;

    /// <inheritdoc/>
    public override string ToString() => Name;

    protected static string NewThing(string prefix) => $"{prefix}-{Interlocked.Increment(ref _things):D6}";

    protected static LocalDate Day(Random random, YearMonth month) => month.OnDayOfMonth(random.Next(month.LastDay().Day) + 1);

    /// <summary>The 29 February that this year does not have.</summary>
    protected static Date NoDay { get; } = new() { Year = 2013, Month = 2, Day = 29 };

    protected static Fact Amount(string measure, long amount) => new(measure, "", "", amount, 0);

    protected static IEnumerable<Fact> Flows(Books books, YearMonth month, params IEnumerable<string> measures) =>
        measures.Select(measure => Amount(measure, books.Flow(measure, month)));

    /// <summary>What is absent where nothing was recorded.</summary>
    protected static IEnumerable<Fact> Counted(Books books, YearMonth month, params IEnumerable<string> measures) =>
        measures.Where(measure => books.Any(measure, month)).Select(measure => Amount(measure, books.Flow(measure, month)));

    /// <summary>A stock known at any date: the amount at the end of the month, and the same by date.</summary>
    protected static IEnumerable<Fact> Dated(Books books, YearMonth month, bool isFirst, string measure)
    {
        var steps = books.ByDate(measure, month, isFirst);
        var facts = steps.Select(step => new Fact(measure, "", step.Date.ToIso(), step.Amount, 0));
        return steps.Any(step => step.Date <= month.LastDay()) ? facts.Append(Amount(measure, books.Stock(measure, month))) : facts;
    }
}
