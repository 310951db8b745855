using System.Security.Cryptography;
using System.Text;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Reporting;

/// <summary>
/// The fold: from all received events to the view. Per source and month the highest accepted revision wins as a whole, so duplicates,
/// reordering and redelivery cannot change the view. Two things depend on the order of arrival: the incarnation that was known first
/// stands without acceptance, and a revision that came after the sign-off waits for its acceptance.
/// </summary>
public static class Fold
{
    /// <summary>The sources that a complete view needs: every one that reports a measure.</summary>
    public static IReadOnlyList<string> Sources { get; } =
        MeasureCatalog.Measures.Values.Select(measure => measure.Source).Distinct().Order(StringComparer.Ordinal).ToList();

    /// <summary>The view of a history.</summary>
    public static View Of(History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var signedOff = history.Decisions
            .Where(decision => decision.Kind == GroupDecision.SignedOff)
            .GroupBy(decision => Calendar.ParseMonth(decision.Month)!.Value)
            .ToDictionary(group => group.Key, group => group.Min(decision => decision.Knowledge));
        var sources = Sources.Select(source => OfSource(source, history, signedOff)).ToList();
        return new View(history.Knowledge, Digest(sources.SelectMany(source => source.Cells)), history.Lines[^1], sources, signedOff.Keys);
    }

    private static SourceFold OfSource(string source, History history, Dictionary<YearMonth, long> signedOff)
    {
        var events = history.Events.Where(row => row.Source == source).ToList();
        var accepted = history.Decisions.Where(decision => decision.Source == source).ToList();
        var ranks = Ranks(events, accepted);
        var current = ranks.Count == 0 ? "" : ranks.MaxBy(rank => rank.Value).Key;
        var reopened = events.Where(row => row.Transition == nameof(Transition.Reopened)).ToList();
        var cells = events.GroupBy(row => row.YearMonth).Select(month =>
        {
            long? closed = signedOff.TryGetValue(month.Key, out var knowledge) ? knowledge : null;
            return OfMonth(source, [.. month], ranks, closed, accepted, reopened, history);
        }).ToList();
        return new SourceFold(source, current, events, events.Select(row => row.Incarnation).Distinct().Except(ranks.Keys).ToList(), cells);
    }

    // The incarnation that was known first stands by itself; any other only from its acceptance on. No source's clock has a say: a
    // copy restored with a clock set back, or one that serves the original's events again, displaces nothing.
    private static Dictionary<string, int> Ranks(IReadOnlyList<ReceivedEvent> events, IReadOnlyList<GroupDecision> decisions)
    {
        var ranks = new Dictionary<string, int>();
        if (events.Count == 0)
            return ranks;
        ranks[events.MinBy(row => row.Knowledge)!.Incarnation] = 0;
        foreach (var decision in decisions.Where(decision => decision.Kind == GroupDecision.IncarnationAccepted))
            ranks[decision.Incarnation] = ranks.Count;
        return ranks;
    }

    private static Cell OfMonth(
        string source, IReadOnlyList<ReceivedEvent> events, Dictionary<string, int> ranks, long? signedOff,
        IReadOnlyList<GroupDecision> decisions, IReadOnlyList<ReceivedEvent> reopened, History history)
    {
        int Rank(ReceivedEvent row) => ranks.GetValueOrDefault(row.Incarnation, int.MaxValue);
        bool Stands(ReceivedEvent row) => ranks.ContainsKey(row.Incarnation)
            && (signedOff is null || row.Knowledge <= signedOff || decisions.Any(decision => Accepts(decision, row)));
        var statements = events.Where(row => row.HasStatement).OrderBy(Rank).ThenBy(row => row.Revision)
            .ThenBy(row => row.Incarnation, StringComparer.Ordinal).ToList();
        var standing = statements.LastOrDefault(Stands);
        var waiting = statements.Count > 0 && statements[^1] != standing ? statements[^1] : null;
        var impacted = standing is not null && reopened.Any(row => ranks.TryGetValue(row.Incarnation, out var rank)
            && (rank, row.Sequence).CompareTo((Rank(standing), standing.Sequence)) > 0 && row.YearMonth <= standing.YearMonth);
        // What is held says nothing of the state, except of a month that nothing else is known of.
        var last = events.OrderBy(row => ranks.GetValueOrDefault(row.Incarnation, -1)).ThenBy(row => row.Sequence)
            .ThenBy(row => row.Incarnation, StringComparer.Ordinal).Last();
        return new Cell(source, events[0].YearMonth, standing, waiting,
            Status(standing, waiting, impacted, ranks), StateAfter(last),
            standing is null ? [] : history.Facts[standing.Knowledge],
            signedOff is not null && standing is not null && standing.Knowledge > signedOff);
    }

    private static bool Accepts(GroupDecision decision, ReceivedEvent row) =>
        decision.Kind == GroupDecision.RevisionAccepted && decision.Incarnation == row.Incarnation
        && decision.Month == row.Month && decision.Revision == row.Revision;

    private static DataStatus Status(ReceivedEvent? standing, ReceivedEvent? waiting, bool impacted, Dictionary<string, int> ranks)
    {
        if (waiting is not null)
            return ranks.ContainsKey(waiting.Incarnation) ? DataStatus.Submitted : DataStatus.Held;
        if (standing is null)
            return DataStatus.NotReceived;
        return impacted ? DataStatus.Impacted : DataStatus.Received;
    }

    private static PeriodState StateAfter(ReceivedEvent row) => row.Transition switch
    {
        nameof(Transition.Prepared) => PeriodState.Prepared,
        nameof(Transition.Returned) => row.Revision > 0 ? PeriodState.Reopened : PeriodState.Open,
        nameof(Transition.Reopened) => PeriodState.Reopened,
        nameof(Transition.Locked) => PeriodState.Locked,
        _ => PeriodState.Closed,
    };

    // Times of arrival and knowledge numbers are outside the digest.
    private static string Digest(IEnumerable<Cell> cells)
    {
        var text = new StringBuilder();
        foreach (var cell in cells.OrderBy(cell => cell.Month).ThenBy(cell => cell.Source, StringComparer.Ordinal))
        {
            text.Append(cell.Source).Append('|').Append(cell.Month.ToIso()).Append('|').Append(cell.Status).Append('|').Append(cell.State)
                .Append('|').Append(cell.Standing?.Incarnation).Append('|').Append(cell.Standing?.Revision)
                .Append('|').Append(cell.Standing?.Digest).Append('|').Append(cell.Waiting?.Digest).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>The state of one month of a source.</summary>
/// <param name="Source">The source.</param>
/// <param name="Month">The month.</param>
/// <param name="Standing">The revision that stands, or null.</param>
/// <param name="Waiting">A later one that is submitted or held, or null.</param>
/// <param name="Status">Its data status.</param>
/// <param name="State">The period's state as the source's last event says.</param>
/// <param name="Facts">The facts of the revision that stands.</param>
/// <param name="Restated">Whether it stands by acceptance after a sign-off.</param>
public sealed record Cell(
    string Source, YearMonth Month, ReceivedEvent? Standing, ReceivedEvent? Waiting, DataStatus Status, PeriodState State,
    IReadOnlyList<Fact> Facts, bool Restated)
{
    /// <summary>The facts of the revision that stands.</summary>
    public IReadOnlyList<Fact> Facts { get; } = [.. Facts];
}
