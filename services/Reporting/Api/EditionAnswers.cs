using System.Globalization;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>The answers about editions and decisions.</summary>
public sealed class EditionAnswers(Views views, Publications publications, Preview preview)
{
    private const int PeriodsMax = 100;
    private const int FiguresMax = 1_000;
    private const int Live = -1;

    /// <summary>A page of editions, by the position at which they were prepared.</summary>
    public async Task<ListEditionsResponse> ListAsync(ListEditionsRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfterNumber(request.PageToken));
        var period = request.Period.Length == 0 ? "" : Asking.PeriodOfMonths(request.Period).Notation;
        var (history, _) = await views.LatestAsync(cancel);
        var page = Edition.Of(history).Where(edition => edition.Prepared.Preparation > after && (period.Length == 0 || edition.Prepared.Period == period))
            .Take(size).ToList();
        return new ListEditionsResponse
        {
            Editions = { page.Select(edition => edition.ToProto()) },
            NextPageToken = Fields.NextPage(page.Count, size, page.Count == 0 ? "" : Text(page[^1].Prepared.Preparation)),
        };
    }

    /// <summary>What the next edition would publish now, or what one did.</summary>
    public async Task<GetEditionPreviewResponse> PreviewAsync(GetEditionPreviewRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var period = Asking.PeriodOfMonths(request.Period);
        var (history, live) = await views.LatestAsync(cancel);
        var own = Edition.Of(history).Where(edition => edition.Prepared.Period == period.Notation).ToList();
        if (request.Number == 0)
        {
            var published = own.LastOrDefault(edition => edition.State == EditionState.Published);
            return new GetEditionPreviewResponse { Preview = preview.Of(history, live, period, published) };
        }

        var shown = Publications.Find(own, period, request.Number);
        var before = own.LastOrDefault(edition => edition.Approval is not null && edition.Prepared.Number < shown.Prepared.Number);
        var position = shown.Prepared.Position;
        return new GetEditionPreviewResponse
        {
            Edition = shown.ToProto(), Preview = preview.Of(history.Until(position), views.At(history, position), period, before),
        };
    }

    /// <summary>Lines × periods in two editions.</summary>
    public async Task<CompareEditionsResponse> CompareAsync(CompareEditionsRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (history, live) = await views.LatestAsync(cancel);
        if (request.Periods.Count is 0 or > PeriodsMax)
            throw Refusal.Field("periods", $"has 1 to {PeriodsMax} periods");
        if (request.AsReported < 0 || request.Restated < Live)
            throw Refusal.Field(request.AsReported < 0 ? "as_reported" : "restated", "is the number of an edition, 0, or, of restated, -1 for the live view");
        var lines = request.Lines.Count > 0 ? [.. request.Lines] : live.Lines.Lines.Select(line => line.Name).ToList();
        if (lines.Count * (long)request.Periods.Count > FiguresMax)
            throw Refusal.Field("lines", $"times periods are {FiguresMax} figures at most");
        var periods = request.Periods.Select((period, index) => Asking.PeriodOfMonths(period, $"periods[{index}]")).ToList();
        return new CompareEditionsResponse
        {
            Knowledge = live.Knowledge, Figures = { periods.SelectMany(period => Compare(request, period, lines, history, live)) },
        };
    }

    /// <summary>A page of decisions, newest first.</summary>
    public async Task<ListDecisionsResponse> DecisionsAsync(ListDecisionsRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (size, before) = (Fields.PageSize(request.PageSize), Fields.PageAfter(request.PageToken));
        var period = request.Period.Length == 0 ? null : Asking.PeriodOfMonths(request.Period);
        var (history, _) = await views.LatestAsync(cancel);
        var months = period?.Months.Select(month => month.ToIso()).ToHashSet();
        var inTwoSteps = history.Decisions.Where(row => row.Kind == GroupDecision.LinesApproved).Select(row => row.LinesVersion).ToHashSet();
        var inOneStep = history.Lines.Where(version => period is null && version.Version > 1 && !inTwoSteps.Contains(version.Version));
        var lines = inOneStep.Select(version => new Decision
        {
            Kind = DecisionKind.LinesDefined, LinesVersion = version.Version, Knowledge = version.Knowledge, DecidedAt = Fields.Time(version.DefinedAt),
            Actor = version.Actor,
        });
        var waivers = history.Events.Where(row => row.Waivers.Length > 0 && (months is null || months.Contains(row.Month)))
            .SelectMany(row => Waivers.Of(row.Waivers).Select(waiver => Wire.Decision(row, waiver)));
        var page = history.Decisions.Where(row => months is null || row.Period == period!.Notation || months.Contains(row.Month)).Select(Wire.Decision)
            .Concat(lines).Concat(waivers).Where(decision => before.Length == 0 || string.CompareOrdinal(Key(decision), before) < 0)
            .OrderByDescending(Key, StringComparer.Ordinal).Take(size).ToList();
        return new ListDecisionsResponse
        {
            Decisions = { page }, NextPageToken = Fields.NextPage(page.Count, size, page.Count == 0 ? "" : Key(page[^1])),
        };
    }

    private IEnumerable<ComparedFigure> Compare(
        CompareEditionsRequest request, ReportingPeriod period, IReadOnlyList<string> lines, History history, View live)
    {
        var own = Edition.Of(history).Where(edition => edition.Prepared.Period == period.Notation && edition.Approval is not null).ToList();
        var reported = request.AsReported == 0 && own.Count == 0 ? null
            : publications.Of(history, live, period, request.AsReported == 0 ? own[0].Prepared.Number : request.AsReported);
        var restated = publications.Of(history, live, period, Math.Max(request.Restated, 0), latest: request.Restated == Live);
        foreach (var line in lines)
        {
            var before = reported is null ? (null, null) : Figure(request, line, period, reported);
            var after = Figure(request, line, period, restated);
            var compared = new ComparedFigure { AsReported = before.Wire, Restated = after.Wire };
            (compared.Difference, compared.PrintedDifference) = FigureDifferences.Between(before.Figure, after.Figure);
            yield return compared;
        }
    }

    private static (EditionFigure? Figure, Figure? Wire) Figure(
        CompareEditionsRequest request, string line, ReportingPeriod period, Publication publication)
    {
        var kind = request.Kind == Kind.Unspecified ? Kind.Amount : request.Kind;
        var own = FigureRules.IsPerShare(line) ? Unit.JpyPerShare : publication.View.Lines.Find(line)?.Unit ?? Unit.Jpy;
        var unit = FigureRules.IsPercent(kind) ? Unit.Percent : own == Unit.Jpy ? Asking.MoneyUnit(request.Unit) : own;
        var query = new FigureQuery { Line = line, Period = period.Notation, Kind = kind, Unit = unit, Decimals = request.Decimals };
        var (asked, misfit) = FigureRules.Read(query, publication.View.Lines);
        if (asked is null && misfit!.Reason != Reason.LineUnknown)
            throw new Refusal(misfit.Reason, $"{misfit.Field}: {misfit.Message}", ("field", misfit.Field), ("index", "0"));
        if (asked is null)
            return (null, new Figure { Query = query, Missing = new Missing { Inputs = { misfit!.Message } }, Edition = publication.Number });
        var figure = new EditionFigure(asked, new FigureCalculator(publication.View).Compute(asked));
        return (figure, figure.ToProto(query, publication.Number));
    }

    // The waivers of one close have one position.
    private static string Key(Decision decision) => $"{decision.Knowledge:D19} {decision.Measure}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
