using System.Globalization;
using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting.Feed;

/// <summary>What a subscriber watches, and how it is taken out of a view. Two that ask the same have the same name.</summary>
/// <param name="Name">The canonical text of what is asked.</param>
/// <param name="Take">The items of a moment.</param>
public sealed record Subject(string Name, Func<History, View, IEnumerable<WatchItem>> Take)
{
    private const int QueriesMax = 1_000;

    /// <summary>Reads the subject of a request; refuses what no view can answer. The view decides which lines there are.</summary>
    public static Subject Read(WatchRequest request, View view)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(view);
        return request.SubjectCase switch
        {
            WatchRequest.SubjectOneofCase.View => OfView(request.View),
            WatchRequest.SubjectOneofCase.Figures => OfFigures(request.Figures, view),
            WatchRequest.SubjectOneofCase.DataStatus => OfDataStatus(request.DataStatus),
            WatchRequest.SubjectOneofCase.PeriodEvents => OfPeriodEvents(request.PeriodEvents),
            _ => throw Refusal.Field("subject", "is missing: watch a view, figures, data status or period events"),
        };
    }

    private static Subject OfView(WatchedView asked)
    {
        var (period, unit) = (Asking.PeriodOfMonths(asked.Period, "view.period"), Asking.MoneyUnit(asked.Unit, "view.unit"));
        return new($"view {period.Notation} {unit}", (_, view) => Asking.ViewLines(view, period, unit)
            .Select(line => new WatchItem { Key = line.Line, Line = line })
            .Append(new WatchItem
            {
                Key = "",
                Header = new ViewHeader
                {
                    Period = period.Notation, State = view.State(period), LinesVersion = view.LinesVersion,
                    Lines = { view.Lines.Lines.Select(line => line.Name) },
                },
            }));
    }

    private static Subject OfFigures(WatchedFigures asked, View now)
    {
        if (asked.Queries.Count is 0 or > QueriesMax)
            throw Refusal.Field("figures.queries", $"has 1 to {QueriesMax} queries");
        var queries = asked.Queries.Select((query, index) => (query, index)).ToList();
        foreach (var (query, index) in queries)
            Asking.Figure(query, now, $"figures.queries[{index}].", index);
        return new($"figures {asked.ToByteString().ToBase64()}", (_, view) =>
        {
            var calculator = new FigureCalculator(view);
            return queries.Select(one => new WatchItem
            {
                Key = one.index.ToString("D4", CultureInfo.InvariantCulture), Figure = Figure(one.query, view, calculator),
            });
        });
    }

    private static Subject OfDataStatus(WatchedDataStatus asked)
    {
        var period = asked.Period.Length == 0 ? null : Asking.PeriodOfMonths(asked.Period, "data_status.period");
        return new($"data status {period?.Notation}", (_, view) => (period?.Months ?? view.Months)
            .SelectMany(month => Fold.Sources.Select(source => view.Cell(source, month)))
            .Select(cell => new WatchItem { Key = Wire.Key(cell), Cell = Wire.SourceMonth(cell) }));
    }

    private static Subject OfPeriodEvents(WatchedPeriodEvents asked)
    {
        if (asked.Source.Length > 0 && !Fold.Sources.Contains(asked.Source))
            throw Refusal.Field("period_events.source", $"\"{asked.Source}\" is none of {string.Join(", ", Fold.Sources)}");
        var months = asked.Period.Length == 0 ? null
            : Asking.PeriodOfMonths(asked.Period, "period_events.period").Months.Select(month => month.ToIso()).ToHashSet();
        return new($"period events {asked.Source} {asked.Period}", (history, _) => history.Events
            .Where(row => (asked.Source.Length == 0 || row.Source == asked.Source) && (months is null || months.Contains(row.Month)))
            .Select(row => new WatchItem { Key = row.Knowledge.ToString("D12", CultureInfo.InvariantCulture), PeriodEvent = Event(row) }));
    }

    // A model of lines that has lost the line since the subscription began has no such figure any more.
    private static Figure Figure(FigureQuery query, View view, FigureCalculator calculator)
    {
        var (asked, misfit) = FigureRules.Read(query, view.Lines);
        return asked is null
            ? new Figure { Query = query, Missing = new Missing { Inputs = { misfit!.Message } } }
            : FigureCalculator.ToFigure(query, asked, calculator.Compute(asked));
    }

    private static PeriodEvent Event(ReceivedEvent row) => new()
    {
        EventId = row.EventId, Source = row.Source, Incarnation = row.Incarnation, Transition = Enum.Parse<Transition>(row.Transition),
        Month = row.YearMonth.ToProto(), Revision = row.Revision, Sequence = row.Sequence, PreviousSequence = row.Sequence - 1,
        OccurredAt = Fields.Time(row.OccurredAt), Actor = row.Actor, Reason = row.Reason, Schema = row.SchemaName,
    };
}
