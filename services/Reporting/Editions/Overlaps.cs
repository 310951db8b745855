using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Reporting;

/// <summary>
/// Compares a period with the published editions whose months overlap it: parts that together are the period, and a longer period that is it
/// and others together. Flows of the parts add up to the whole; a stock of the whole is that of its last part. A difference is a finding:
/// readers of both editions will see it.
/// </summary>
public static class Overlaps
{
    private const int FindingsMax = 50;

    /// <summary>The lines in which a period differs from what is published about the same months.</summary>
    public static IEnumerable<Finding> Find(History history, View view, ReportingPeriod period, Views views)
    {
        ArgumentNullException.ThrowIfNull(period);
        ArgumentNullException.ThrowIfNull(views);
        var own = new Part(period, "", EditionFigures.Of(view, period));
        var others = Edition.Of(history).Where(edition => edition.State == EditionState.Published && edition.Prepared.Period != period.Notation)
            .GroupBy(edition => edition.Prepared.Period).Select(group => group.Last())
            .Select(edition => new Part(edition.Prepared.ReportingPeriod, edition.Prepared.Name,
                EditionFigures.Of(views.At(history, edition.Prepared.Position), edition.Prepared.ReportingPeriod)))
            .ToList();
        var asWhole = Tile(period.FirstMonth, period.LastMonth, others.Where(part => part.Period.MonthCount < period.MonthCount).ToList());
        var asPart = others.Where(whole => whole.Period.MonthCount > period.MonthCount && whole.Period.FirstMonth <= period.FirstMonth
                && whole.Period.LastMonth >= period.LastMonth)
            .Select(whole => (Whole: whole, Parts: Tile(whole.Period.FirstMonth, whole.Period.LastMonth,
                [own, .. others.Where(part => part.Period.MonthCount < whole.Period.MonthCount && !Overlap(part.Period, period))])))
            .Where(tiled => tiled.Parts is not null && tiled.Parts.Contains(own));
        return (asWhole is null ? [] : Compare(own, asWhole, view.Lines)).Concat(asPart.SelectMany(tiled => Compare(tiled.Whole, tiled.Parts!, view.Lines)))
            .Take(FindingsMax);
    }

    // The parts that cover the months from first to last once each, the longest first; null where they do not.
    private static List<Part>? Tile(YearMonth first, YearMonth last, IReadOnlyList<Part> parts)
    {
        if (first > last)
            return [];
        foreach (var part in parts.Where(part => part.Period.FirstMonth == first && part.Period.LastMonth <= last)
            .OrderByDescending(part => part.Period.MonthCount))
        {
            if (Tile(part.Period.LastMonth.PlusMonths(1), last, parts) is { } rest)
                return [part, .. rest];
        }

        return null;
    }

    private static IEnumerable<Finding> Compare(Part whole, List<Part> parts, LineModel lines)
    {
        foreach (var line in lines.Lines)
        {
            var key = (line.Name, Kind.Amount);
            var values = (line.Nature == Nature.Stock ? parts.TakeLast(1) : parts)
                .Select(part => part.Figures.ByKey.GetValueOrDefault(key)?.Node.Value).ToList();
            if (whole.Figures.ByKey.GetValueOrDefault(key)?.Node.Value is not { } value || values.Any(part => part is null))
                continue;
            var difference = value - values.Aggregate(default(Exact), (sum, part) => sum + part!.Value);
            if (difference.Sign != 0)
                yield return OverlapFinding(whole, parts, line.Name, difference);
        }
    }

    private static Finding OverlapFinding(Part whole, List<Part> parts, string line, Exact difference)
    {
        var (more, amount) = difference.Sign > 0 ? ("more", difference) : ("less", default(Exact) - difference);
        return new Finding
        {
            Severity = FindingCode.OverlapDiffers.Severity, Code = FindingCode.OverlapDiffers.Name,
            Message = $"{whole.Shown} holds {amount} {more} of {line} than {string.Join(" and ", parts.Select(part => part.Shown))} together explain",
        };
    }

    private static bool Overlap(ReportingPeriod one, ReportingPeriod other) =>
        one.FirstMonth <= other.LastMonth && other.FirstMonth <= one.LastMonth;

    // The period that is prepared has no name yet.
    private sealed record Part(ReportingPeriod Period, string Name, EditionFigures Figures)
    {
        public string Shown => Name.Length > 0 ? Name : Period.Notation;
    }
}
