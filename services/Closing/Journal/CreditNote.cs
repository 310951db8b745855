using Iij.Contracts;
using Iij.Money.V1;
using Iij.Platform;

namespace Iij.Closing;

/// <summary>
/// A credit note takes back a part of an entry, with a reference to it. Pure: which amount of an entry is credited, and that it is never
/// more than is left.
/// </summary>
public static class CreditNote
{
    /// <summary>The kind of such an entry.</summary>
    public const string Kind = "CREDIT_NOTE";

    /// <summary>
    /// The posting of an entry that a credit note takes from. Refuses ENTRY_NOT_CREDITABLE: a reversal, a credit note, and an entry without
    /// a flow of yen; FIELD_INVALID: a measure that is not one of these flows, or none where there are several.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="measure">Which of its amounts; empty where there is one.</param>
    public static PostingLine PostingOf(RecordedEntry entry, string measure)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Reverses is not null || entry.Kind == Kind)
            throw NotCreditable(entry, entry.Kind == Kind ? "is a credit note; reverse it instead" : "is a reversal");
        var flows = entry.Postings.Where(posting => MeasureCatalog.Find(posting.Measure) is { Nature: Iij.Closing.V1.Nature.Flow, Unit: Unit.Jpy }).ToList();
        var names = string.Join(", ", flows.Select(posting => posting.Measure));
        return (flows.Count, measure) switch
        {
            (0, _) => throw NotCreditable(entry, "has no flow of yen; reverse it instead"),
            (1, "") => flows[0],
            (_, "") => throw Refusal.Field("measure", $"is needed: entry {entry.Number} has {names}"),
            _ => flows.FirstOrDefault(posting => posting.Measure == measure)
                ?? throw Refusal.Field("measure", $"\"{measure}\" is not a flow of yen of entry {entry.Number}, which has {names}"),
        };
    }

    /// <summary>What a credit note posts: the amount with the sign opposite to the entry's. Refuses CREDIT_BEYOND_LEFT.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="posting">One of its postings.</param>
    /// <param name="credited">What standing credit notes took from it, zero or more.</param>
    /// <param name="amount">Yen, above zero.</param>
    public static PostingLine Take(RecordedEntry entry, PostingLine posting, long credited, long amount)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(posting);
        var left = Math.Abs(posting.Amount) - credited;
        return amount <= left
            ? posting with { Amount = posting.Amount < 0 ? amount : -amount }
            : throw new Refusal(Reason.CreditBeyondLeft, $"of {posting.Measure} of entry {entry.Number} {left} is left to be credited, not {amount}",
                ("entry_number", $"{entry.Number}"), ("left", $"{left}"), ("amount", $"{amount}"));
    }

    /// <summary>The refusal of an entry of which no part can be credited.</summary>
    public static Refusal NotCreditable(RecordedEntry entry, string why)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new(Reason.EntryNotCreditable, $"entry {entry.Number} ({entry.Kind}) {why}", ("entry_number", $"{entry.Number}"), ("kind", entry.Kind));
    }
}
