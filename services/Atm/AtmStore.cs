using System.Text.Json;
using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Atm;

/// <summary>The SQL of ATMs and their days.</summary>
public sealed class AtmStore
{
    private static readonly string _notReversed = JournalStore.NotReversed("x.entry");

    private static readonly Table _installations = new("installation", "entry", "atm_id", "installed_on", "opening");
    private static readonly Table _removals = new("removal", "entry", "atm_id", "removed_on");
    private static readonly Table _withdrawals = new("withdrawal", "entry", "atm_id", "day", "settlement");
    private static readonly Table _days = new("atm_day", "atm_id", "day", "singles", "settlements") { Amounts = 2 };

    /// <summary>The stored state of ATMs, without dates of one that was never installed, and how days of theirs were used.</summary>
    public async Task<(IReadOnlyList<AtmState> Atms, IReadOnlyList<((string AtmId, LocalDate Day) Key, DayUse Use)> Days)> FindAsync(
        Transaction transaction, IReadOnlyList<string> atmIds, IReadOnlyList<(string AtmId, LocalDate Day)> days)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(atmIds);
        var (installed, removed, used) = await transaction.QueryAsync<(string Id, string On), (string Id, string On), DayRow>(
            $"SELECT x.atm_id, x.installed_on FROM installation x WHERE x.atm_id IN @atmIds AND {_notReversed}",
            $"SELECT x.atm_id, x.removed_on FROM removal x WHERE x.atm_id IN @atmIds AND {_notReversed}",
            """
            SELECT d.atm_id, d.day, d.singles, d.settlements FROM json_each(@keys) k
            JOIN atm_day d ON d.atm_id = k.value ->> 0 AND d.day = k.value ->> 1
            """,
            new { atmIds, keys = JsonSerializer.Serialize(days.Select(day => new[] { day.AtmId, day.Day.ToIso() })) });
        var (from, until) = (installed.ToDictionary(row => row.Id, row => row.On), removed.ToDictionary(row => row.Id, row => row.On));
        return ([.. atmIds.Select(id => new AtmState(id, Date(from.GetValueOrDefault(id)), Date(until.GetValueOrDefault(id))))], Days(used));
    }

    /// <summary>How all the days of ATMs were used; those never used are left out.</summary>
    public async Task<IReadOnlyList<((string AtmId, LocalDate Day) Key, DayUse Use)>> AllDaysAsync(
        Transaction transaction, IReadOnlyList<string> atmIds) =>
        Days(await transaction.QueryAsync<DayRow>(
            "SELECT atm_id, day, singles, settlements FROM atm_day WHERE atm_id IN @atmIds", new { atmIds }));

    /// <summary>The ATMs of entries.</summary>
    public async Task<IReadOnlyList<AtmEntry>> EntriesAsync(Transaction transaction, IReadOnlyList<long> entries) =>
        (await transaction.QueryAsync<(long Entry, string AtmId, string Day, long IsUse)>(
            """
            SELECT entry, atm_id, installed_on, CAST(0 AS BIGINT) FROM installation WHERE entry IN @entries
            UNION ALL SELECT entry, atm_id, removed_on, 0 FROM removal WHERE entry IN @entries
            UNION ALL SELECT entry, atm_id, day, 1 FROM withdrawal WHERE entry IN @entries
            """,
            new { entries }))
        .Select(row => new AtmEntry(row.Entry, row.AtmId, Date(row.Day)!.Value, row.IsUse != 0)).ToList();

    /// <summary>The rows of an installation.</summary>
    public static IReadOnlyList<TableRow> Installation(string atmId, LocalDate on, bool opening) =>
        [_installations.Row(atmId, on.ToIso(), (short)(opening ? 1 : 0))];

    /// <summary>The rows of a removal.</summary>
    public static IReadOnlyList<TableRow> Removal(string atmId, LocalDate on) => [_removals.Row(atmId, on.ToIso())];

    /// <summary>The rows of a withdrawal or a settlement: itself, and the use of its day.</summary>
    public static IReadOnlyList<TableRow> Withdrawal(string atmId, LocalDate day, bool settlement) =>
        [_withdrawals.Row(atmId, day.ToIso(), (short)(settlement ? 1 : 0)), Use(atmId, day, settlement, 1)];

    /// <summary>The row that changes the use of a day.</summary>
    /// <param name="atmId">The ATM.</param>
    /// <param name="day">The day.</param>
    /// <param name="settlement">Whether settlements change, or single withdrawals.</param>
    /// <param name="change">1, or -1 of a reversal.</param>
    public static TableRow Use(string atmId, LocalDate day, bool settlement, long change) =>
        _days.Row(atmId, day.ToIso(), settlement ? 0L : change, settlement ? change : 0L);

    /// <summary>The changes of the use of days among rows.</summary>
    public static IEnumerable<((string AtmId, LocalDate Day) Key, DayUse Change)> UsesOf(IReadOnlyList<TableRow> rows) => rows
        .Where(row => row.Table == _days)
        .Select(row => (((string)row.Values[0]!, Date((string)row.Values[1]!)!.Value), new DayUse((long)row.Values[2]!, (long)row.Values[3]!)));

    /// <summary>The ATM of the rows of an installation or removal.</summary>
    public static string AtmOf(IReadOnlyList<TableRow> rows) => (string)rows[0].Values[0]!;

    /// <summary>A page of ATMs by id.</summary>
    public async Task<IReadOnlyList<(AtmState Atm, bool Opening)>> ListAsync(Transaction transaction, string after, int limit) =>
        (await transaction.QueryAsync<(string Id, string Installed, string? Removed, long Opening)>(
            $"""
            SELECT x.atm_id, x.installed_on, (SELECT m.removed_on FROM removal m WHERE m.atm_id = x.atm_id
            AND {JournalStore.NotReversed("m.entry")}), CAST(x.opening AS BIGINT) FROM installation x
            WHERE x.atm_id > @after AND {_notReversed} ORDER BY x.atm_id LIMIT @limit
            """,
            new { after, limit }))
        .Select(row => (new AtmState(row.Id, Date(row.Installed), Date(row.Removed)), row.Opening != 0)).ToList();

    /// <summary>Every live installation and removal, of one ATM or of all: (date, +1 or -1 ATMs).</summary>
    public async Task<IReadOnlyList<(LocalDate Date, long Change)>> ChangesAsync(Transaction transaction, string atmId) =>
        (await transaction.QueryAsync<(string Date, long Change)>(
            $"""
            SELECT day, CAST(SUM(change) AS BIGINT) FROM (
            SELECT installed_on AS day, 1 AS change FROM installation x WHERE (@atmId = '' OR atm_id = @atmId) AND {_notReversed}
            UNION ALL SELECT removed_on, -1 FROM removal x WHERE (@atmId = '' OR atm_id = @atmId) AND {_notReversed}
            ) changes GROUP BY day ORDER BY day
            """,
            new { atmId }))
        .Select(row => (Date(row.Date)!.Value, row.Change)).ToList();

    /// <summary>The withdrawals of one ATM or of all between two dates, both included.</summary>
    public Task<long> WithdrawalsAsync(Transaction transaction, string atmId, LocalDate from, LocalDate to) =>
        transaction.FirstAsync<long>(
            $"""
            SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM withdrawal x JOIN posting p ON p.entry = x.entry AND p.measure = @measure
            WHERE (@atmId = '' OR x.atm_id = @atmId) AND x.day BETWEEN @from AND @to AND {_notReversed}
            """,
            new { atmId, from = from.ToIso(), to = to.ToIso(), measure = AtmState.Withdrawals });

    /// <summary>The uses of days that differ from the withdrawals that stand.</summary>
    public Task<IReadOnlyList<TotalDifference>> CompareDaysAsync(Transaction transaction) =>
        transaction.QueryAsync<TotalDifference>(
            $"""
            SELECT what, CAST(SUM(recorded) AS BIGINT) AS recorded, CAST(SUM(recomputed) AS BIGINT) AS recomputed FROM (
            SELECT atm_id || ' ' || day || ' single withdrawals' AS what, singles AS recorded, 0 AS recomputed FROM atm_day
            UNION ALL SELECT atm_id || ' ' || day || ' settlements', settlements, 0 FROM atm_day
            UNION ALL SELECT x.atm_id || ' ' || x.day || CASE WHEN x.settlement = 1 THEN ' settlements' ELSE ' single withdrawals' END, 0, COUNT(*)
            FROM withdrawal x WHERE {_notReversed} GROUP BY x.atm_id, x.day, x.settlement
            ) both_sides GROUP BY what HAVING SUM(recorded) <> SUM(recomputed) ORDER BY what
            """);

    private static List<((string AtmId, LocalDate Day) Key, DayUse Use)> Days(IEnumerable<DayRow> rows) =>
        [.. rows.Select(row => ((row.AtmId, Date(row.Day)!.Value), new DayUse(row.Singles, row.Settlements)))];

    private static LocalDate? Date(string? text) => text is null ? null : Calendar.ParseDate(text);

    private sealed class DayRow
    {
        public string AtmId { get; init; } = "";

        public string Day { get; init; } = "";

        public long Singles { get; init; }

        public long Settlements { get; init; }
    }
}
