using System.Globalization;
using Google.Protobuf;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting.Feed;

/// <summary>The subject of a stream, and how its items are read from a view. Equal subjects have the same name.</summary>
/// <param name="Name">The canonical text of what is asked.</param>
/// <param name="Take">The items of a moment.</param>
public sealed record Subject(string Name, Func<History, View, IEnumerable<WatchItem>> Take)
{
    private const int QueriesMax = 1_000;
    private const int PartsMax = 16;

    /// <summary>Reads the subject of a request; refuses one that the view cannot answer. The view determines which lines exist.</summary>
    public static Subject Read(WatchRequest request, View view)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(view);
        return request.SubjectCase == WatchRequest.SubjectOneofCase.Several ? OfSeveral(request.Several, view) : OfOne(request, view, "");
    }

    private static Subject OfOne(WatchRequest request, View view, string path) => request.SubjectCase switch
    {
        WatchRequest.SubjectOneofCase.View => OfView(request.View, $"{path}view."),
        WatchRequest.SubjectOneofCase.Figures => OfFigures(request.Figures, view, $"{path}figures."),
        WatchRequest.SubjectOneofCase.Table => OfTable(request.Table, view, $"{path}table."),
        WatchRequest.SubjectOneofCase.DataStatus => OfDataStatus(request.DataStatus, $"{path}data_status."),
        WatchRequest.SubjectOneofCase.PeriodEvents => OfPeriodEvents(request.PeriodEvents, $"{path}period_events."),
        _ => throw Refusal.Field($"{path}subject", "is missing: watch a view, figures, a table, data status, period events or several of these"),
    };

    private static Subject OfSeveral(WatchedSeveral asked, View now)
    {
        if (asked.Parts.Count is 0 or > PartsMax)
            throw Refusal.Field("several.parts", $"has 1 to {PartsMax} parts");
        if (asked.Parts.Any(part => part.Token.Length > 0))
            throw Refusal.Field("several.parts.token", "is empty: the token is of the whole");
        var parts = asked.Parts.Select((part, index) => OfOne(part, now, $"several.parts[{index}].")).ToList();
        return new($"several {string.Join('\n', parts.Select(part => part.Name))}", (history, view) => parts.SelectMany(
            (part, index) => part.Take(history, view).Select(item => new WatchItem(item) { Key = $"{index}/{item.Key}" })));
    }

    private static Subject OfView(WatchedView asked, string path)
    {
        var (period, unit) = (Asking.PeriodOfMonths(asked.Period, $"{path}period"), Asking.MoneyUnit(asked.Unit, $"{path}unit"));
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

    private static Subject OfFigures(WatchedFigures asked, View now, string path)
    {
        if (asked.Queries.Count is 0 or > QueriesMax)
            throw Refusal.Field($"{path}queries", $"has 1 to {QueriesMax} queries");
        var queries = asked.Queries.Select((query, index) => (query, index)).ToList();
        foreach (var (query, index) in queries)
            Asking.Figure(query, now, $"{path}queries[{index}].", index);
        return new($"figures {asked.ToByteString().ToBase64()}", (_, view) =>
        {
            var calculator = new FigureCalculator(view);
            return queries.Select(one => new WatchItem
            {
                Key = one.index.ToString("D4", CultureInfo.InvariantCulture), Figure = Figure(one.query, view, calculator),
            });
        });
    }

    private static Subject OfTable(WatchedTable asked, View now, string path)
    {
        if (asked.Lines.Count * (long)asked.Periods.Count is 0 or > QueriesMax)
            throw Refusal.Field($"{path}lines", $"times periods are 1 to {QueriesMax} figures");
        if (asked.Lines.Distinct().Count() < asked.Lines.Count)
            throw Refusal.Field($"{path}lines", "names a line twice");
        if (asked.Periods.Distinct().Count() < asked.Periods.Count)
            throw Refusal.Field($"{path}periods", "names a period twice");
        var periods = asked.Periods.Select((period, index) => Asking.PeriodOfMonths(period, $"{path}periods[{index}]")).ToList();
        var queries = periods.SelectMany(period => asked.Lines.Select(line => new FigureQuery
        {
            Line = line, Period = period.Notation, Kind = asked.Kind, Unit = asked.Unit, Decimals = asked.Decimals,
        })).ToList();
        foreach (var query in queries)
            Asking.Figure(query, now, path);
        return new($"table {asked.ToByteString().ToBase64()}", (_, view) =>
        {
            var calculator = new FigureCalculator(view);
            return queries.Select(query => new WatchItem { Key = $"{query.Line}/{query.Period}", Figure = Figure(query, view, calculator) })
                .Concat(periods.Select(period => new WatchItem
                {
                    Key = period.Notation,
                    Header = new ViewHeader { Period = period.Notation, State = view.State(period), LinesVersion = view.LinesVersion },
                }));
        });
    }

    private static Subject OfDataStatus(WatchedDataStatus asked, string path)
    {
        var period = asked.Period.Length == 0 ? null : Asking.PeriodOfMonths(asked.Period, $"{path}period");
        return new($"data status {period?.Notation}", (_, view) => (period?.Months ?? view.Months)
            .SelectMany(month => Fold.Sources.Select(source => view.Cell(source, month)))
            .Select(cell => new WatchItem { Key = Wire.Key(cell), Cell = Wire.SourceMonth(cell) })
            .Concat(Fold.Sources.Select(source => new WatchItem { Key = source, Source = Wire.Source(view.Sources[source], (0, "")) })));
    }

    private static Subject OfPeriodEvents(WatchedPeriodEvents asked, string path)
    {
        if (asked.Source.Length > 0 && !Fold.Sources.Contains(asked.Source))
            throw Refusal.Field($"{path}source", $"\"{asked.Source}\" is not one of {string.Join(", ", Fold.Sources)}");
        var months = asked.Period.Length == 0 ? null
            : Asking.PeriodOfMonths(asked.Period, $"{path}period").Months.Select(month => month.ToIso()).ToHashSet();
        return new($"period events {asked.Source} {asked.Period}", (history, _) => history.Events
            .Where(row => (asked.Source.Length == 0 || row.Source == asked.Source) && (months is null || months.Contains(row.Month)))
            .Select(row => new WatchItem { Key = row.Knowledge.ToString("D12", CultureInfo.InvariantCulture), PeriodEvent = row.ToMessage().ToProto() }));
    }

    // A model of lines that has lost the line since the subscription began has no such figure any more.
    private static Figure Figure(FigureQuery query, View view, FigureCalculator calculator)
    {
        var (asked, misfit) = FigureRules.Read(query, view.Lines);
        return asked is null
            ? new Figure { Query = query, Missing = new Missing { Inputs = { misfit!.Message } } }
            : FigureCalculator.ToFigure(query, asked, calculator.Compute(asked));
    }
}
