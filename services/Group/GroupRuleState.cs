using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Group;

/// <summary>The stocks, announcements and items of the balance sheet that the rules of a batch look at.</summary>
public sealed class GroupRuleState(GroupStore store) : RuleState
{
    private readonly StandingKeys<(string Measure, YearMonth Month)> _stocks = new();
    private readonly StandingKeys<AnnouncementKey> _announcements = new();
    private bool _needsBalanceItems;

    /// <summary>The register of the balance sheet, where it was needed.</summary>
    public IReadOnlyList<BalanceItem> BalanceItems { get; private set; } = [];

    /// <summary>Notes that a stock at the end of a month is needed.</summary>
    public void NeedStock(string measure, YearMonth month) => _stocks.Need((measure, month));

    /// <summary>Notes that what stands of an announcement is needed.</summary>
    public void NeedAnnouncement(AnnouncementKey key) => _announcements.Need(key);

    /// <summary>Notes that the register of the balance sheet is needed.</summary>
    public void NeedBalanceItems() => _needsBalanceItems = true;

    /// <summary>The entry that states a stock for the end of a month, or null.</summary>
    public long? Stock(string measure, YearMonth month) => _stocks.Find((measure, month));

    /// <summary>The entry that announces the same, or null.</summary>
    public long? Announcement(AnnouncementKey key) => _announcements.Find(key);

    /// <inheritdoc/>
    public override async Task LoadAsync(Transaction transaction)
    {
        if (_needsBalanceItems)
            BalanceItems = await store.BalanceItemsAsync(transaction);
        if (_stocks.Needed.Count > 0)
        {
            foreach (var (measure, month, entry) in await store.StandingStocksAsync(transaction, [.. _stocks.Needed.Select(key => key.Month).Distinct()]))
                _stocks.Add((measure, month), entry);
        }

        if (_announcements.Needed.Count == 0)
            return;
        foreach (var (announced, entry) in await store.StandingAnnouncementsAsync(transaction, [.. _announcements.Needed.Select(key => key.Item).Distinct()]))
            _announcements.Add(announced.Key, entry);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TableRow> Reverse(RecordedEntry entry, LocalDate on)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var isStock = IsStock(entry);
        if (!isStock && entry.Class != EntryClass.Announcement)
            return [];
        if (on != entry.Date)
            throw Refusal.Field("reversed_on", "a stock or an announcement is reversed on its own date: it never stood");
        if (isStock || Announced.IsSplitKind(entry.Kind))
            Accounts.RequireOwnMonth(Calendar, on, entry.Class);
        return [];
    }

    /// <inheritdoc/>
    public override void Apply(RecordedEntry entry, RecordedEntry? reversed, IReadOnlyList<TableRow> rows)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (reversed is not null)
        {
            _stocks.Remove(reversed.Number);
            _announcements.Remove(reversed.Number);
        }
        else if (entry.Class == EntryClass.Announcement)
        {
            _announcements.Add(GroupStore.AnnouncementOf(rows), entry.Number);
        }
        else if (IsStock(entry))
        {
            _stocks.Add((entry.Postings[0].Measure, entry.Date.Month()), entry.Number);
        }
    }

    private static bool IsStock(RecordedEntry entry) => entry.Postings.Any(posting => Accounts.IsStock(posting.Measure));
}
