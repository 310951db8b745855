using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>A figure that may be asked for: its line, periods, kind and unit fit each other.</summary>
/// <param name="Line">The line's name.</param>
/// <param name="Period">The period.</param>
/// <param name="Kind">What is asked.</param>
/// <param name="Since">The period compared with, of KIND_CHANGE_SINCE.</param>
/// <param name="Unit">The unit of the answer.</param>
/// <param name="Decimals">Where the answer is rounded, once.</param>
/// <param name="AnySign">Whether a value below zero is nothing unusual.</param>
public sealed record FigureAsked(
    string Line, ReportingPeriod Period, Kind Kind, ReportingPeriod? Since, Unit Unit, int Decimals, bool AnySign);

/// <summary>Which figures exist: whether a line, a kind, a period and a unit fit each other. A misfit is an error of the asker, never "missing".</summary>
public static class FigureRules
{
    /// <summary>Net income attributable over the weighted average shares of a fiscal year, or of a part of one, split-adjusted, yen.</summary>
    public const string NetIncomePerShare = "net_income_per_share";

    /// <summary>The line whose figure is "100% of revenue".</summary>
    public const string TotalRevenue = "revenue.total";

    /// <summary>The measure whose amount is "100% of total assets".</summary>
    public const string TotalAssets = "group.balance.total_assets";

    /// <summary>Appended to a per-share line: the amount as it was printed, before any later split.</summary>
    public const string AsPrinted = ".as_printed";

    /// <summary>What the measure of an announced target begins with; the line follows.</summary>
    public const string Targets = "group.target.";

    private const int DecimalsMax = 9;

    private static readonly HashSet<string> _perShare =
        [NetIncomePerShare, "dividend.interim", "dividend.year_end", "dividend.annual"];

    /// <summary>The lines of amounts per share, split-adjusted and as printed.</summary>
    public static IReadOnlyList<string> PerShareLines { get; } = [.. _perShare.SelectMany(line => new[] { line, line + AsPrinted })];

    /// <summary>Whether a line is one of the special lines of amounts per share.</summary>
    public static bool IsPerShare(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return _perShare.Contains(line.EndsWith(AsPrinted, StringComparison.Ordinal) ? line[..^AsPrinted.Length] : line);
    }

