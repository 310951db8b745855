using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>Answers why a figure differs from another one of the same line.</summary>
public sealed class Explanations(Views views, Publications publications, EntrySums entries)
{
    private const int LeavesDefault = 60;
    private const int ChildrenDefault = 20;
    private const int PathLengthMax = 4_000; // of the longest chain of lines that a model may have

    // What a target is compared with.
    private static readonly Dictionary<Kind, Kind> _actualOf = new()
    {
        [Kind.TargetAmount] = Kind.Amount, [Kind.TargetYoyChange] = Kind.YoyChange, [Kind.TargetYoyPercent] = Kind.YoyPercent,
        [Kind.TargetPercentOfRevenue] = Kind.PercentOfRevenue,
    };

    /// <summary>The explanation, or a page of the drivers below one of its nodes.</summary>
    public async Task<ExplainDifferenceResponse> ExplainAsync(ExplainDifferenceRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var first = request.Figure ?? throw Refusal.Field("figure", "is missing");
        var second = Completed(request.Against ?? throw Refusal.Field("against", "is missing"), first);
        var shown = new Asked(
            request.LeavesMax == 0 ? LeavesDefault : Fields.PageSize(request.LeavesMax, "leaves_max"),
            request.PageSize == 0 ? ChildrenDefault : Fields.PageSize(request.PageSize),
            Fields.OptionalText(request.Path, "path", PathLengthMax), request.WithEntries, ExplanationPage.Read(request.PageToken));
        var (latest, _) = await views.LatestAsync(cancel); // both sides that name no moment are of the same one
        var figure = await SideAsync(request, first, "figure", shown.Page?.Knowledge ?? latest.Knowledge, cancel);
        var against = await SideAsync(request, second, "against", shown.Page?.AgainstKnowledge ?? latest.Knowledge, cancel);
        RequireComparable(figure.Asked.Kind, against.Asked.Kind);
        return await AnswerAsync(figure, against, shown, cancel);
    }

    // Of the other side everything that is not named is as of the first: the same period, the same kind.
    private static FigureSide Completed(FigureSide against, FigureSide figure)
    {
        var side = against.Clone();
        side.Period = side.Period.Length == 0 ? figure.Period : side.Period;
        side.Kind = side.Kind == Kind.Unspecified ? figure.Kind : side.Kind;
        side.Since = side.Since.Length == 0 ? figure.Since : side.Since;
        return side;
    }

    private async Task<ExplainedFigure> SideAsync(
        ExplainDifferenceRequest request, FigureSide side, string path, long knowledge, CancellationToken cancel)
    {
        var query = new FigureQuery
        {
            Line = request.Line, Period = side.Period, Kind = side.Kind == Kind.Unspecified ? Kind.Amount : side.Kind, Since = side.Since,
            Unit = request.Unit, Decimals = request.Decimals,
        };
        if (query.Kind != Kind.ChangeSince)
            query.Since = "";
        var isNamed = request.PageToken.Length == 0 && side.AsOf is { MomentCase: not AsOf.MomentOneofCase.None };
        var (history, live) = await views.GetAsync(isNamed ? side.AsOf : new AsOf { Knowledge = knowledge }, cancel);
        var period = Read(query, live, path).Period;
        var publication = publications.Of(history, live, period, side.Edition, side.Latest);
        var asked = Read(query, publication.View, path);
        return new ExplainedFigure(history.Knowledge, publication, query, asked, new FigureCalculator(publication.View).Compute(asked));
    }

    private static FigureAsked Read(FigureQuery query, View view, string path)
    {
        var (asked, misfit) = FigureRules.Read(query, view.Lines);
        if (asked is not null)
            return asked;
        var where = misfit!.Field is "period" or "since" or "kind" ? $"{path}.{misfit.Field}" : misfit.Field;
        throw new Refusal(misfit.Reason, $"{where}: {misfit.Message}", ("field", where), ("index", "0"));
    }

    private static void RequireComparable(Kind figure, Kind against)
    {
        if (_actualOf.GetValueOrDefault(figure, figure) != _actualOf.GetValueOrDefault(against, against))
        {
            throw new Refusal(Reason.KindUnfit, $"against.kind: {against} is not compared with {figure}; name the same kind, or the target of it",
                ("field", "against.kind"), ("index", "0"));
        }
    }

    private async Task<ExplainDifferenceResponse> AnswerAsync(ExplainedFigure figure, ExplainedFigure against, Asked shown, CancellationToken cancel)
    {
        var response = new ExplainDifferenceResponse
        {
            Figure = figure.ToProto(), Against = against.ToProto(), Knowledge = figure.Knowledge, AgainstKnowledge = against.Knowledge,
            LinesVersion = figure.Publication.View.LinesVersion, AgainstLinesVersion = against.Publication.View.LinesVersion,
        };
        if (figure.Node.Value is null || against.Node.Value is null)
            return shown.Path.Length == 0 ? response : throw Unknown(shown.Path);
        var root = new DriverTree(line => figure.TargetOf(line) ?? against.TargetOf(line)).Of(figure.Node, against.Node);
        var top = root.Find(shown.Path) ?? throw Unknown(shown.Path);
        if (shown.WithEntries && EntrySums.HasEntries(top))
            top = await entries.OpenedAsync(top, cancel);
        var offset = shown.Page?.Offset ?? 0;
        var wire = new DriverWire(figure.Asked, new DriverSelection(top, offset, shown.PageSize, shown.LeavesMax));
        response.Root = shown.Path.Length == 0 ? wire.Root(top, PrintedDifference(figure, against)) : wire.Of(top, shown.Path);
        if (shown.Page is null)
            response.Sentence = DifferenceSentence.Of(response);
        if (top.Children.Count > offset + shown.PageSize)
            response.NextPageToken = new ExplanationPage(figure.Knowledge, against.Knowledge, offset + shown.PageSize).Token;
        return response;
    }

    private static Exact PrintedDifference(ExplainedFigure figure, ExplainedFigure against) =>
        FigureCalculator.Printed(figure.Node.Value!.Value, figure.Asked) - FigureCalculator.Printed(against.Node.Value!.Value, against.Asked);

    private static Refusal Unknown(string path) =>
        new(Reason.DriverUnknown, $"path: the explanation of these figures has no node \"{path}\"", ("field", "path"));

    private sealed record Asked(int LeavesMax, int PageSize, string Path, bool WithEntries, ExplanationPage? Page);
}
