using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Atm;

/// <summary>The SQL of ATMs and their days.</summary>
public sealed class AtmStore
{
    private static readonly string _notReversed = JournalStore.NotReversed("x.entry");

    /// <summary>The stored state of one ATM; without dates where it was never installed.</summary>
    public async Task<AtmState> FindAsync(Transaction transaction, string atmId)
    {
        var row = await transaction.FirstAsync<(string? Installed, string? Removed)>(
            $"""
            SELECT (SELECT x.installed_on FROM installation x WHERE x.atm_id = @atmId AND {_notReversed}),
            (SELECT x.removed_on FROM removal x WHERE x.atm_id = @atmId AND {_notReversed})
            """,
            new { atmId });
        return new AtmState(atmId, Date(row.Installed), Date(row.Removed));
    }

    /// <summary>How one ATM's day was used so far.</summary>
    public async Task<DayUse> DayAsync(Transaction transaction, string atmId, LocalDate day)
    {
        var kinds = await transaction.QueryAsync<short>(
            $"SELECT DISTINCT settlement FROM withdrawal x WHERE atm_id = @atmId AND day = @day AND {_notReversed}", new { atmId, day = day.ToIso() });
        return new DayUse(kinds.Contains((short)0), kinds.Contains((short)1));
    }

    /// <summary>The last day an ATM has withdrawals, or null.</summary>
    public async Task<LocalDate?> LastUsedAsync(Transaction transaction, string atmId) =>
        Date(await transaction.FirstAsync<string?>($"SELECT MAX(day) FROM withdrawal x WHERE atm_id = @atmId AND {_notReversed}", new { atmId }));

    /// <summary>The ATM of an installation or removal entry.</summary>
    public Task<string?> AtmOfAsync(Transaction transaction, long entry) =>
        transaction.FirstAsync<string>(
            "SELECT atm_id FROM installation WHERE entry = @entry UNION ALL SELECT atm_id FROM removal WHERE entry = @entry", new { entry });

    /// <summary>Writes an installation.</summary>
    public Task InstallAsync(Transaction transaction, long entry, string atmId, LocalDate on, bool opening) =>
        transaction.ExecuteAsync("INSERT INTO installation (entry, atm_id, installed_on, opening) VALUES (@entry, @atmId, @on, @opening)",
            new { entry, atmId, on = on.ToIso(), opening = opening ? 1 : 0 });

    /// <summary>Writes a removal.</summary>
    public Task RemoveAsync(Transaction transaction, long entry, string atmId, LocalDate on) =>
        transaction.ExecuteAsync("INSERT INTO removal (entry, atm_id, removed_on) VALUES (@entry, @atmId, @on)",
            new { entry, atmId, on = on.ToIso() });

    /// <summary>Writes a withdrawal or a settlement.</summary>
    public Task WithdrawAsync(Transaction transaction, long entry, string atmId, LocalDate day, bool settlement) =>
        transaction.ExecuteAsync("INSERT INTO withdrawal (entry, atm_id, day, settlement) VALUES (@entry, @atmId, @day, @settlement)",
            new { entry, atmId, day = day.ToIso(), settlement = settlement ? 1 : 0 });

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

    private static LocalDate? Date(string? text) => text is null ? null : Calendar.ParseDate(text);
}
