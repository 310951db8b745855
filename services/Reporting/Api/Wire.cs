using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>The wire forms of the content of a view.</summary>
internal static class Wire
{
    public static LineageNode Lineage(Node node)
    {
        var wire = new LineageNode
        {
            Name = node.Name, Definition = node.Definition, Exact = node.Value?.ToString() ?? "",
            Problem = node.Missing.Count > 0 ? "missing: " + string.Join("; ", node.Missing) : node.NotMeaningful?.Message ?? "",
            Children = { node.Children.Select(Lineage) },
        };
        wire.Fact = Fact(node.Source);
        return wire;
    }

    public static FactReference? Fact((Fact Fact, ReceivedEvent Event)? source) => source is not var (fact, received) ? null : new FactReference
    {
        Source = received.Source, Month = received.YearMonth.ToProto(), Revision = received.Revision, Incarnation = received.Incarnation,
        Sequence = received.Sequence, EventId = received.EventId, Knowledge = received.Knowledge, Measure = fact.Measure,
        Subject = fact.Subject, Date = fact.Date,
    };

    public static Decision Decision(GroupDecision row) => new()
    {
        Kind = Enum.Parse<DecisionKind>(row.Kind), Source = row.Source, Incarnation = row.Incarnation,
        Month = Calendar.ParseMonth(row.Month)?.ToProto(), Revision = row.Revision, Actor = row.Actor, Knowledge = row.Knowledge,
        DecidedAt = Fields.Time(row.DecidedAt), Reason = row.Reason, Period = row.Period, Edition = row.Edition, LinesVersion = row.LinesVersion,
    };

    public static Decision Decision(ReceivedEvent row, Waiver waiver) => new()
    {
        Kind = DecisionKind.MeasureWaived, Source = row.Source, Incarnation = row.Incarnation, Month = row.YearMonth.ToProto(), Revision = row.Revision,
        Actor = row.Actor, Knowledge = row.Knowledge, DecidedAt = Fields.Time(row.OccurredAt), Reason = waiver.Reason, Measure = waiver.Measure,
    };

    public static string Key(Cell cell) => $"{cell.Month.ToIso()} {cell.Source}";

    public static SourceMonth SourceMonth(Cell cell) => new()
    {
        Source = cell.Source, Month = cell.Month.ToProto(), Status = cell.Status, Revision = cell.Standing?.Revision ?? 0,
        WaitingRevision = cell.Waiting?.Revision ?? 0, PeriodState = cell.State,
    };

    public static SourceStatus Source(SourceFold source, (long AskedAt, string Error) asked) => new()
    {
        Source = source.Source, Incarnation = source.Incarnation, LastSequence = source.LastSequence(source.Incarnation),
        Missing = { source.Missing() }, HeldIncarnations = { source.Held },
        LastAskedAt = asked.AskedAt == 0 ? null : Fields.Time(asked.AskedAt), LastError = asked.Error,
    };

    public static Revision Revision(ReceivedEvent row, bool stands) => new()
    {
        Revision_ = row.Revision, Incarnation = row.Incarnation, Sequence = row.Sequence, EventId = row.EventId, Knowledge = row.Knowledge,
        OccurredAt = Fields.Time(row.OccurredAt), ReceivedAt = Fields.Time(row.ReceivedAt), Actor = row.Actor, Digest = row.Digest, Stands = stands,
    };

    public static MeasureDescription Measure(MeasureInfo measure) => new()
    {
        Measure = new Measure { Name = measure.Name, Nature = measure.Nature, Unit = measure.Unit, AnySign = measure.AnySign }, Source = measure.Source,
        ByDate = measure.ByDate, IsList = measure.IsList,
    };

    public static DeadLetter DeadLetter(DeadLetterRow row) => new()
    {
        Number = row.Number, Reason = row.Reason, Detail = row.Detail, Source = row.Source, Sequence = row.Sequence, EventId = row.EventId,
        ReceivedAt = Fields.Time(row.ReceivedAt), State = Enum.Parse<DeadLetterState>(row.State),
    };

    public static SettledDeadLetter Settled((DeadLetterRow Letter, DeadLetterActionRow Action) one) =>
        new() { Letter = DeadLetter(one.Letter), Action = DeadLetterAction(one.Action) };

    public static DeadLetterAction DeadLetterAction(DeadLetterActionRow row) => new()
    {
        Kind = row.Kind, Outcome = row.Outcome, Actor = row.Actor, Reason = row.Reason, ActedAt = Fields.Time(row.ActedAt),
    };
}
