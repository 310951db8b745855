using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Whether a period is complete: every source has closed every month and nothing of it is open, impacted or held, no source has a gap, and
/// every line has a value. A rejected revision counts as the one before it, which stands.
/// </summary>
public static class PeriodCompleteness
{
    private const int NamedMax = 20;

    /// <summary>What a period lacks, named; empty: it is complete.</summary>
    public static IReadOnlyList<string> Lacking(View view, ReportingPeriod period)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(period);
        var lacking = period.Months.SelectMany(month => Fold.Sources.Select(source => view.Cell(source, month)))
            .Where(cell => !IsIn(cell)).Select(Describe)
            .Concat(view.Gaps.Select(source => $"{source} (a sequence number is missing)"))
            .ToList();
        if (lacking.Count > 0)
            return lacking; // what lines lack follows from it
        return [.. EditionFigures.Of(view, period).All
            .Where(figure => figure.Key.Kind == Kind.Amount && !FigureRules.IsPerShare(figure.Key.Line))
            .Select(figure => (figure.Key.Line, Why: figure.Node.Missing.FirstOrDefault() ?? Waived(figure)))
            .Where(lacking => lacking.Why is not null).Select(lacking => $"{lacking.Line} ({lacking.Why})")];
    }

    // A month that was closed without a required measure has no value of it, whatever its statement sums up.
    private static string? Waived(EditionFigure figure)
    {
        foreach (var (fact, row) in figure.Facts.Where(fact => fact.Event.Waivers.Length > 0))
        {
            if (Waivers.Of(row.Waivers).FirstOrDefault(waiver => waiver.Measure == fact.Measure) is { } waiver)
                return $"{waiver.Measure} of {row.Month} is waived by {row.Actor}: {waiver.Reason}";
        }

        return null;
    }

    /// <summary>Refuses a period that is not complete (PERIOD_INCOMPLETE).</summary>
    public static void Require(View view, ReportingPeriod period)
    {
        var lacking = Lacking(view, period);
        if (lacking.Count == 0)
            return;
        var more = lacking.Count > NamedMax ? $" and {lacking.Count - NamedMax} more" : "";
        var names = string.Join(", ", lacking.Take(NamedMax)) + more;
        throw new Refusal(Reason.PeriodIncomplete, $"{period} is not complete: {names}", ("period", period.Notation), ("lacking", names));
    }

    private static bool IsIn(Cell cell) => cell is
    { Standing: not null, Status: DataStatus.Received or DataStatus.Rejected, State: PeriodState.Closed or PeriodState.Locked };

    private static string Describe(Cell cell)
    {
        var state = cell is { Standing: not null, Status: DataStatus.Received or DataStatus.Rejected } ? cell.State.ToString() : cell.Status.ToString();
        return $"{cell.Source} {cell.Month.ToIso()} ({state})";
    }
}
