using Iij.Contracts;

namespace Iij.Reporting;

/// <summary>
/// Amounts per share: earnings of fiscal years, quarters and cumulative periods, dividends of fiscal years, split-adjusted and as printed. An
/// announcement and a share count carry the date of their basis; the factor is the product of the splits that take effect after it.
/// </summary>
public sealed class PerShare(View view)
{
    /// <summary>The name of the node that adjusts for splits.</summary>
    public const string SplitRatio = "split ratio";

    private const string PreSplit = ".pre_split";
    private const string PostSplit = ".post_split";
    private const string BeforeEverySplit = "";
    private const string AfterEverySplit = "9999-12-31";

    /// <summary>net_income_per_share, dividend.interim, .year_end or .annual of a period, in yen per share.</summary>
    /// <param name="line">The line; ".as_printed" is without adjustment.</param>
    /// <param name="period">A fiscal year; of earnings also a quarter, a half or nine months.</param>
    /// <param name="netIncome">Net income attributable of a period, yen.</param>
    public Node Amount(string line, ReportingPeriod period, Func<ReportingPeriod, Node> netIncome)
    {
        ArgumentNullException.ThrowIfNull(line);
        var asPrinted = line.EndsWith(FigureRules.AsPrinted, StringComparison.Ordinal);
        var bare = asPrinted ? line[..^FigureRules.AsPrinted.Length] : line;
        return bare switch
        {
            FigureRules.NetIncomePerShare => asPrinted ? EarningsAsPrinted(period, netIncome) : Earnings(period, netIncome),
            "dividend.annual" => Annual(period, asPrinted),
            _ => Dividend(bare["dividend.".Length..], period, asPrinted).Node,
        };
    }

    /// <summary>The target per share: the target net income over that year's shares.</summary>
    public Node Target(ReportingPeriod year, Func<ReportingPeriod, Node> targetNetIncome) => Earnings(year, targetNetIncome);

    private Node Earnings(ReportingPeriod period, Func<ReportingPeriod, Node> netIncome)
    {
        var (income, shares) = (netIncome(period), Shares(period));
        return Node.From($"net income per share {period}", "net income attributable / weighted average shares after every split",
            Rule.Quotient(), [income, shares]);
    }

    // A period that ended before a split took effect printed its earnings on the shares of that time.
    private Node EarningsAsPrinted(ReportingPeriod period, Func<ReportingPeriod, Node> netIncome)
    {
        var (adjusted, factor) = (Earnings(period, netIncome), SplitFactor(after: period.LastMonth.LastDay().ToIso()));
        return Node.From($"net income per share as printed {period}", "split-adjusted × ratio of later splits", Rule.Product, [adjusted, factor]);
    }

    private Node Annual(ReportingPeriod year, bool asPrinted)
    {
        var (interim, yearEnd) = (Dividend("interim", year, asPrinted), Dividend("year_end", year, asPrinted));
        return Node.From($"dividend of the year {year}", "interim + year-end", Rule.Sum("interim", "year-end"), [interim.Node, yearEnd.Node],
            () => asPrinted && SplitsAfter(interim.Basis).Count != SplitsAfter(yearEnd.Basis).Count
                ? (Remark.MixedSplitBasis, "interim and year-end were printed on different sides of a split and cannot be added")
                : null);
    }

    private (Node Node, string Basis) Dividend(string part, ReportingPeriod year, bool asPrinted)
    {
        var name = $"dividend {part} {year}";
        var (cell, announced) = view.RegisterOfBases("group.dividend." + part, year.FiscalYear);
        if (announced.Count == 0)
            return (Node.Absent(name, $"no {part} dividend was announced for {year}"), BeforeEverySplit);
        var (printed, basis) = (Node.Of(announced[^1], cell!), BasisOf(announced[^1]));
        if (asPrinted || SplitsAfter(basis).Count == 0)
            return (Node.From(name, "as announced last", Rule.Sum("announced"), [printed]), basis);
        var factor = SplitFactor(basis);
        return (Node.From(name, "as announced last / ratio of the splits after its basis", Rule.Quotient(), [printed, factor]), basis);
    }

    private Node Shares(ReportingPeriod period)
    {
        var name = $"weighted average shares {period}";
        var (cell, stated) = view.RegisterOfBases("group.shares.weighted_average", period.Notation);
        if (stated.Count == 0)
            return Node.Absent(name, $"no weighted average shares were stated for {period}");
        var (count, basis) = (Node.Of(stated[^1], cell!), BasisOf(stated[^1]));
        if (SplitsAfter(basis).Count == 0)
            return count;
        var factor = SplitFactor(basis);
        return Node.From(name, "as stated × ratio of the splits after its basis", Rule.Product, [count, factor]);
    }

    // The last word of the measure, where it is a date. A dividend without one says on which side of the earliest split it is, and was
    // announced knowing of that split; shares without one include every split.
    private string BasisOf(Fact fact)
    {
        if (Calendar.ParseDate(fact.Measure[(fact.Measure.LastIndexOf('.') + 1)..]) is { } basis)
            return basis.ToIso();
        if (fact.Measure.EndsWith(PreSplit, StringComparison.Ordinal))
            return BeforeEverySplit;
        if (!fact.Measure.EndsWith(PostSplit, StringComparison.Ordinal))
            return AfterEverySplit;
        var earliest = SplitsAfter(BeforeEverySplit).Select(split => split.Date).FirstOrDefault("");
        return string.CompareOrdinal(fact.Date, earliest) > 0 ? fact.Date : earliest;
    }

    private IReadOnlyList<Fact> SplitsAfter(string date) =>
        [.. view.Register("group.split.ratio", "").Facts.Where(fact => string.CompareOrdinal(fact.Date, date) > 0)];

    // The product of the ratios of the splits that take effect after a date ("" for all of them); 1 without a split.
    private Node SplitFactor(string after)
    {
        var cell = view.Register("group.split.ratio", "").Cell;
        var splits = SplitsAfter(after).Select(fact => Node.Of(fact, cell!)).ToList();
        return Node.From(SplitRatio, "product of the splits' ratios", Rule.Product, splits);
    }
}
