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

    private static readonly Table _stocks = new("month_end", "entry", "month", "measure");

    private static readonly Table _announcements = new(
        "announcement", "entry", "register", "item", "fiscal_year", "announced_on", "unscaled", "scale", "status", "basis_on");

    /// <summary>The stocks that stand for the ends of months, with their entries.</summary>
    public async Task<IReadOnlyList<(string Measure, YearMonth Month, long Entry)>> StandingStocksAsync(
        Transaction transaction, IReadOnlyList<YearMonth> months) =>
        (await transaction.QueryAsync<(string Measure, string Month, long Entry)>(
            $"SELECT x.measure, x.month, x.entry FROM month_end x WHERE x.month IN @months AND {_notReversed}",
            new { months = months.Select(month => month.ToIso()).ToList() }))
        .Select(row => (row.Measure, Calendar.ParseMonth(row.Month)!.Value, row.Entry)).ToList();

    /// <summary>The rows of a stock for the end of a month.</summary>
    public static IReadOnlyList<TableRow> Stock(string measure, YearMonth month) => [_stocks.Row(month.ToIso(), measure)];

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

    /// <summary>The announcements that stand of these items, with their entries.</summary>
    public async Task<IReadOnlyList<(Announced Announced, long Entry)>> StandingAnnouncementsAsync(
        Transaction transaction, IReadOnlyList<string> items) =>
        (await transaction.QueryAsync<AnnouncementRow>(
            $"SELECT {AnnouncementColumns} FROM announcement x WHERE x.item IN @items AND {_notReversed}", new { items }))
        .Select(row => (row.ToAnnounced(), row.Entry)).ToList();

    /// <summary>The rows of an announcement.</summary>
    public static IReadOnlyList<TableRow> Announcement(Announced announced)
    {
        ArgumentNullException.ThrowIfNull(announced);
        return
        [
            _announcements.Row(announced.Register, announced.Item, announced.FiscalYear, announced.On.ToIso(), announced.Unscaled, announced.Scale,
                announced.Status, announced.Basis?.ToIso() ?? ""),
        ];
    }

    /// <summary>What the rows of an announcement announce.</summary>
    public static AnnouncementKey AnnouncementOf(IReadOnlyList<TableRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var values = rows[0].Values;
        return AnnouncementKey.Of((string)values[0]!, (string)values[1]!, (string)values[2]!, Calendar.ParseDate((string)values[3]!)!.Value);
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
