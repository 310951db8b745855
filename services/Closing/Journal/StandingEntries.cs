using Iij.Contracts;
using Iij.Platform;

namespace Iij.Closing;

/// <summary>The entries that a batch takes back, whole or in part, with what took from them before: loaded at once, moved by each decision.</summary>
internal sealed class StandingEntries
{
    private readonly Dictionary<long, (RecordedEntry Entry, long? ReversedBy)> _entries;
    private readonly List<CreditRow> _credits;

    private StandingEntries(Dictionary<long, (RecordedEntry Entry, long? ReversedBy)> entries, List<CreditRow> credits) =>
        (_entries, _credits) = (entries, credits);

    public static async Task<StandingEntries> LoadAsync(JournalStore store, Transaction transaction, IReadOnlyList<long> numbers) => numbers.Count == 0
        ? new([], [])
        : new(await store.FindEntriesAsync(transaction, numbers), [.. await store.FindCreditsAsync(transaction, numbers)]);

    /// <summary>An entry that can be taken back; null where there is none or it is reversed, which <see cref="Require"/> says.</summary>
    public RecordedEntry? Find(long number) => _entries.TryGetValue(number, out var found) && found.ReversedBy is null ? found.Entry : null;

    /// <summary>An entry that can be taken back. Refuses ENTRY_UNKNOWN, ENTRY_REVERSED.</summary>
    public RecordedEntry Require(long number)
    {
        if (!_entries.TryGetValue(number, out var found))
            throw new Refusal(Reason.EntryUnknown, $"there is no entry {number}", Key(number));
        return found.ReversedBy is null ? found.Entry
            : throw new Refusal(Reason.EntryReversed, $"entry {number} is reversed by entry {found.ReversedBy} already", Key(number));
    }

    /// <summary>An entry that can be reversed. Refuses ENTRY_UNKNOWN, ENTRY_REVERSED, ENTRY_IS_REVERSAL, ENTRY_CREDITED.</summary>
    public RecordedEntry RequireReversible(long number)
    {
        var entry = Require(number);
        if (entry.Reverses is not null)
            throw new Refusal(Reason.EntryIsReversal, $"entry {number} is a reversal; record the original again instead", Key(number));
        if (_credits.Where(credit => credit.Credits == number).Select(credit => (long?)credit.Entry).Min() is { } credit)
        {
            throw new Refusal(Reason.EntryCredited, $"entry {number} is credited in part by entry {credit}; reverse that first",
                [.. Key(number), ("credited_by", $"{credit}")]);
        }

        return entry;
    }

    /// <summary>What standing credit notes took from a posting of an entry, zero or more.</summary>
    public long Credited(long number, string measure) =>
        _credits.Where(credit => credit.Credits == number && credit.Measure == measure).Sum(credit => credit.Amount);

    /// <summary>Moves the state by an entry that was decided.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="credit">The part that it credits, where it is a credit note.</param>
    public void Apply(RecordedEntry entry, CreditRow? credit)
    {
        if (credit is not null)
            _credits.Add(credit);
        if (entry.Reverses is not { } reversed)
            return;
        _entries[reversed] = (_entries[reversed].Entry, entry.Number);
        _credits.RemoveAll(taken => taken.Entry == reversed);
    }

    private static (string Key, string Value)[] Key(long number) =>
        [("entry_number", number.ToString(System.Globalization.CultureInfo.InvariantCulture))];
}
