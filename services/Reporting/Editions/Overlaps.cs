using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Reporting;

/// <summary>
/// Compares a period with the published editions whose months overlap it: parts that together are the period, and a longer period that is it
/// and others together. Flows of the parts add up to the whole; a stock of the whole is that of its last part. Stocks are the same in all periods that end
/// together, and a period opens with the stocks that the one before closed with. A difference is a finding: readers of both editions will see it.
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
            .Select(edition => Published(edition, views.At(history, edition.Prepared.Position)))
            .ToList();
        var asWhole = Tile(period.FirstMonth, period.LastMonth, others.Where(part => part.Period.MonthCount < period.MonthCount).ToList());
        var asPart = others.Where(whole => whole.Period.MonthCount > period.MonthCount && whole.Period.FirstMonth <= period.FirstMonth
                && whole.Period.LastMonth >= period.LastMonth)
            .Select(whole => (Whole: whole, Parts: Tile(whole.Period.FirstMonth, whole.Period.LastMonth,
                [own, .. others.Where(part => part.Period.MonthCount < whole.Period.MonthCount && !Overlap(part.Period, period))])))
            .Where(tiled => tiled.Parts is not null && tiled.Parts.Contains(own)).ToList();
        var compared = asPart.Select(tiled => tiled.Whole).Concat(asWhole ?? []).ToHashSet();
        return (asWhole is null ? [] : Compare(own, asWhole, view.Lines)).Concat(asPart.SelectMany(tiled => Compare(tiled.Whole, tiled.Parts!, view.Lines)))
            .Concat(others.Except(compared).SelectMany(other => Stocks(own, other, view))).Take(FindingsMax);
    }

    private static Part Published(Edition edition, View view) =>
        new(edition.Prepared.ReportingPeriod, edition.Prepared.Name, EditionFigures.Of(view, edition.Prepared.ReportingPeriod), view);

    // What two periods say about the stocks of one day: the end of both, or the end of one and the beginning of the other.
    private static IEnumerable<Finding> Stocks(Part own, Part other, View view)
    {
        if (other.Period.LastMonth == own.Period.LastMonth)
            return Stocks(own.Shown, own.Figures, other.Shown, other.Figures, view.Lines, "ends");
        if (other.Period.LastMonth.PlusMonths(1) == own.Period.FirstMonth)
            return Stocks(own.Shown, EditionFigures.Of(view, other.Period), other.Shown, other.Figures, view.Lines, "opens");
        return own.Period.LastMonth.PlusMonths(1) == other.Period.FirstMonth
            ? Stocks(other.Shown, EditionFigures.Of(other.View!, own.Period), own.Shown, own.Figures, view.Lines, "opens")
            : [];
    }

    private static IEnumerable<Finding> Stocks(
        string one, EditionFigures held, string other, EditionFigures published, LineModel lines, string verb)
    {
        foreach (var line in lines.Lines.Where(line => line.Nature == Nature.Stock))
        {
            var key = (line.Name, Kind.Amount);
            if (held.ByKey.GetValueOrDefault(key)?.Node.Value is not { } value || published.ByKey.GetValueOrDefault(key)?.Node.Value is not { } was)
                continue;
            if ((value - was).Sign != 0)
                yield return FindingCode.OverlapDiffers.Found($"{one} {verb} with {value} of {line.Name}, and {other} ends with {was}");
        }
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
                yield return Unexplained(whole, parts, line.Name, difference);
        }
    }

    private static Finding Unexplained(Part whole, List<Part> parts, string line, Exact difference)
    {
        var (more, amount) = difference.Sign > 0 ? ("more", difference) : ("less", default(Exact) - difference);
        return FindingCode.OverlapDiffers.Found(
            $"{whole.Shown} holds {amount} {more} of {line} than {string.Join(" and ", parts.Select(part => part.Shown))} together explain");
    }

    private static bool Overlap(ReportingPeriod one, ReportingPeriod other) =>
        one.FirstMonth <= other.LastMonth && other.FirstMonth <= one.LastMonth;

    // The period that is prepared has no name yet, and no view of its own.
    private sealed record Part(ReportingPeriod Period, string Name, EditionFigures Figures, View? View = null)
    {
        public string Shown => Name.Length > 0 ? Name : Period.Notation;
    }
}
