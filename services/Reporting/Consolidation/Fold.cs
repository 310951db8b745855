using System.Security.Cryptography;
using System.Text;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Reporting;

/// <summary>
/// The fold: from all received events to the live view. Per source and month the latest revision of the accepted incarnations wins as a
/// whole, so duplicates, reordering and redelivery cannot change the view. It knows nothing of sign-offs: an edition is a view as of its
/// position. Group accounting decides two things about what was received: which incarnation stands, where there are several, and which
/// revisions are rejected.
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
        var sources = Sources.Select(source => OfSource(source, history)).ToList();
        return new View(history.Knowledge, Digest(sources.SelectMany(source => source.Cells)), history.Lines[^1], sources);
    }

    private static SourceFold OfSource(string source, History history)
    {
        var events = history.Events.Where(row => row.Source == source).ToList();
        var decisions = history.Decisions.Where(decision => decision.Source == source).ToList();
        var ranks = Ranks(events, decisions);
        var current = ranks.Count == 0 ? "" : ranks.MaxBy(rank => rank.Value).Key;
        var received = new Received(events, ranks, LeftOut(events, decisions), history);
        var cells = new List<Cell>();
        foreach (var month in events.GroupBy(row => row.YearMonth).OrderBy(month => month.Key))
            cells.Add(OfMonth(source, [.. month], received, cells));
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

    // A rejected revision is left out until another revision of its month replaces it, and with it what was closed upon it: the statements
    // of its month and of later ones that the source made in between. A later incarnation that serves the same event serves it rejected.
    private static HashSet<long> LeftOut(IReadOnlyList<ReceivedEvent> events, IReadOnlyList<GroupDecision> decisions)
    {
        var rejected = decisions.Where(decision => decision.Kind is GroupDecision.RevisionRejected or GroupDecision.RevisionAccepted)
            .GroupBy(decision => (decision.Incarnation, decision.Month, decision.Revision))
            .Where(said => said.MaxBy(decision => decision.Knowledge)!.Kind == GroupDecision.RevisionRejected).Select(said => said.Key).ToHashSet();
        if (rejected.Count == 0)
            return [];
        var ids = events.Where(row => row.HasStatement && rejected.Contains((row.Incarnation, row.Month, row.Revision)))
            .Select(row => row.EventId).ToHashSet();
        var statements = events.Where(row => row.HasStatement).ToList();
        return [.. statements.Where(row => ids.Contains(row.EventId)).SelectMany(row =>
        {
            var replaced = statements.Where(other => other.Incarnation == row.Incarnation && other.Month == row.Month && other.Sequence > row.Sequence)
                .Select(other => other.Sequence).DefaultIfEmpty(long.MaxValue).Min();
            return statements.Where(other => other.Incarnation == row.Incarnation && other.YearMonth >= row.YearMonth
                && other.Sequence >= row.Sequence && other.Sequence < replaced).Select(other => other.Knowledge);
        })];
    }

    // The months before are folded already. Where a revision is rejected, a statement that was made before one of theirs does not open with
    // what they closed with; otherwise the reopening in between says so.
    private static Cell OfMonth(string source, IReadOnlyList<ReceivedEvent> events, Received received, IReadOnlyList<Cell> before)
    {
        var ranks = received.Ranks;
        int Rank(ReceivedEvent row) => ranks.GetValueOrDefault(row.Incarnation, int.MaxValue);
        bool Stands(ReceivedEvent row) => ranks.ContainsKey(row.Incarnation) && !received.LeftOut.Contains(row.Knowledge);
        var statements = events.Where(row => row.HasStatement).OrderBy(Rank).ThenBy(row => row.Revision)
            .ThenBy(row => row.Incarnation, StringComparer.Ordinal).ToList();
        var standing = statements.LastOrDefault(Stands);
        var waiting = statements.Count > 0 && statements[^1] != standing ? statements[^1] : null;
        var impacted = standing is not null && (IsReopened(standing, received) || (received.LeftOut.Count > 0
            && before.Any(cell => cell.Standing is { } earlier && earlier.Incarnation == standing.Incarnation && earlier.Sequence > standing.Sequence)));
        // What is held says nothing of the state, except of a month that nothing else is known of.
        var last = events.OrderBy(row => ranks.GetValueOrDefault(row.Incarnation, -1)).ThenBy(row => row.Sequence)
            .ThenBy(row => row.Incarnation, StringComparer.Ordinal).Last();
        return new Cell(source, events[0].YearMonth, standing, waiting, Status(standing, waiting, impacted, ranks), StateAfter(last),
            standing is null ? [] : received.History.Facts[standing.Knowledge]);
    }

    // Reopened since, it or an earlier month; what a rejected revision was reopened for is over with it.
    private static bool IsReopened(ReceivedEvent standing, Received received)
    {
        var over = received.Events.Where(row => received.LeftOut.Contains(row.Knowledge)).ToList();
        return received.Events.Any(row => row.Transition == nameof(Transition.Reopened)
            && received.Ranks.TryGetValue(row.Incarnation, out var rank)
            && (rank, row.Sequence).CompareTo((received.Ranks[standing.Incarnation], standing.Sequence)) > 0 && row.YearMonth <= standing.YearMonth
            && !over.Any(left => left.Incarnation == row.Incarnation && left.Month == row.Month && left.Sequence > row.Sequence));
    }

    private static DataStatus Status(ReceivedEvent? standing, ReceivedEvent? waiting, bool impacted, Dictionary<string, int> ranks)
    {
        if (waiting is not null && !ranks.ContainsKey(waiting.Incarnation))
            return DataStatus.Held;
        if (standing is null)
            return waiting is null ? DataStatus.NotReceived : DataStatus.Rejected;
        if (impacted)
            return DataStatus.Impacted;
        return waiting is null ? DataStatus.Received : DataStatus.Rejected;
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

    // What was received of one source, what of it may stand, and what of that is left out.
    private sealed record Received(
        IReadOnlyList<ReceivedEvent> Events, Dictionary<string, int> Ranks, HashSet<long> LeftOut, History History);
}

/// <summary>The state of one month of a source.</summary>
/// <param name="Source">The source.</param>
/// <param name="Month">The month.</param>
/// <param name="Standing">The revision that stands, or null.</param>
/// <param name="Waiting">A later one that is held or rejected, or null.</param>
/// <param name="Status">Its data status.</param>
/// <param name="State">The period's state as the source's last event says.</param>
/// <param name="Facts">The facts of the revision that stands.</param>
public sealed record Cell(
    string Source, YearMonth Month, ReceivedEvent? Standing, ReceivedEvent? Waiting, DataStatus Status, PeriodState State,
    IReadOnlyList<Fact> Facts)
{
    /// <summary>The facts of the revision that stands.</summary>
    public IReadOnlyList<Fact> Facts { get; } = [.. Facts];
}
