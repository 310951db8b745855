using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Reporting;

/// <summary>
/// The versions of a figure, newest first. It goes back from now: what the computation of a version read of the view is all it depends on,
/// so it is folded and computed again only before the moments that touched that. Nothing is kept for it.
/// </summary>
public sealed class FigureHistory(Views views) : IDisposable
{
    private const int VersionsMax = 100;
    private const int FoldsMax = 400; // most of a second at the reference ledger: one that asks may not hold up the others for longer
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The history of a figure that exists now; one at a time.</summary>
    public async Task<GetFigureHistoryResponse> GetAsync(GetFigureHistoryRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var query = request.Query ?? throw Refusal.Field("query", "is missing");
        var (history, view) = await views.LatestAsync(cancel);
        Asking.Figure(query, view, "query.");
        await _turn.WaitAsync(cancel);
        try
        {
            var (versions, olderLeftOut) = Of(history, view, query, cancel: cancel);
            return new GetFigureHistoryResponse { Versions = { versions }, OlderLeftOut = olderLeftOut, Knowledge = history.Knowledge };
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The versions of a figure in a history whose view is given, and whether there may be older ones than those.</summary>
    public static (IReadOnlyList<FigureVersion> Versions, bool OlderLeftOut) Of(
        History history, View now, FigureQuery query, int versionsMax = VersionsMax, int foldsMax = FoldsMax, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(now);
        var versions = new List<FigureVersion>();
        var (after, folds) = (State.Of(now, query), 1);
        foreach (var moment in Moments(history).Where(moment => after.DependsOn(moment)))
        {
            cancel.ThrowIfCancellationRequested();
            if (folds++ == foldsMax)
                return (versions, true);
            var before = State.Of(Fold.Of(history.Until(moment.Knowledge - 1)), query);
            if (!after.IsSameAs(before))
            {
                if (versions.Count == versionsMax)
                    return (versions, true);
                versions.Add(Version(moment, before, after));
            }

            after = before;
        }

        return (versions, false);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static FigureVersion Version(Moment moment, State before, State after)
    {
        var version = new FigureVersion
        {
            Knowledge = moment.Knowledge, KnownAt = Fields.Time(moment.At), Figure = after.Figure,
            Change = before.Value is { } was && after.Value is { } becomes ? FigureCalculator.Text(becomes - was, after.Asked!) : "",
        };
        moment.Tell(version);
        return version;
    }

    // What can change a figure, newest first: a statement, what was decided of one, a version of the lines.
    private static IEnumerable<Moment> Moments(History history)
    {
        var decided = history.Decisions.Where(row => row.Kind is GroupDecision.IncarnationAccepted or GroupDecision.RevisionRejected
            or GroupDecision.RevisionAccepted).ToList();
        // A rejected revision takes later months with it, and what replaces it gives them back.
        var rejected = decided.Select(row => row.Source).ToHashSet();
        var events = history.Events.Where(row => row.HasStatement).Select(row => new Moment(
            row.Knowledge, row.ReceivedAt, row.Source, rejected.Contains(row.Source) ? null : row.YearMonth,
            version => version.PeriodEvent = row.ToMessage().ToProto()));
        var decisions = decided.Select(row => new Moment(
            row.Knowledge, row.DecidedAt, row.Source, null, version => version.Decision = Wire.Decision(row)));
        var lines = history.Lines.Where(row => row.Version > 1).Select(row => new Moment(
            row.Knowledge, row.DefinedAt, "", null, version => version.LinesVersion = row.Version));
        return events.Concat(decisions).Concat(lines).OrderByDescending(moment => moment.Knowledge);
    }

    // Something became known: of a source or of every one (""), of a month or of every one.
    private sealed record Moment(long Knowledge, long At, string Source, YearMonth? Month, Action<FigureVersion> Tell);

    // A figure at a moment, and what of the view it was made from. A model that has no such line has no such figure.
    private sealed record State(Figure Figure, FigureAsked? Asked, Exact? Value, HashSet<(string Source, YearMonth? Month)> Reads)
    {
        public static State Of(View whole, FigureQuery query)
        {
            var reads = new HashSet<(string Source, YearMonth? Month)>();
            var view = whole.Noting(reads);
            var (asked, misfit) = FigureRules.Read(query, view.Lines);
            if (asked is null)
                return new(new Figure { Query = query, Missing = new Missing { Inputs = { misfit!.Message } } }, null, null, reads);
            var node = new FigureCalculator(view).Compute(asked);
            return new(FigureCalculator.ToFigure(query, asked, node), asked, node.Value, reads);
        }

        public bool DependsOn(Moment moment) => (moment.Source.Length == 0 && moment.Month is null)
            || Reads.Any(read => (moment.Source.Length == 0 || read.Source == moment.Source)
                && (moment.Month is null || read.Month is null || read.Month == moment.Month));

        public bool IsSameAs(State other) => Figure.OutcomeCase == other.Figure.OutcomeCase && Value == other.Value
            && Figure.NotMeaningful?.Reason == other.Figure.NotMeaningful?.Reason;
    }
}
