using Iij.Closing;
using Iij.Platform;
using NodaTime;

namespace Iij.Atm;

/// <summary>The ATMs that the rules of a batch look at, and the days on which they were used.</summary>
public sealed class AtmRuleState(AtmStore store) : RuleState
{
    private readonly HashSet<string> _needed = [];
    private readonly HashSet<string> _neededWithAllDays = [];
    private readonly HashSet<(string AtmId, LocalDate Day)> _neededDays = [];
    private readonly HashSet<long> _neededEntries = [];
    private readonly Dictionary<string, AtmState> _atms = [];
    private readonly Dictionary<(string AtmId, LocalDate Day), DayUse> _days = [];
    private Dictionary<long, AtmEntry> _reversible = [];

    /// <summary>Notes that an ATM is needed.</summary>
    public void Need(string atmId) => _needed.Add(atmId);

    /// <summary>Notes that an ATM and one day of it are needed.</summary>
    public void NeedDay(string atmId, LocalDate day)
    {
        Need(atmId);
        _neededDays.Add((atmId, day));
    }

    /// <summary>Notes that an ATM and all the days on which it was used are needed.</summary>
    public void NeedAllDays(string atmId)
    {
        Need(atmId);
        _neededWithAllDays.Add(atmId);
    }

    /// <summary>The state of an ATM; without dates where it was never installed.</summary>
    public AtmState Atm(string atmId) => _atms[atmId];

    /// <summary>How one ATM's day was used so far.</summary>
    public DayUse Day(string atmId, LocalDate day) => _days.GetValueOrDefault((atmId, day), DayUse.None);

    /// <summary>The last day on which an ATM has withdrawals, or null.</summary>
    public LocalDate? LastUsed(string atmId) =>
        _days.Where(day => day.Key.AtmId == atmId && day.Value.IsUsed).Select(day => (LocalDate?)day.Key.Day).Max();

    /// <inheritdoc/>
    public override void NeedReversal(RecordedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        _neededEntries.Add(entry.Number);
    }

    /// <inheritdoc/>
    public override async Task LoadAsync(Transaction transaction)
    {
        if (_neededEntries.Count > 0)
            await LoadReversibleAsync(transaction);
        if (_needed.Count > 0)
        {
            var (atms, days) = await store.FindAsync(transaction, [.. _needed], [.. _neededDays]);
            foreach (var atm in atms)
                _atms.Add(atm.AtmId, atm);
            foreach (var (key, use) in days)
                _days[key] = use;
        }

        if (_neededWithAllDays.Count == 0)
            return;
        foreach (var (key, use) in await store.AllDaysAsync(transaction, [.. _neededWithAllDays]))
            _days[key] = use;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TableRow> Reverse(RecordedEntry entry, LocalDate on)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!_reversible.TryGetValue(entry.Number, out var own))
            return [];
        if (own.IsUse)
            return [AtmStore.Use(own.AtmId, own.Day, entry.Kind == AtmState.SettlementKind, -1)];
        Atm(own.AtmId).CheckReversal(entry, on, LastUsed(own.AtmId));
        return [];
    }

    /// <inheritdoc/>
    public override void Apply(RecordedEntry entry, RecordedEntry? reversed, IReadOnlyList<TableRow> rows)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(rows);
        foreach (var (key, change) in AtmStore.UsesOf(rows))
            _days[key] = Day(key.AtmId, key.Day).Plus(change);
        if (entry.Kind is not (AtmState.InstalledKind or AtmState.RemovedKind))
            return;
        var id = reversed is null ? AtmStore.AtmOf(rows) : _reversible[reversed.Number].AtmId;
        LocalDate? date = reversed is null ? entry.Date : null;
        _atms[id] = entry.Kind == AtmState.InstalledKind ? _atms[id] with { InstalledOn = date } : _atms[id] with { RemovedOn = date };
    }

    private async Task LoadReversibleAsync(Transaction transaction)
    {
        _reversible = (await store.EntriesAsync(transaction, [.. _neededEntries])).ToDictionary(row => row.Entry);
        foreach (var row in _reversible.Values)
        {
            if (row.IsUse)
                NeedDay(row.AtmId, row.Day);
            else
                NeedAllDays(row.AtmId);
        }
    }
}