    /// <summary>Reads a query against a model of lines: the figure, or the error (reason, field, message).</summary>
    public static (FigureAsked? Asked, Misfit? Misfit) Read(FigureQuery query, LineModel lines)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(lines);
        var perShare = IsPerShare(query.Line);
        var line = perShare ? new LineInfo(query.Line, "", Nature.Flow, Unit.JpyPerShare, false, [], AnySign: true) : lines.Find(query.Line);
        if (line is null)
            return (null, new(Reason.LineUnknown, "line", $"unknown line \"{query.Line}\""));
        if (ReportingPeriod.Parse(query.Period) is not { } period)
            return (null, new(Reason.PeriodUnknown, "period", $"unknown period \"{query.Period}\""));
        var since = query.Kind == Kind.ChangeSince ? ReportingPeriod.Parse(query.Since) : null;
        if (query.Kind == Kind.ChangeSince && since is null)
            return (null, new(Reason.PeriodUnknown, "since", $"unknown period \"{query.Since}\""));
        if (query.Decimals is < 0 or > DecimalsMax)
            return (null, new(Reason.FieldInvalid, "decimals", $"decimals are 0 to {DecimalsMax}"));
        var anySign = line.AnySign || query.Kind != Kind.Amount;
        var asked = new FigureAsked(query.Line, period, query.Kind, since, query.Unit, query.Decimals, anySign);
        if (Unfit(asked, line, perShare, lines) is { } unfit)
            return (null, new(Reason.KindUnfit, "kind", $"kind does not fit: {unfit}"));
        return UnitFits(asked, line)
            ? (asked, null)
            : (null, new(Reason.UnitUnfit, "unit", $"unit does not fit: {query.Line} as this kind is not given in {query.Unit}"));
    }

    /// <summary>Whether a kind is a percentage.</summary>
    public static bool IsPercent(Kind kind) => kind is Kind.YoyPercent or Kind.QoqPercent or Kind.PercentOfRevenue or Kind.MarginPercent
        or Kind.PercentOfTotalAssets or Kind.TargetYoyPercent or Kind.TargetPercentOfRevenue;

    private static string? Unfit(FigureAsked asked, LineInfo line, bool perShare, LineModel lines)
    {
        var isDay = asked.Period.Length == PeriodLength.Day;
        if (isDay && !line.ByDate)
            return $"{line.Name} is not known at a date";
        if (perShare && asked.Period.Length != PeriodLength.Year && !(asked.Period.Length >= PeriodLength.Quarter && IsEarnings(line.Name)))
            return $"{line.Name} exists for fiscal years{(IsEarnings(line.Name) ? ", quarters and cumulative periods" : "")} only";
        return asked.Kind switch
        {
            Kind.Amount or Kind.YoyChange or Kind.YoyPercent => null,
            Kind.QoqChange or Kind.QoqPercent => asked.Period.Length == PeriodLength.Quarter ? null : $"{asked.Period} is not a quarter",
            Kind.ChangeSince => UnfitSince(asked, line),
            Kind.PercentOfRevenue => line is { Nature: Nature.Flow, Unit: Unit.Jpy } && lines.Find(TotalRevenue) is not null
                ? null : $"{line.Name} is not a flow of yen",
            Kind.MarginPercent => RevenueOf(line.Name) is { } revenue && lines.Find(revenue) is not null
                ? null : $"{line.Name} is not a gross margin with a revenue line of the same name",
            Kind.PercentOfTotalAssets => line is { Nature: Nature.Stock, Unit: Unit.Jpy } ? null : $"{line.Name} is not a stock of yen",
            Kind.TargetAmount or Kind.TargetYoyChange or Kind.TargetYoyPercent or Kind.TargetPercentOfRevenue => UnfitTarget(asked, line, perShare),
            _ => "it is unspecified",
        };
    }

    private static bool IsEarnings(string line) => line is NetIncomePerShare or NetIncomePerShare + AsPrinted;

    private static string? UnfitSince(FigureAsked asked, LineInfo line)
    {
        if (line.Nature != Nature.Stock)
            return $"{line.Name} is not a stock";
        return asked.Since!.Length == PeriodLength.Day && !line.ByDate ? $"{line.Name} is not known at a date" : null;
    }

    private static string? UnfitTarget(FigureAsked asked, LineInfo line, bool perShare)
    {
        if (asked.Period.Length != PeriodLength.Year)
            return $"targets are of fiscal years, not of {asked.Period}";
        if (perShare)
            return asked.Line == NetIncomePerShare && asked.Kind != Kind.TargetPercentOfRevenue ? null : $"{line.Name} has no such target";
        return line is { Nature: Nature.Flow, Unit: Unit.Jpy } ? null : $"{line.Name} is not a flow of yen";
    }

    /// <summary>The revenue line of a gross margin line, or null where it is none.</summary>
    public static string? RevenueOf(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        const string Prefix = "gross_margin.";
        return line.StartsWith(Prefix, StringComparison.Ordinal) ? "revenue." + line[Prefix.Length..] : null;
    }

    private static bool UnitFits(FigureAsked asked, LineInfo line)
    {
        if (IsPercent(asked.Kind))
            return asked.Unit == Unit.Percent;
        return line.Unit == Unit.Jpy ? asked.Unit is Unit.Jpy or Unit.JpyMillion or Unit.JpyBillion : asked.Unit == line.Unit;
    }
}

/// <summary>Why a figure may not be asked for.</summary>
/// <param name="Reason">What a machine decides by.</param>
/// <param name="Field">The field of the query.</param>
/// <param name="Message">For a person.</param>
public sealed record Misfit(Reason Reason, string Field, string Message);
