using System.Globalization;
using Grpc.Core;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>ReportingService: reads requests, asks the view of a moment, and writes what group accounting decides.</summary>
public sealed class ReportingGrpcService(
    Database database, Requests requests, DeadLetters letters, Views views, GroupAccounting accounting, GapFiller gaps)
    : ReportingService.ReportingServiceBase
{
    private const int QueriesMax = 1_000;

    /// <inheritdoc/>
    public override async Task<ListFiguresResponse> ListFigures(ListFiguresRequest request, ServerCallContext context)
    {
        if (request.Queries.Count is 0 or > QueriesMax)
            throw Refusal.Field("queries", $"has 1 to {QueriesMax} queries");
        var view = await views.GetAsync(request.AsOf, context.CancellationToken);
        var calculator = new FigureCalculator(view);
        var asked = request.Queries.Select((query, index) => (query, Asked: Read(query, view, $"queries[{index}].", index))).ToList();
        return new ListFiguresResponse
        {
            Figures = { asked.Select(one => FigureCalculator.ToFigure(one.query, one.Asked, calculator.Compute(one.Asked))) },
            Knowledge = view.Knowledge, Digest = view.Digest,
        };
    }

    /// <inheritdoc/>
    public override async Task<GetViewResponse> GetView(GetViewRequest request, ServerCallContext context)
    {
        var period = Period(request.Period, "period");
        if (period.Length == PeriodLength.Day)
            throw Refusal.Field("period", "is a date; the view is of months and longer");
        var unit = request.Unit == Unit.Unspecified ? Unit.JpyMillion : request.Unit;
        if (unit is not (Unit.Jpy or Unit.JpyMillion or Unit.JpyBillion))
            throw Refusal.Field("unit", "is a unit of money: JPY, JPY million or JPY billion");
        var view = await views.GetAsync(request.AsOf, context.CancellationToken);
        var calculator = new FigureCalculator(view);
        return new GetViewResponse
        {
            Period = period.Notation, State = view.State(period), Knowledge = view.Knowledge, Digest = view.Digest,
            LinesVersion = view.LinesVersion,
            Lines = { view.Lines.Lines.Select(line => ToViewLine(line, period, unit, calculator, view)) },
        };
    }

    /// <inheritdoc/>
    public override async Task<GetLineageResponse> GetLineage(GetLineageRequest request, ServerCallContext context)
    {
        var query = request.Query ?? throw Refusal.Field("query", "is missing");
        var view = await views.GetAsync(request.AsOf, context.CancellationToken);
        var asked = Read(query, view, "query.");
        var node = new FigureCalculator(view).Compute(asked);
        return new GetLineageResponse
        {
            Figure = FigureCalculator.ToFigure(query, asked, node), Root = Wire.Lineage(node), Knowledge = view.Knowledge,
            LinesVersion = view.LinesVersion,
        };
    }

    /// <inheritdoc/>
    public override async Task<ListDataStatusResponse> ListDataStatus(ListDataStatusRequest request, ServerCallContext context)
    {
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfter(request.PageToken));
        var period = request.Period.Length == 0 ? null : Period(request.Period, "period");
        var view = await views.GetAsync(request.AsOf, context.CancellationToken);
        var cells = (period?.Months ?? view.Months)
            .SelectMany(month => Fold.Sources.Select(source => view.Cell(source, month)))
            .Where(cell => string.CompareOrdinal(Wire.Key(cell), after) > 0).Take(size).ToList();
        return new ListDataStatusResponse
        {
            Cells = { cells.Select(Wire.SourceMonth) },
            NextPageToken = Fields.NextPage(cells.Count, size, cells.Count == 0 ? "" : Wire.Key(cells[^1])),
        };
    }

    /// <inheritdoc/>
    public override async Task<ListSourcesResponse> ListSources(ListSourcesRequest request, ServerCallContext context) =>
        new() { Sources = { await SourcesAsync(context.CancellationToken) } };

    /// <inheritdoc/>
    public override async Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext context)
    {
        var month = Fields.Month(request.Month);
        var (_, view) = await views.LatestAsync(context.CancellationToken);
        if (!view.Sources.TryGetValue(request.Source, out var source))
            throw Refusal.Field("source", $"\"{request.Source}\" is none of {string.Join(", ", Fold.Sources)}");
        var standing = view.Cell(request.Source, month).Standing;
        var rows = source.Events.Where(row => row.HasStatement && row.YearMonth == month);
        return new ListRevisionsResponse { Revisions = { rows.Select(row => Wire.Revision(row, row == standing)) } };
    }

    /// <inheritdoc/>
    public override async Task<ListLinesResponse> ListLines(ListLinesRequest request, ServerCallContext context)
    {
        var (history, _) = await views.LatestAsync(context.CancellationToken);
        var version = request.Version == 0 ? history.Lines[^1] : history.Lines.FirstOrDefault(known => known.Version == request.Version)
            ?? throw Refusal.Unknown("VERSION_UNKNOWN", $"there is no version {request.Version}; the latest is {history.Lines[^1].Version}");
        return new ListLinesResponse
        {
            Version = version.Version,
            Lines =
            {
                version.Lines.Lines.Select(line => new Line { Name = line.Name, Definition = line.Definition, Nature = line.Nature, Unit = line.Unit }),
            },
        };
    }

    /// <inheritdoc/>
    public override Task<DefineLinesResponse> DefineLines(DefineLinesRequest request, ServerCallContext context)
    {
        var call = Call.Of(context, request, request.RequestId);
        if (request.Lines.Count is 0 or > QueriesMax)
            throw Refusal.Field("lines", $"has 1 to {QueriesMax} lines");
        var rows = request.Lines.Select(line => (line.Name, line.Definition)).ToList();
        return requests.OnceAsync(call, async transaction =>
            new DefineLinesResponse { Version = await accounting.DefineLinesAsync(transaction, call, rows) });
    }

    /// <inheritdoc/>
    public override Task<ListMeasuresResponse> ListMeasures(ListMeasuresRequest request, ServerCallContext context) =>
        Task.FromResult(new ListMeasuresResponse { Measures = { MeasureCatalog.Measures.Values.Select(Wire.Measure) } });

    /// <inheritdoc/>
    public override Task<SignOffPeriodResponse> SignOffPeriod(SignOffPeriodRequest request, ServerCallContext context)
    {
        var (call, period) = (Call.Of(context, request, request.RequestId), Period(request.Period, "period"));
        if (period.Length == PeriodLength.Day)
            throw Refusal.Field("period", "is a date; months and longer are signed off");
        return requests.OnceAsync(call, async transaction => new SignOffPeriodResponse
        {
            Knowledge = await accounting.SignOffAsync(transaction, call, period, context.CancellationToken),
        });
    }

    /// <inheritdoc/>
    public override Task<AcceptRevisionResponse> AcceptRevision(AcceptRevisionRequest request, ServerCallContext context)
    {
        var (call, month) = (Call.Of(context, request, request.RequestId), Fields.Month(request.Month));
        return requests.OnceAsync(call, async transaction => new AcceptRevisionResponse
        {
            Knowledge = await accounting.AcceptRevisionAsync(
                transaction, call, request.Source, month, request.Revision, context.CancellationToken),
        });
    }

    /// <inheritdoc/>
    public override Task<AcceptIncarnationResponse> AcceptIncarnation(AcceptIncarnationRequest request, ServerCallContext context)
    {
        var call = Call.Of(context, request, request.RequestId);
        return requests.OnceAsync(call, async transaction => new AcceptIncarnationResponse
        {
            Knowledge = await accounting.AcceptIncarnationAsync(
                transaction, call, request.Source, request.Incarnation, context.CancellationToken),
        });
    }

    /// <inheritdoc/>
    public override async Task<FillGapsResponse> FillGaps(FillGapsRequest request, ServerCallContext context) => new()
    {
        EventsReceived = await gaps.FillAsync(context.CancellationToken),
        Sources = { await SourcesAsync(context.CancellationToken) },
    };

    /// <inheritdoc/>
    public override async Task<ListDeadLettersResponse> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context)
    {
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfterNumber(request.PageToken));
        var state = request.State == DeadLetterState.Unspecified ? "" : request.State.ToString();
        var rows = await database.ReadAsync(transaction => letters.ListAsync(transaction, state, after, size), context.CancellationToken);
        return new ListDeadLettersResponse
        {
            Letters = { rows.Select(Wire.DeadLetter) },
            NextPageToken = Fields.NextPage(rows.Count, size, rows.Count == 0 ? "" : rows[^1].Number.ToString(CultureInfo.InvariantCulture)),
        };
    }

    /// <inheritdoc/>
    public override Task<GetDeadLetterResponse> GetDeadLetter(GetDeadLetterRequest request, ServerCallContext context) =>
        database.ReadAsync(async transaction =>
        {
            var row = await letters.GetAsync(transaction, request.Number);
            return new GetDeadLetterResponse
            {
                Letter = Wire.DeadLetter(row), Message = row.Message,
                Actions = { (await letters.ActionsAsync(transaction, request.Number)).Select(Wire.DeadLetterAction) },
            };
        }, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<RedriveDeadLetterResponse> RedriveDeadLetter(RedriveDeadLetterRequest request, ServerCallContext context)
    {
        var (call, reason) = (Call.Of(context, request, request.RequestId), Fields.Text(request.Reason, "reason", 1_000));
        return requests.OnceAsync(call, async transaction =>
        {
            var (letter, action) = await letters.RedriveAsync(transaction, call, request.Number, reason);
            return new RedriveDeadLetterResponse { Letter = Wire.DeadLetter(letter), Action = Wire.DeadLetterAction(action) };
        });
    }

    /// <inheritdoc/>
    public override Task<DiscardDeadLetterResponse> DiscardDeadLetter(DiscardDeadLetterRequest request, ServerCallContext context)
    {
        var (call, reason) = (Call.Of(context, request, request.RequestId), Fields.Text(request.Reason, "reason", 1_000));
        return requests.OnceAsync(call, async transaction =>
        {
            var (letter, action) = await letters.DiscardAsync(transaction, call, request.Number, reason);
            return new DiscardDeadLetterResponse { Letter = Wire.DeadLetter(letter), Action = Wire.DeadLetterAction(action) };
        });
    }

    private async Task<IEnumerable<SourceStatus>> SourcesAsync(CancellationToken cancel)
    {
        var (_, view) = await views.LatestAsync(cancel);
        return Fold.Sources.Select(source => Wire.Source(view.Sources[source], gaps.LastAsked(source)));
    }

    private static ViewLine ToViewLine(LineInfo line, ReportingPeriod period, Unit unit, FigureCalculator calculator, View view)
    {
        Figure Ask(Kind kind, Unit of, int decimals)
        {
            var query = new FigureQuery { Line = line.Name, Period = period.Notation, Kind = kind, Unit = of, Decimals = decimals };
            var asked = Read(query, view, "");
            return FigureCalculator.ToFigure(query, asked, calculator.Compute(asked));
        }

        var own = line.Unit == Unit.Jpy ? unit : line.Unit;
        return new ViewLine
        {
            Line = line.Name, Amount = Ask(Kind.Amount, own, own == Unit.JpyBillion ? 1 : 0),
            YoyChange = Ask(Kind.YoyChange, own, own == Unit.JpyBillion ? 1 : 0), YoyPercent = Ask(Kind.YoyPercent, Unit.Percent, 1),
        };
    }

    private static FigureAsked Read(FigureQuery query, View view, string path, int index = 0)
    {
        var (asked, misfit) = FigureRules.Read(query, view.Lines);
        if (asked is not null)
            return asked;
        var where = path + misfit!.Field;
        throw new Refusal(StatusCode.InvalidArgument, misfit.Reason, $"{where}: {misfit.Message}", ("field", where),
            ("index", index.ToString(CultureInfo.InvariantCulture)));
    }

    private static ReportingPeriod Period(string notation, string field) => ReportingPeriod.Parse(notation)
        ?? throw new Refusal(StatusCode.InvalidArgument, "PERIOD_UNKNOWN",
            $"{field}: \"{notation}\" is no period; write 2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012", ("field", field));
}
