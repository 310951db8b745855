using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

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

    /// <summary>
    /// Refuses the reversal of an entry that a rule of the source forbids. The reversal itself posts the negated
    /// amounts; a row that belongs to a reversed entry is ignored from then on.
    /// </summary>
    Task CheckReversalAsync(Transaction transaction, RecordedEntry entry, LocalDate reversedOn);

    /// <summary>
    /// The measures that a credit note of an entry moves by the same amount as the one it takes from: none, where the source has no rule of its
    /// own. Refuses an entry of which no part can be credited (ENTRY_NOT_CREDITABLE).
    /// </summary>
    /// <param name="entry">The entry that is credited in part.</param>
    /// <param name="measure">The measure that the credit note takes from.</param>
    IReadOnlyList<string> MovedByCredit(RecordedEntry entry, string measure) => [];
}
