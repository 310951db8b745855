using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// The thresholds of timely disclosure: a fiscal year whose revenue or profit differs by more than a setting (a tenth, three tenths) from the
/// target that was announced last calls for an announcement of its own.
/// </summary>
public sealed class TargetDeviations(ServiceSettings settings)
{
    private readonly IReadOnlyList<(string Line, int Percent)> _thresholds =
    [
        (FigureRules.TotalRevenue, settings.SignOff.RevenueThresholdPercent), ("operating_income", settings.SignOff.ProfitThresholdPercent),
        ("income_before_tax", settings.SignOff.ProfitThresholdPercent), ("net_income_attributable", settings.SignOff.ProfitThresholdPercent),
    ];

    /// <summary>The lines of a fiscal year that are past their threshold.</summary>
    public IEnumerable<Finding> Find(View view, ReportingPeriod period)
    {
        ArgumentNullException.ThrowIfNull(period);
        if (period.Length != PeriodLength.Year)
            yield break;
        var figures = EditionFigures.Of(view, period).ByKey;
        foreach (var (line, percent) in _thresholds)
        {
            if (figures.GetValueOrDefault((line, Kind.Amount))?.Node.Value is not { } actual
                || figures.GetValueOrDefault((line, Kind.TargetAmount))?.Node.Value is not { Sign: not 0 } target)
                continue;
            var (difference, limit) = (Absolute(actual - target), Absolute(target) * Exact.Of(percent) / Exact.Of(100));
            if ((difference - limit).Sign >= 0)
            {
                yield return FindingCode.TargetDeviates.Found(
                    $"{line} of {period} is {actual}, the target announced last is {target}: {percent}% or more apart");
            }
        }
    }

    private static Exact Absolute(Exact value) => value.Sign < 0 ? default(Exact) - value : value;
}
