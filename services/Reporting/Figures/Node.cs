using Iij.Contracts;

namespace Iij.Reporting;

/// <summary>
/// A computed value with the way it came about: exactly one of an exact value, not meaningful, or missing, and the nodes it was
/// made from down to single facts. Missing wins over not meaningful.
/// </summary>
public sealed record Node
{
    private const int MissingShownMax = 20;

    /// <summary>The line, measure or fact, and the period.</summary>
    public required string Name { get; init; }

    /// <summary>How it is made from its children.</summary>
    public string Definition { get; init; } = "";

    /// <summary>The exact value; null where there is none.</summary>
    public Exact? Value { get; init; }

    /// <summary>Why it is not meaningful; null where it is.</summary>
    public (Remark Reason, string Message)? NotMeaningful { get; init; }

    /// <summary>The missing inputs; may be empty.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The nodes that it was computed from.</summary>
    public IReadOnlyList<Node> Children { get; init; } = [];

    /// <summary>How it is computed from them; null of a node without children.</summary>
    public Rule? Rule { get; init; }

    /// <summary>The fact it is, with the cell it stands in.</summary>
    public (Fact Fact, ReceivedEvent Event)? Source { get; init; }

    /// <summary>One fact.</summary>
    public static Node Of(Fact fact, Cell cell)
    {
        ArgumentNullException.ThrowIfNull(fact);
        ArgumentNullException.ThrowIfNull(cell);
        return new() { Name = $"{fact.Measure} {cell.Month.ToIso()}", Value = fact.Amount, Source = (fact, cell.Standing!) };
    }

    /// <summary>Something that is not there.</summary>
    public static Node Absent(string name, string what) => new() { Name = name, Missing = [what] };

    /// <summary>A value computed from others: missing where one of them is, not meaningful where one of them or the value is.</summary>
    /// <param name="name">The line, measure or comparison, and the period.</param>
    /// <param name="definition">The rule in words.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="children">Its operands.</param>
    /// <param name="unless">Why the value means nothing; null where it does.</param>
    public static Node From(
        string name, string definition, Rule rule, IReadOnlyList<Node> children, Func<(Remark Reason, string Message)?>? unless = null)
    {
        ArgumentNullException.ThrowIfNull(children);
        ArgumentNullException.ThrowIfNull(rule);
        var node = new Node { Name = name, Definition = definition, Children = children, Rule = rule };
        var missing = children.SelectMany(child => child.Missing).Distinct().Take(MissingShownMax).ToList();
        if (missing.Count > 0)
            return node with { Missing = missing };
        if (children.Select(child => child.NotMeaningful).FirstOrDefault(reason => reason is not null) is { } inherited)
            return node with { NotMeaningful = inherited };
        return unless?.Invoke() is { } reason
            ? node with { NotMeaningful = reason }
            : node with { Value = rule.Value([.. children.Select(child => child.Value!.Value)]) };
    }
}
