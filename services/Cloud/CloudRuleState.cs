using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Cloud;

/// <summary>The month-end counts that the rules of a batch look at.</summary>
public sealed class CloudRuleState(CloudStore store) : RuleState
{
    private readonly StandingKeys<(YearMonth Month, string Kind)> _counts = new();

    /// <summary>Notes that a count is needed.</summary>
    public void Need(YearMonth month, string kind) => _counts.Need((month, kind));

    /// <summary>A kind at the end of a month, counted or not.</summary>
    public MonthEndCount Count(YearMonth month, string kind) => new(month, kind, _counts.Find((month, kind)));

    /// <inheritdoc/>
    public override async Task LoadAsync(Transaction transaction)
    {
        if (_counts.Needed.Count == 0)
            return;
        foreach (var (month, kind, entry) in await store.StandingAsync(transaction, [.. _counts.Needed.Select(key => key.Month).Distinct()]))
            _counts.Add((month, kind), entry);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TableRow> Reverse(RecordedEntry entry, LocalDate on)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Kind == MonthEndCount.CountedKind)
            MonthEndCount.RequireReversible(entry, on, Calendar);
        return [];
    }

    /// <inheritdoc/>
    public override void Apply(RecordedEntry entry, RecordedEntry? reversed, IReadOnlyList<TableRow> rows)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (reversed is not null)
            _counts.Remove(reversed.Number);
        else if (entry.Kind == MonthEndCount.CountedKind)
            _counts.Add((entry.Date.Month(), MonthEndCount.KindOf(entry)), entry.Number);
    }
}
