using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;

namespace Iij.Closing;

/// <summary>What a source provides for its close; the rest of a source is private to it.</summary>
public interface ISource
{
    /// <summary>The first word of its measures, its name in deploy/sources.csv.</summary>
    string Name { get; }

    /// <summary>The statement of a month from the running totals.</summary>
    Task<IMessage> BuildStatementAsync(Transaction transaction, Totals totals);

    /// <summary>What the source's own rules find in a month, given the facts of this statement and of the month before.</summary>
    Task<IReadOnlyList<Finding>> ValidateAsync(Transaction transaction, Totals totals, IReadOnlyList<Fact> facts, IReadOnlyList<Fact> before);

    /// <summary>The running totals of the source's own that differ from what they stand for; none, where it keeps none.</summary>
    Task<IReadOnlyList<TotalDifference>> CompareTotalsAsync(Transaction transaction) => Task.FromResult<IReadOnlyList<TotalDifference>>([]);

    /// <summary>What the source's rules read, empty: one for the entries of a batch.</summary>
    RuleState NewState() => new();
}
