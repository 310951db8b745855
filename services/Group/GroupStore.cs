using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Group;

/// <summary>The SQL of stocks at the ends of months and of the registers.</summary>
public sealed class GroupStore
{
    private static readonly string _notReversed = JournalStore.NotReversed("x.entry");

    private const string AnnouncementColumns =
        "x.entry, x.register, x.item, x.fiscal_year, x.announced_on, x.unscaled, x.scale, x.status, x.basis_on";

    /// <summary>The entry that states a stock for the end of a month, or null.</summary>
    public Task<long?> FindStockAsync(Transaction transaction, string measure, YearMonth month) =>
        transaction.FirstAsync<long?>($"SELECT x.entry FROM month_end x WHERE x.month = @month AND x.measure = @measure AND {_notReversed}",
            new { month = month.ToIso(), measure });

    /// <summary>Writes that an entry states a stock for the end of a month.</summary>
    public Task InsertStockAsync(Transaction transaction, long entry, string measure, YearMonth month) =>
        transaction.ExecuteAsync("INSERT INTO month_end (entry, month, measure) VALUES (@entry, @month, @measure)",
            new { entry, month = month.ToIso(), measure });

    /// <summary>A page of the stocks of an open list at the end of a month, by measure: (entry, measure, amount).</summary>
    public Task<IReadOnlyList<(long Entry, string Measure, long Amount)>> ListStocksAsync(
        Transaction transaction, string prefix, YearMonth month, string after, int limit) =>
        transaction.QueryAsync<(long Entry, string Measure, long Amount)>(
            $"""
            SELECT x.entry, x.measure, p.amount FROM month_end x JOIN posting p ON p.entry = x.entry AND p.measure = x.measure
            WHERE x.month = @month AND x.measure LIKE @pattern AND x.measure > @after AND {_notReversed} ORDER BY x.measure LIMIT @limit
            """,
            new { month = month.ToIso(), pattern = prefix + "%", after, limit });

    /// <summary>The register of the balance sheet, by item.</summary>
    public Task<IReadOnlyList<BalanceItem>> BalanceItemsAsync(Transaction transaction) =>
        transaction.QueryAsync<BalanceItem>("SELECT item, side, part_of FROM balance_item ORDER BY item");

    /// <summary>Adds an item to the register of the balance sheet.</summary>
    public Task InsertBalanceItemAsync(Transaction transaction, BalanceItem item, string actor, long definedAt)
    {
        ArgumentNullException.ThrowIfNull(item);
        return transaction.ExecuteAsync(
            "INSERT INTO balance_item (item, side, part_of, actor, defined_at) VALUES (@Item, @side, @PartOf, @actor, @definedAt)",
            new { item.Item, side = item.Side.ToString(), item.PartOf, actor, definedAt });
    }

    /// <summary>The entry that announces the same item for the same fiscal year, on the same day where the date counts; or null.</summary>
    public Task<long?> FindAnnouncementAsync(Transaction transaction, Announced announced)
    {
        ArgumentNullException.ThrowIfNull(announced);
        return transaction.FirstAsync<long?>(
            $"""
            SELECT x.entry FROM announcement x WHERE x.register = @Register AND x.item = @Item AND x.fiscal_year = @FiscalYear
            AND (@on = '' OR x.announced_on = @on) AND {_notReversed}
            """,
            new { announced.Register, announced.Item, announced.FiscalYear, on = announced.IsDated ? announced.On.ToIso() : "" });
    }

    /// <summary>Writes an announcement.</summary>
    public Task InsertAnnouncementAsync(Transaction transaction, long entry, Announced announced)
    {
        ArgumentNullException.ThrowIfNull(announced);
        return transaction.ExecuteAsync(
            """
            INSERT INTO announcement (entry, register, item, fiscal_year, announced_on, unscaled, scale, status, basis_on)
            VALUES (@entry, @Register, @Item, @FiscalYear, @on, @Unscaled, @Scale, @Status, @basis)
            """,
            new
            {
                entry,
                announced.Register,
                announced.Item,
                announced.FiscalYear,
                on = announced.On.ToIso(),
                announced.Unscaled,
                announced.Scale,
                announced.Status,
                basis = announced.Basis?.ToIso() ?? "",
            });
    }

    /// <summary>A page of the announcements that stand, in the order of recording.</summary>
    public async Task<IReadOnlyList<(long Entry, Announced Announced)>> ListAnnouncementsAsync(
        Transaction transaction, long after, int limit) =>
        (await transaction.QueryAsync<AnnouncementRow>(
            $"SELECT {AnnouncementColumns} FROM announcement x WHERE x.entry > @after AND {_notReversed} ORDER BY x.entry LIMIT @limit",
            new { after, limit }))
        .Select(row => (row.Entry, row.ToAnnounced())).ToList();

    /// <summary>Every announcement that stands, in the order of recording.</summary>
    public async Task<IReadOnlyList<Announced>> RegistersAsync(Transaction transaction) =>
        (await ListAnnouncementsAsync(transaction, 0, int.MaxValue)).Select(row => row.Announced).ToList();

    private sealed class AnnouncementRow
    {
        public long Entry { get; init; }

        public string Register { get; init; } = "";

        public string Item { get; init; } = "";

        public string FiscalYear { get; init; } = "";

        public string AnnouncedOn { get; init; } = "";

        public long Unscaled { get; init; }

        public int Scale { get; init; }

        public string Status { get; init; } = "";

        public string BasisOn { get; init; } = "";

        public Announced ToAnnounced() =>
            new(Register, Item, FiscalYear, Calendar.ParseDate(AnnouncedOn)!.Value, Unscaled, Scale, Status, Calendar.ParseDate(BasisOn));
    }
}
