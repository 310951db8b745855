using Iij.Contracts;

namespace Iij.Reporting;

/// <summary>
/// Amounts per share of fiscal years: earnings and dividends, split-adjusted and as printed. An amount printed before a split is
/// divided by its ratio; which basis an announcement has is what it says, not its date.
/// </summary>
public sealed class PerShare(View view)
{
    private static readonly string[] _bases = ["pre_split", "post_split"];

    /// <summary>net_income_per_share, dividend.interim, .year_end or .annual of a fiscal year, in yen per share.</summary>
    /// <param name="line">The line; ".as_printed" is without adjustment.</param>
    /// <param name="year">A fiscal year.</param>
    /// <param name="netIncome">Net income attributable of a year, yen.</param>
    public Node Amount(string line, ReportingPeriod year, Func<ReportingPeriod, Node> netIncome)
    {
        ArgumentNullException.ThrowIfNull(line);
        var asPrinted = line.EndsWith(FigureRules.AsPrinted, StringComparison.Ordinal);
        var bare = asPrinted ? line[..^FigureRules.AsPrinted.Length] : line;
        return bare switch
        {
            FigureRules.NetIncomePerShare => asPrinted ? EarningsAsPrinted(year, netIncome) : Earnings(year, netIncome),
            "dividend.annual" => Annual(year, asPrinted),
            _ => Dividend(bare["dividend.".Length..], year, asPrinted).Node,
        };
    }

    /// <summary>The target per share: the target net income over that year's shares.</summary>
    public Node Target(ReportingPeriod year, Func<ReportingPeriod, Node> targetNetIncome) => Earnings(year, targetNetIncome);

    private Node Earnings(ReportingPeriod year, Func<ReportingPeriod, Node> netIncome)
    {
        var (income, shares) = (netIncome(year), Shares(year));
        return Node.From($"net income per share {year}", "net income attributable / weighted average shares after the split",
            [income, shares], () => income.Value!.Value / shares.Value!.Value);
    }

    // A year that ended before a split took effect printed its earnings on the shares of that time.
    private Node EarningsAsPrinted(ReportingPeriod year, Func<ReportingPeriod, Node> netIncome)
    {
        var (adjusted, factor) = (Earnings(year, netIncome), SplitFactor(after: year.LastMonth.LastDay().ToIso()));
        return Node.From($"net income per share as printed {year}", "split-adjusted × ratio of later splits", [adjusted, factor],
            () => adjusted.Value!.Value * factor.Value!.Value);
    }

    private Node Annual(ReportingPeriod year, bool asPrinted)
    {
        var (interim, yearEnd) = (Dividend("interim", year, asPrinted), Dividend("year_end", year, asPrinted));
        return Node.From($"dividend of the year {year}", "interim + year-end", [interim.Node, yearEnd.Node],
            () => interim.Node.Value!.Value + yearEnd.Node.Value!.Value,
            () => asPrinted && interim.Basis != yearEnd.Basis
                ? (Remark.MixedSplitBasis, "interim and year-end were printed on different sides of a split and cannot be added")
                : null);
    }

    private (Node Node, string Basis) Dividend(string part, ReportingPeriod year, bool asPrinted)
    {
        var name = $"dividend {part} {year}";
        var announced = _bases
            .SelectMany(basis => View("group.dividend." + part + "." + basis, year.FiscalYear, basis))
            .OrderBy(found => found.Fact.Date, StringComparer.Ordinal)
            .LastOrDefault();
        if (announced.Fact is null)
            return (Node.Absent(name, $"no {part} dividend was announced for {year}"), "");
        var printed = Node.Of(announced.Fact, announced.Cell);
        if (asPrinted || announced.Basis == "post_split")
            return (Node.From(name, "as announced last", [printed], () => printed.Value!.Value), announced.Basis);
        var factor = SplitFactor(after: "");
        return (Node.From(name, "as announced last, before the split / split ratio", [printed, factor],
            () => printed.Value!.Value / factor.Value!.Value), announced.Basis);
    }

    private IEnumerable<(Fact Fact, Cell Cell, string Basis)> View(string measure, string fiscalYear, string basis)
    {
        var (cell, facts) = view.Register(measure, fiscalYear);
        return facts.Select(fact => (fact, cell!, basis));
    }

    private Node Shares(ReportingPeriod year)
    {
        var (cell, facts) = view.Register("group.shares.weighted_average", year.FiscalYear);
        return facts.Count == 0
            ? Node.Absent($"weighted average shares {year}", $"no weighted average shares were stated for {year}")
            : Node.Of(facts[^1], cell!);
    }

    // The product of the ratios of the splits that take effect after a date ("" for all of them); 1 without a split.
    private Node SplitFactor(string after)
    {
        var (cell, facts) = view.Register("group.split.ratio", "");
        var splits = facts.Where(fact => string.CompareOrdinal(fact.Date, after) > 0).Select(fact => Node.Of(fact, cell!)).ToList();
        return Node.From("split ratio", "product of the splits' ratios", splits,
            () => splits.Aggregate(Exact.Of(1), (product, split) => product * split.Value!.Value));
    }
}
