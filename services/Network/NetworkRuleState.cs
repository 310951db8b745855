using Iij.Closing;
using Iij.Platform;
using NodaTime;

namespace Iij.Network;

/// <summary>The contracts of the bands that the rules of a batch look at.</summary>
public sealed class NetworkRuleState(JournalStore journal) : RuleState
{
    private readonly HashSet<string> _needed = [];
    private DatedChanges _changes = DatedChanges.None();

    /// <summary>Notes that a band is needed.</summary>
    public void Need(string band) => _needed.Add(band);

    /// <summary>The contracts of a band through time.</summary>
    public BandContracts Band(string band) => new(band, _changes.Of(BandContracts.Measure(band)));

    /// <inheritdoc/>
    public override void NeedReversal(RecordedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Kind == BandContracts.ChangedKind)
            Need(BandContracts.BandOf(entry));
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(Transaction transaction)
    {
        if (_needed.Count > 0)
            _changes = await journal.ChangesAsync(transaction, [.. _needed.Select(BandContracts.Measure)]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TableRow> Reverse(RecordedEntry entry, LocalDate on)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Kind == BandContracts.ChangedKind)
            Band(BandContracts.BandOf(entry)).RequireReversible(entry, on);
        return [];
    }

    /// <inheritdoc/>
    public override void Apply(RecordedEntry entry, RecordedEntry? reversed, IReadOnlyList<TableRow> rows)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Kind == BandContracts.ChangedKind)
            _changes.Add(entry, reversed);
    }
}
