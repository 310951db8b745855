using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Computes figures of one view: exactly, from facts, rounded once at the very end. Flows add over a period's months, stocks stand
/// as at its last month, percentages are made from their parts after the aggregation.
/// </summary>
public sealed class FigureCalculator(View view)
{
    private static readonly Rule[] _sumsOfMonths = [.. Enumerable.Range(0, 13).Select(Rule.SumOfMonths)]; // by the number of months
    private static readonly Rule _change = Rule.Sum([new LineTerm(1, "first"), new LineTerm(-1, "second")]);
    private readonly PerShare _perShare = new(view);
    private readonly Dictionary<(string Line, ReportingPeriod Period), Node> _amounts = [];

    /// <summary>A figure with its lineage; the node's value is in the line's own unit, percentages times 100.</summary>
    public Node Compute(FigureAsked asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var (line, period) = (asked.Line, asked.Period);
        return asked.Kind switch
        {
            Kind.Amount => Amount(line, period),
            Kind.YoyChange => Change(Amount(line, period), Amount(line, period.YearBefore)),
            Kind.YoyPercent => Growth(Amount(line, period), Amount(line, period.YearBefore)),
            Kind.QoqChange => Change(Amount(line, period), Amount(line, period.QuarterBefore!)),
            Kind.QoqPercent => Growth(Amount(line, period), Amount(line, period.QuarterBefore!)),
            Kind.ChangeSince => Change(Amount(line, period), Amount(line, asked.Since!)),
            Kind.PercentOfRevenue => Share(Amount(line, period), Amount(FigureRules.TotalRevenue, period)),
            Kind.MarginPercent => Share(Amount(line, period), Amount(FigureRules.RevenueOf(line)!, period)),
            Kind.PercentOfTotalAssets => Share(Amount(line, period), Amount(FigureRules.TotalAssets, period)),
            Kind.TargetAmount => Target(line, period),
            Kind.TargetYoyChange => Change(Target(line, period), Amount(line, period.YearBefore)),
            Kind.TargetYoyPercent => Growth(Target(line, period), Amount(line, period.YearBefore)),
            Kind.TargetPercentOfRevenue => Share(Target(line, period), Target(FigureRules.TotalRevenue, period)),
            _ => throw new ArgumentOutOfRangeException(nameof(asked), asked.Kind, "an unspecified kind is refused before"),
        };
    }

    /// <summary>The wire form of a figure: its value rounded once, half away from zero, in the unit asked.</summary>
    public static Figure ToFigure(FigureQuery query, FigureAsked asked, Node node)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(node);
        var figure = new Figure { Query = query };
        if (node.Missing.Count > 0)
            figure.Missing = new Missing { Inputs = { node.Missing } };
        else if (node.NotMeaningful is var (reason, message))
            figure.NotMeaningful = new NotMeaningful { Reason = reason.Name, Message = message };
        else
            (figure.Value, figure.Exact) = (Text(node.Value!.Value, asked), node.Value.Value.ToString());
        figure.Remark = !asked.AnySign && node.Value is { Sign: < 0 } ? Remark.NegativeAmount.Name : "";
        return figure;
    }

    /// <summary>An exact value of a figure in the unit asked, rounded once.</summary>
    public static string Text(Exact value, FigureAsked asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        return (value / Exact.Of(Scale(asked.Unit))).Round(asked.Decimals);
    }

    /// <summary>The number that <see cref="Text"/> prints, in the line's own unit.</summary>
    public static Exact Printed(Exact value, FigureAsked asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var scale = Exact.Of(Scale(asked.Unit));
        return (value / scale).Rounded(asked.Decimals) * scale;
    }

    private static long Scale(Unit unit) => unit switch
    {
        Unit.JpyMillion => 1_000_000,
        Unit.JpyBillion => 1_000_000_000,
        _ => 1,
    };

    // Each once: a line that many others name is not computed for each of them.
    private Node Amount(string line, ReportingPeriod period) =>
        _amounts.TryGetValue((line, period), out var known) ? known : _amounts[(line, period)] = Make(line, period);

    private Node Make(string line, ReportingPeriod period)
    {
        if (FigureRules.IsPerShare(line))
            return _perShare.Amount(line, period, year => Amount("net_income_attributable", year));
        var info = view.Lines.Find(line);
        if (info is null)
            return Node.Absent($"{line} {period}", $"{line} is not a line of version {view.LinesVersion} of the model");
        return info.Terms.Count > 0 ? Sum(info, period) : Measure(info, period);
    }

    private Node Sum(LineInfo line, ReportingPeriod period)
    {
        var parts = line.Terms.Select(term => Amount(term.Name, period)).ToList();
        return Node.From($"{line.Name} {period}", line.Definition, Rule.Sum(line.Terms), parts);
    }

    private Node Measure(LineInfo line, ReportingPeriod period)
    {
        var measure = MeasureCatalog.Find(line.Name)!;
        var name = $"{line.Name} {period}";
        if (period.Day is { } day)
            return Fact(name, view.At(measure, day));
        if (measure.Nature == Nature.Stock)
            return Fact(name, view.Amount(measure, period.LastMonth));
        var months = period.Months.Select(month => Fact($"{line.Name} {month.ToIso()}", view.Amount(measure, month))).ToList();
        return months.Count == 1
            ? months[0]
            : Node.From(name, "sum of its months", _sumsOfMonths[months.Count], months);
    }

    private static Node Fact(string name, (Cell Cell, Fact? Fact, string? Missing) found) =>
        found.Fact is null ? Node.Absent(name, found.Missing!) : Node.Of(found.Fact, found.Cell);

    private Node Target(string line, ReportingPeriod period)
    {
        if (line == FigureRules.NetIncomePerShare)
            return _perShare.Target(period, year => Target("net_income_attributable", year));
        var (cell, facts) = view.Register(FigureRules.Targets + line, period.FiscalYear);
        return facts.Count == 0
            ? Node.Absent($"target of {line} {period}", $"no target of {line} was announced for {period}")
            : Node.Of(facts[^1], cell!);
    }

    private static Node Change(Node now, Node before) =>
        Node.From($"change of {now.Name}", "the first less the second", _change, [now, before]);

    private static Node Growth(Node now, Node before) => Node.From($"growth of {now.Name} in %", "(first - second) / second × 100",
        Rule.Quotient(scale: 100, less: 100), [now, before], () => NotPositive(before));

    private static Node Share(Node part, Node whole) => Node.From($"{part.Name} in % of {whole.Name}", "first / second × 100",
        Rule.Quotient(scale: 100), [part, whole], () => NotPositive(whole));

    private static (Remark Reason, string Message)? NotPositive(Node basis) =>
        basis.Value!.Value.Sign > 0 ? null : (Remark.BaseNotPositive, $"{basis.Name} is {basis.Value.Value}: a percentage over it means nothing");
}
