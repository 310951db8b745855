using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Network;

/// <summary>The SQL of contract changes.</summary>
public sealed class NetworkStore
{
    private static readonly Table _changes = new("contract_change", "entry", "band", "day", "opening");

    /// <summary>The rows of a contract change.</summary>
    public static IReadOnlyList<TableRow> Change(string band, LocalDate on, bool opening) =>
        [_changes.Row(band, on.ToIso(), (short)(opening ? 1 : 0))];

    /// <summary>
    /// A page of contract changes by date and entry, of one band or of all. One that was reversed on its own date never happened; one
    /// that was reversed later did count until then and is listed with that date.
    /// </summary>
    /// <param name="transaction">Where to read.</param>
    /// <param name="band">The band; empty for all.</param>
    /// <param name="dates">The first and the last date, both included.</param>
    /// <param name="after">The last row of the page before: its date and entry.</param>
    /// <param name="limit">Rows at most.</param>
    public Task<IReadOnlyList<ContractChangeRow>> ListAsync(
        Transaction transaction, string band, (LocalDate From, LocalDate To) dates, (string Day, long Entry) after, int limit) =>
        transaction.QueryAsync<ContractChangeRow>(
            """
            SELECT x.entry, x.band, x.day, x.opening,
            (SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM posting p WHERE p.entry = x.entry AND p.amount > 0) AS activated,
            (SELECT CAST(COALESCE(-SUM(p.amount), 0) AS BIGINT) FROM posting p WHERE p.entry = x.entry AND p.amount < 0) AS cancelled,
            e.entry_date AS reversed_on FROM contract_change x
            LEFT JOIN reversal r ON r.entry = x.entry LEFT JOIN entry e ON e.number = r.reversed_by
            WHERE x.day BETWEEN @from AND @to AND (@band = '' OR x.band = @band) AND (e.entry_date IS NULL OR e.entry_date > x.day)
            AND (x.day > @afterDay OR (x.day = @afterDay AND x.entry > @afterEntry)) ORDER BY x.day, x.entry LIMIT @limit
            """,
            new
            {
                band,
                from = dates.From.ToIso(),
                to = dates.To.ToIso(),
                afterDay = after.Day,
                afterEntry = after.Entry,
                limit,
            });
}
