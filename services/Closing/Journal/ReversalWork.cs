using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>The reversal of an entry: negated postings, at its own date or at a later one.</summary>
internal sealed record ReversalWork(EntryCall Entry, long Number, string Reason, LocalDate? On) : JournalWork(Entry)
{
    public override long? TakesBack => Number;

    public override void Need(RuleState state, StandingEntries entries)
    {
        if (entries.Find(Number) is { } entry)
            state.NeedReversal(entry);
    }

    public override Recording Decide(RuleState state, StandingEntries entries)
    {
        var entry = entries.RequireReversible(Number);
        var date = NotBefore(entry, On, "reversed_on");
        var rows = state.Reverse(entry, date);
        var negated = entry.Postings.Select(posting => posting with { Amount = -posting.Amount }).ToList();
        return new Recording(new Decision(entry.Kind, date, negated, entry.Class) { Rows = rows }, entry, Reason);
    }

    /// <summary>The date of what takes an entry back: the entry's own where none is given. Refuses one before it.</summary>
    public static LocalDate NotBefore(RecordedEntry entry, LocalDate? date, string field) => date is null || date >= entry.Date
        ? date ?? entry.Date
        : throw Refusal.Field(field, $"is before the entry's own date {entry.Date.ToIso()}");
}
