using Iij.Contracts;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Takes the difference between two figures apart along the rules they were computed by: a sum by its terms, months by their place in the period, a
/// quotient or a product by what each operand weighs (<see cref="Rule.Weights"/>), down to a fact of each side.
/// </summary>
/// <param name="targetOf">The target of a line on the side that is a target; without a value or null where none was announced.</param>
public sealed class DriverTree(Func<string, Node?> targetOf)
{
    private const string Unbroken = "lines without a target of their own";
    private static readonly Exact _one = Exact.Of(1);

    /// <summary>The whole difference between two values.</summary>
    public Driver Of(Node now, Node against)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(against);
        return Take(new Operand("", _one, now, against));
    }

    private Driver Take(Operand operand)
    {
        var (role, weight, now, against, cause) = operand;
        var contribution = (weight * (ValueOf(now) - ValueOf(against))).Reduced();
        var children = Operands(now, against)
            .Select(part => Take(part with { Weight = weight * part.Weight, Cause = part.Cause == DriverCause.Unspecified ? cause : part.Cause }))
            .Where(child => child.Contribution.Sign != 0 || child.Children.Count > 0);
        var parts = Driver.LargestFirst(children);
        return new(role, now, against, contribution, parts.Count > 0 || cause != DriverCause.Unspecified ? cause : CauseOf(now, against), parts);
    }

    // What a difference between two values consists of; nothing where it goes no deeper.
    private IEnumerable<Operand> Operands(Node? now, Node? against)
    {
        if (now is null || against is null)
            return (now ?? against)!.Rule is Rule.SumOf ? Terms(now, against) : [];
        if (IsSplit(now) || IsSplit(against))
            return [];
        if (IsTarget(now) != IsTarget(against))
            return AgainstTarget(now, against);
        if (now.Rule is null && against.Rule is null)
            return [];
        if (now.Rule is Rule.SumOf or null && against.Rule is Rule.SumOf or null)
            return Terms(now, against);
        return Weighted(now, against);
    }

    // The terms of both sums by their roles. A fact of one month meets the first month of a longer period.
    private static IEnumerable<Operand> Terms(Node? now, Node? against)
    {
        var like = (Rule.SumOf)(now?.Rule ?? against?.Rule)!;
        var (ours, theirs) = (TermsOf(now, like), TermsOf(against, like));
        var alone = now is null || against is null ? DriverCause.Unspecified : like.IsOfMonths ? DriverCause.Period : DriverCause.Definition;
        foreach (var (term, node) in ours)
        {
            yield return theirs.FirstOrDefault(other => other.Term == term).Node is { } other
                ? new Operand(term.Name, Exact.Of(term.Sign), node, other)
                : new Operand(term.Name, Exact.Of(term.Sign), node, null, alone);
        }

        // A term whose sign was changed is on both sides: each by itself.
        foreach (var (term, node) in theirs.Where(other => !ours.Any(own => own.Term == other.Term)))
        {
            var role = ours.Any(own => own.Term.Name == term.Name) ? $"{term.Name} before" : term.Name;
            yield return new Operand(role, Exact.Of(term.Sign), null, node, alone);
        }
    }

    private static List<(LineTerm Term, Node Node)> TermsOf(Node? node, Rule.SumOf like) => node switch
    {
        null => [],
        { Rule: Rule.SumOf sum } => [.. sum.Terms.Zip(node.Children)],
        _ => [(like.Terms[0], node)],
    };

    // Where one side is not adjusted for a split, its factor is 1.
    private static IEnumerable<Operand> Weighted(Node now, Node against)
    {
        var rule = now.Rule is Rule.SumOf or null ? against.Rule! : now.Rule;
        var (ours, theirs) = (OperandsOf(now, rule), OperandsOf(against, rule));
        if (!Gives(rule, ours, now) || !Gives(rule, theirs, against))
            return []; // two figures of different rules: nothing below them is comparable
        var weights = rule.Weights([.. ours.Select(node => node.Value!.Value)], [.. theirs.Select(node => node.Value!.Value)]);
        return ours.Select((node, index) => new Operand(RoleOf(rule, index), weights[index], node, theirs[index]));
    }

    private static IReadOnlyList<Node> OperandsOf(Node node, Rule rule) => node.Rule?.GetType() == rule.GetType() ? node.Children
        : [node.Rule is Rule.SumOf ? node.Children[0] : node, new Node { Name = PerShare.SplitRatio, Definition = "no split", Value = _one }];

    private static bool Gives(Rule rule, IReadOnlyList<Node> operands, Node node) =>
        operands.Count == 2 && (rule.Value([.. operands.Select(operand => operand.Value!.Value)]) - node.Value!.Value).Sign == 0;

    private static string RoleOf(Rule rule, int index) => rule is Rule.QuotientOf ? (index == 0 ? "numerator" : "denominator") : $"factor {index + 1}";

    // A target is announced of some lines: those meet the actual, and what is left of the target meets the rest of the lines.
    private IEnumerable<Operand> AgainstTarget(Node now, Node against)
    {
        var (actual, target) = IsTarget(now) ? (against, now) : (now, against);
        if (actual.Rule is not Rule.SumOf { IsOfMonths: false } sum)
            yield break;
        Operand Meet(string role, Exact weight, Node of, Node announced, DriverCause cause = DriverCause.Unspecified) =>
            actual == now ? new(role, weight, of, announced, cause) : new(role, weight, announced, of, cause);
        var (rest, left, met) = (default(Exact), target.Value!.Value, false);
        foreach (var (term, node) in sum.Terms.Zip(actual.Children))
        {
            if (targetOf(term.Name) is { Value: { } announced } own)
            {
                yield return Meet(term.Name, Exact.Of(term.Sign), node, own);
                (left, met) = (left - Exact.Of(term.Sign) * announced, true);
            }
            else
            {
                rest += Exact.Of(term.Sign) * node.Value!.Value;
            }
        }

        if (met)
            yield return Meet(Unbroken, _one, Remaining(rest), Remaining(left), DriverCause.Target);
    }

    private static Node Remaining(Exact value) => new() { Name = Unbroken, Value = value };

    private static DriverCause CauseOf(Node? now, Node? against)
    {
        if (IsSplit(now) || IsSplit(against))
            return DriverCause.Split;
        if (IsTarget(now) != IsTarget(against))
            return DriverCause.Target;
        var (ours, theirs) = (now?.Source, against?.Source);
        if ((ours ?? theirs) is not { } some)
            return DriverCause.Unspecified;
        if (MeasureCatalog.IsOfRegister(some.Fact.Measure))
            return DriverCause.Register;
        if (ours?.Event is not { } ourEvent || theirs?.Event is not { } theirEvent || ourEvent.Month != theirEvent.Month)
            return DriverCause.Period;
        if (ourEvent.Incarnation != theirEvent.Incarnation)
            return DriverCause.Incarnation;
        return ourEvent.Revision != theirEvent.Revision ? DriverCause.Revision : DriverCause.Period; // another date of the same statement
    }

    private static bool IsSplit(Node? node) => node?.Name == PerShare.SplitRatio;

    private static bool IsTarget(Node? node) => node?.Source?.Fact.Measure.StartsWith(FigureRules.Targets, StringComparison.Ordinal) == true;

    private static Exact ValueOf(Node? node) => node?.Value ?? default;

    // A part of a difference, and what a difference in it weighs.
    private sealed record Operand(string Role, Exact Weight, Node? Now, Node? Against, DriverCause Cause = DriverCause.Unspecified);
}
