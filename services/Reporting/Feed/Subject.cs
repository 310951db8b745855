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
    public static Subject Read(WatchRequest request, View view, Publications publications)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(view);
        return request.SubjectCase == WatchRequest.SubjectOneofCase.Several
            ? OfSeveral(request.Several, view, publications)
            : OfOne(request, view, publications, "");
    }

    private static Subject OfOne(WatchRequest request, View view, Publications publications, string path) => request.SubjectCase switch
    {
        WatchRequest.SubjectOneofCase.View => OfView(request.View, publications, $"{path}view."),
        WatchRequest.SubjectOneofCase.Figures => OfFigures(request.Figures, view, publications, $"{path}figures."),
        WatchRequest.SubjectOneofCase.Table => OfTable(request.Table, view, publications, $"{path}table."),
        WatchRequest.SubjectOneofCase.DataStatus => OfDataStatus(request.DataStatus, $"{path}data_status."),
        WatchRequest.SubjectOneofCase.PeriodEvents => OfPeriodEvents(request.PeriodEvents, $"{path}period_events."),
        _ => throw Refusal.Field($"{path}subject", "is missing: watch a view, figures, a table, data status, period events or several of these"),
    };

    private static Subject OfSeveral(WatchedSeveral asked, View now, Publications publications)
    {
        if (asked.Parts.Count is 0 or > PartsMax)
            throw Refusal.Field("several.parts", $"has 1 to {PartsMax} parts");
        if (asked.Parts.Any(part => part.Token.Length > 0))
            throw Refusal.Field("several.parts.token", "is empty: the token is of the whole");
        var parts = asked.Parts.Select((part, index) => OfOne(part, now, publications, $"several.parts[{index}].")).ToList();
        return new($"several {string.Join('\n', parts.Select(part => part.Name))}", (history, view) => parts.SelectMany(
            (part, index) => part.Take(history, view).Select(item => new WatchItem(item) { Key = $"{index}/{item.Key}" })));
    }

    private static Subject OfView(WatchedView asked, Publications publications, string path)
    {
        var (period, unit) = (Asking.PeriodOfMonths(asked.Period, $"{path}period"), Asking.MoneyUnit(asked.Unit, $"{path}unit"));
        if (asked.Edition < 0 || (asked.Edition > 0 && asked.Latest))
            throw Refusal.Field($"{path}edition", "is the number of an edition, or 0; and not together with latest");
        return new($"view {period.Notation} {unit} {asked.Edition} {asked.Latest}", (history, live) =>
        {
            var publication = publications.Of(history, live, period, asked.Edition, asked.Latest);
            var header = publication.Header(period.Notation);
            header.Lines.Add(publication.View.Lines.Lines.Select(line => line.Name));
            return Asking.ViewLines(publication.View, period, unit, publication.Number)
                .Select(line => new WatchItem { Key = line.Line, Line = line })
                .Append(new WatchItem { Key = "", Header = header });
        });
    }

    private static Subject OfFigures(WatchedFigures asked, View now, Publications publications, string path)
    {
        if (asked.Queries.Count is 0 or > QueriesMax)
            throw Refusal.Field($"{path}queries", $"has 1 to {QueriesMax} queries");
        var queries = asked.Queries.Select((query, index) => (query, index)).ToList();
        var periods = queries.Select(one => Asking.Figure(one.query, now, $"{path}queries[{one.index}].", one.index).Period).ToList();
        return new($"figures {asked.ToByteString().ToBase64()}", (history, live) =>
        {
            var figures = new PublishedFigures(publications, history, live, asked.Latest);
            return queries.Select(one => new WatchItem
            {
                Key = one.index.ToString("D4", CultureInfo.InvariantCulture), Figure = figures.Get(one.query, periods[one.index]),
            });
        });
    }

    private static Subject OfTable(WatchedTable asked, View now, Publications publications, string path)
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
        return new($"table {asked.ToByteString().ToBase64()}", (history, live) =>
        {
            var figures = new PublishedFigures(publications, history, live, asked.Latest);
            return queries.Select(query => new WatchItem
            {
                Key = $"{query.Line}/{query.Period}", Figure = figures.Get(query, ReportingPeriod.Parse(query.Period)!),
            })
                .Concat(periods.Select(period => new WatchItem
                {
                    Key = period.Notation, Header = figures.Publication(period).Header(period.Notation),
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
}
