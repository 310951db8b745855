using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// What an edition publishes: every figure that is new or differs from the edition before, in exact and in printed digits, with what causes
/// it, and the findings.
/// </summary>
public sealed class Preview(Views views, TargetDeviations deviations)
{
    /// <summary>The preview of a view of a period, against the edition that was published before it (null: none).</summary>
    public EditionPreview Of(History history, View view, ReportingPeriod period, Edition? before)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(period);
        var past = before is null ? null : views.At(history, before.Prepared.Position);
        var (after, was) = (EditionFigures.Of(view, period), past is null ? null : EditionFigures.Of(past, period));
        return new EditionPreview
        {
            AgainstEdition = before?.Prepared.Number ?? 0, Digest = after.Digest,
            Differences = { after.DifferencesTo(was).Select(one => Difference(one.Before, one.After, before?.Prepared.Number ?? 0, past, view)) },
            Findings = { Overlaps.Find(history, view, period, views), deviations.Find(view, period), Rejected(view, period) },
        };
    }

    /// <summary>What another view of the same period, one that nobody is shown, would change against the live one.</summary>
    /// <param name="live">The live view.</param>
    /// <param name="with">The other one: with a prepared version of the lines, or with changes that nobody has made.</param>
    /// <param name="period">The period.</param>
    public EditionPreview OfCopy(View live, View with, ReportingPeriod period)
    {
        ArgumentNullException.ThrowIfNull(live);
        ArgumentNullException.ThrowIfNull(with);
        var after = EditionFigures.Of(with, period);
        return new EditionPreview
        {
            Digest = after.Digest, Findings = { deviations.Find(with, period) },
            Differences = { after.DifferencesTo(EditionFigures.Of(live, period)).Select(one => Difference(one.Before, one.After, 0, live, with)) },
        };
    }

    // The books of the source hold what the edition leaves out.
    private static IEnumerable<Finding> Rejected(View view, ReportingPeriod period) => period.Months
        .SelectMany(month => Fold.Sources.Select(source => view.Cell(source, month))).Where(cell => cell.Status == DataStatus.Rejected)
        .Select(cell => FindingCode.RevisionRejected.Found(
            $"{cell.Source} {cell.Month.ToIso()}: revision {cell.Waiting!.Revision} is rejected and left out; revision "
            + $"{cell.Standing?.Revision ?? 0} stands, and the edition locks the month at the source with the rejected one"));

    private static FigureDifference Difference(EditionFigure? before, EditionFigure? after, int edition, View? past, View view)
    {
        var difference = new FigureDifference
        {
            Query = (after ?? before)!.Query, Before = before?.ToProto(edition), After = after?.ToProto(0),
        };
        (difference.Difference, difference.PrintedDifference) = FigureDifferences.Between(before, after);
        if (past is not null)
            difference.Causes.Add(Causes(before, after, past, view));
        return difference;
    }

    // The events that one of the two is made of and the other is not, and the version of the lines where it is another.
    private static IEnumerable<DifferenceCause> Causes(EditionFigure? before, EditionFigure? after, View past, View view)
    {
        var (was, now) = (before?.Events.ToList() ?? [], after?.Events.ToList() ?? []);
        var causes = now.ExceptBy(was.Select(row => row.Knowledge), row => row.Knowledge).Select(row => new DifferenceCause
        {
            Source = row.Source, Month = row.YearMonth.ToProto(), Revision = row.Revision, Knowledge = row.Knowledge,
        });
        return past.LinesVersion == view.LinesVersion ? causes.OrderBy(cause => cause.Knowledge)
            : causes.OrderBy(cause => cause.Knowledge).Append(new DifferenceCause { LinesVersion = view.LinesVersion });
    }
}
