using System.Globalization;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>
/// Whether a month states every measure that its source's statement requires. Pure: a month without one is prepared, and closes only with
/// a waiver that gives the reason.
/// </summary>
public static class RequiredMeasures
{
    private const int NamedMax = 10;

    /// <summary>A finding for each required measure that the month does not state, by measure.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="totals">The running totals of the month.</param>
    public static IEnumerable<Finding> NotStated(string source, Totals totals) => Required(source)
        .Where(measure => !totals.States(measure))
        .Select(measure => new Finding(FindingCode.MeasureNotStated.Found(Text(measure))) { Measure = measure.Name });

    /// <summary>
    /// The waivers of a request, by measure. Refuses (FIELD_INVALID) one of a measure that the source's statement does not require, a second
    /// one of a measure, and one without a reason of 1 to 1,000 characters.
    /// </summary>
    public static IReadOnlyList<Waiver> Read(string source, IReadOnlyList<Waiver> waivers)
    {
        ArgumentNullException.ThrowIfNull(waivers);
        var read = new SortedDictionary<string, Waiver>(StringComparer.Ordinal);
        foreach (var waiver in waivers)
        {
            var measure = Fields.Text(waiver.Measure, "waivers.measure", 100);
            if (Required(source).All(required => required.Name != measure))
                throw Refusal.Field("waivers.measure", $"\"{measure}\" is not a measure that {source} requires of a month; it needs no waiver");
            var reason = Fields.Text(waiver.Reason, "waivers.reason", 1_000);
            if (!read.TryAdd(measure, new Waiver { Measure = measure, Reason = reason }))
                throw Refusal.Field("waivers", $"{measure} is waived twice; waive it once");
        }

        return [.. read.Values];
    }

    /// <summary>
    /// Refuses a close with the findings of a trial: MEASURE_NOT_STATED where one has no waiver, MEASURE_STATED where a waiver is of a
    /// measure that the month states.
    /// </summary>
    public static void RequireWaived(YearMonth month, IReadOnlyList<Finding> findings, IReadOnlyList<Waiver> waivers)
    {
        ArgumentNullException.ThrowIfNull(waivers);
        var lacking = Lacking(findings);
        if (waivers.FirstOrDefault(waiver => !lacking.Contains(waiver.Measure)) is { } needless)
        {
            throw new Refusal(Reason.MeasureStated, $"{month.ToIso()} states {needless.Measure}; close it without a waiver of that measure",
                ("month", month.ToIso()), ("measure", needless.Measure));
        }

        var open = lacking.Except(waivers.Select(waiver => waiver.Measure)).Order(StringComparer.Ordinal).ToList();
        if (open.Count == 0)
            return;
        var (named, more) = (string.Join(", ", open.Take(NamedMax)), Math.Max(0, open.Count - NamedMax).ToString(CultureInfo.InvariantCulture));
        throw new Refusal(Reason.MeasureNotStated,
            $"{month.ToIso()} does not state {named}{(more == "0" ? "" : $" and {more} more")}: record each, 0 where it is zero, or waive it with a reason",
            ("month", month.ToIso()), ("measures", named), ("more", more));
    }

    /// <summary>The waivers of a month's last revision that its next one still needs.</summary>
    public static IReadOnlyList<Waiver> Kept(IReadOnlyList<Finding> findings, IReadOnlyList<Waiver> waivers)
    {
        var lacking = Lacking(findings);
        return [.. waivers.Where(waiver => lacking.Contains(waiver.Measure))];
    }

    private static HashSet<string> Lacking(IReadOnlyList<Finding> findings) =>
        findings.Where(finding => finding.Severity == Severity.Waivable).Select(finding => finding.Measure).ToHashSet();

    private static IEnumerable<MeasureInfo> Required(string source) => MeasureCatalog.Measures.Values
        .Where(measure => measure.Source == source && measure.Requirement != Requirement.Unspecified)
        .OrderBy(measure => measure.Name, StringComparer.Ordinal);

    private static string Text(MeasureInfo measure) => measure.Requirement == Requirement.Once
        ? $"{measure.Name} has no entry up to the end of the month; record it, 0 where it is zero, or waive it"
        : $"{measure.Name} has no entry in the month; record it, 0 where it is zero, or waive it";
}
