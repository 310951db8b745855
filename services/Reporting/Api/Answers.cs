using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>The answers of reporting, for all protocols.</summary>
public sealed class Answers(Views views, GapFiller gaps)
{
    private const int QueriesMax = 1_000;

    /// <summary>Up to 1,000 figures of one moment, in the order asked.</summary>
    public async Task<ListFiguresResponse> FiguresAsync(ListFiguresRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Queries.Count is 0 or > QueriesMax)
            throw Refusal.Field("queries", $"has 1 to {QueriesMax} queries");
        var view = await views.GetAsync(request.AsOf, cancel);
        var calculator = new FigureCalculator(view);
        var asked = request.Queries.Select((query, index) => (query, Asked: Asking.Figure(query, view, $"queries[{index}].", index))).ToList();
        return new ListFiguresResponse
        {
            Figures = { asked.Select(one => FigureCalculator.ToFigure(one.query, one.Asked, calculator.Compute(one.Asked))) },
            Knowledge = view.Knowledge, Digest = view.Digest,
        };
    }

    /// <summary>Every line of a period.</summary>
    public async Task<GetViewResponse> ViewAsync(GetViewRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (period, unit) = (Asking.PeriodOfMonths(request.Period), Asking.MoneyUnit(request.Unit));
        var view = await views.GetAsync(request.AsOf, cancel);
        return new GetViewResponse
        {
            Period = period.Notation, State = view.State(period), Knowledge = view.Knowledge, Digest = view.Digest,
            LinesVersion = view.LinesVersion,
            Lines = { Asking.ViewLines(view, period, unit) },
        };
    }

    /// <summary>How a figure comes about.</summary>
    public async Task<GetLineageResponse> LineageAsync(GetLineageRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var query = request.Query ?? throw Refusal.Field("query", "is missing");
        var view = await views.GetAsync(request.AsOf, cancel);
        var asked = Asking.Figure(query, view, "query.");
        var node = new FigureCalculator(view).Compute(asked);
        return new GetLineageResponse
        {
            Figure = FigureCalculator.ToFigure(query, asked, node), Root = Wire.Lineage(node), Knowledge = view.Knowledge,
            LinesVersion = view.LinesVersion,
        };
    }

    /// <summary>A page of sources × months.</summary>
    public async Task<ListDataStatusResponse> DataStatusAsync(ListDataStatusRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfter(request.PageToken));
        var period = request.Period.Length == 0 ? null : Asking.Period(request.Period);
        var view = await views.GetAsync(request.AsOf, cancel);
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
