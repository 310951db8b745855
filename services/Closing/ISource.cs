using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>What a source gives to its close: everything else of it is its own affair.</summary>
public interface ISource
{
    /// <summary>network, backlog, cloud, atm or group: the first word of its measures.</summary>
    string Name { get; }

    /// <summary>The statement of a month from the running totals.</summary>
    Task<IMessage> BuildStatementAsync(Transaction transaction, Totals totals);

    /// <summary>What the source's own rules find in a month, given the facts of this statement and of the month before.</summary>
    Task<IReadOnlyList<Finding>> ValidateAsync(Transaction transaction, Totals totals, IReadOnlyList<Fact> facts, IReadOnlyList<Fact> before);

    /// <summary>
    /// Refuses the reversal of an entry where a rule of the source stands against it. The reversal itself posts the negated
    /// amounts; a row that belongs to a reversed entry is no longer looked at.
    /// </summary>
    Task CheckReversalAsync(Transaction transaction, RecordedEntry entry, LocalDate reversedOn);
}
