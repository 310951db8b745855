using Iij.Contracts;
using Iij.Money.V1;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>The answers of reporting, for all protocols.</summary>
public sealed class Answers(Views views, Publications publications, GapFiller gaps, PresentAnswers present)
{
    private const int QueriesMax = 1_000;

    /// <summary>Up to 1,000 figures of one moment, in the order asked.</summary>
    /// <param name="request">The queries.</param>
    /// <param name="publishedAlone">Whether the caller sees published figures alone.</param>
    /// <param name="cancel">Ends the work.</param>
    public async Task<ListFiguresResponse> FiguresAsync(ListFiguresRequest request, bool publishedAlone, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Queries.Count is 0 or > QueriesMax)
            throw Refusal.Field("queries", $"has 1 to {QueriesMax} queries");
        var (history, view) = await views.GetAsync(request.AsOf, cancel);
        return request.AsOf is null && !publishedAlone
            ? present.Get(history, request, () => Figures(request, publishedAlone, history, view))
            : Figures(request, publishedAlone, history, view);
    }

    private ListFiguresResponse Figures(ListFiguresRequest request, bool publishedAlone, History history, View view)
    {
        var figures = new PublishedFigures(publications, history, view, request.Latest, publishedAlone);
        var response = new ListFiguresResponse
        {
            Figures = { request.Queries.Select((query, index) => figures.Get(query, $"queries[{index}].", index)) },
        };
        if (!publishedAlone)
            (response.Knowledge, response.Digest) = (view.Knowledge, view.Digest);
        return response;
    }

    /// <summary>Every line of a period.</summary>
    /// <param name="request">Which.</param>
    /// <param name="publishedAlone">Whether the caller sees published figures alone.</param>
    /// <param name="cancel">Ends the work.</param>
    public async Task<GetViewResponse> ViewAsync(GetViewRequest request, bool publishedAlone, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (period, unit) = (Asking.PeriodOfMonths(request.Period), Asking.MoneyUnit(request.Unit));
        var (history, live) = await views.GetAsync(request.AsOf, cancel);
        return request.AsOf is null && !publishedAlone
            ? present.Get(history, request, Compute)
            : Compute();

        GetViewResponse Compute() => View(period, unit, publications.Of(
            history, live, period, request.Edition, request.Latest, publishedAlone));
    }

    private static GetViewResponse View(ReportingPeriod period, Unit unit, Publication publication)
    {
        var view = publication.View;
        return new GetViewResponse
        {
            Period = period.Notation, State = publication.State, Knowledge = view.Knowledge, Digest = view.Digest,
            LinesVersion = view.LinesVersion, Lines = { Asking.ViewLines(view, period, unit, publication.Number) },
            Edition = publication.Shown?.ToProto(), PendingLines = { publication.PendingLines },
        };
    }

    /// <summary>How a figure comes about.</summary>
    public async Task<GetLineageResponse> LineageAsync(GetLineageRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var query = request.Query ?? throw Refusal.Field("query", "is missing");
        var (history, live) = await views.GetAsync(request.AsOf, cancel);
        return request.AsOf is null ? present.Get(history, request, () => Lineage(request, query, history, live)) : Lineage(request, query, history, live);
    }

    private GetLineageResponse Lineage(GetLineageRequest request, FigureQuery query, History history, View live)
    {
        var period = Asking.Figure(query, live, "query.").Period;
        var publication = publications.Of(history, live, period, request.Edition, request.Latest);
        var view = publication.View;
        var asked = Asking.Figure(query, view, "query.");
        var node = new FigureCalculator(view).Compute(asked);
        return new GetLineageResponse
        {
            Figure = new EditionFigure(asked, node).ToProto(query, publication.Number), Root = Wire.Lineage(node), Knowledge = view.Knowledge,
            LinesVersion = view.LinesVersion,
        };
    }

    /// <summary>A page of sources × months.</summary>
    public async Task<ListDataStatusResponse> DataStatusAsync(ListDataStatusRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfter(request.PageToken));
        var period = request.Period.Length == 0 ? null : Asking.Period(request.Period);
        var (_, view) = await views.GetAsync(request.AsOf, cancel);
        var cells = (period?.Months ?? view.Months)
            .SelectMany(month => Fold.Sources.Select(source => view.Cell(source, month)))
            .Where(cell => string.CompareOrdinal(Wire.Key(cell), after) > 0).Take(size).ToList();
        return new ListDataStatusResponse
        {
            Cells = { cells.Select(Wire.SourceMonth) },
            NextPageToken = Fields.NextPage(cells.Count, size, cells.Count == 0 ? "" : Wire.Key(cells[^1])),
        };
    }

    /// <summary>The status of the events of each source.</summary>
    public async Task<ListSourcesResponse> SourcesAsync(CancellationToken cancel)
    {
        var (_, view) = await views.LatestAsync(cancel);
        return new ListSourcesResponse { Sources = { Fold.Sources.Select(source => Wire.Source(view.Sources[source], gaps.LastAsked(source))) } };
    }
}
