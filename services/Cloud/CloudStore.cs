using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Cloud;

/// <summary>The SQL of month-end counts.</summary>
public sealed class CloudStore
{
    private static readonly string _notReversed = JournalStore.NotReversed("x.entry");

    /// <summary>Whether a kind was counted for a month already.</summary>
    public async Task<MonthEndCount> FindAsync(Transaction transaction, YearMonth month, string kind) =>
        new(month, kind, await transaction.FirstAsync<long?>(
            $"SELECT x.entry FROM month_end_count x WHERE x.month = @month AND x.kind = @kind AND {_notReversed}",
            new { month = month.ToIso(), kind }));

    /// <summary>Writes a count.</summary>
    public Task CountAsync(Transaction transaction, long entry, YearMonth month, string kind) =>
        transaction.ExecuteAsync("INSERT INTO month_end_count (entry, month, kind) VALUES (@entry, @month, @kind)",
            new { entry, month = month.ToIso(), kind });

    /// <summary>A page of the counts that stand, by month and kind.</summary>
    /// <param name="transaction">Where to read.</param>
    /// <param name="kind">What is counted; empty for all.</param>
    /// <param name="months">The first and the last month, 2012-12, both included.</param>
    /// <param name="after">The last row of the page before: its month and kind.</param>
    /// <param name="limit">Rows at most.</param>
    public async Task<IReadOnlyList<(long Entry, YearMonth Month, string Kind, long Count)>> ListAsync(
        Transaction transaction, string kind, (string From, string To) months, (string Month, string Kind) after, int limit) =>
        (await transaction.QueryAsync<(long Entry, string Month, string Kind, long Count)>(
            $"""
            SELECT x.entry, x.month, x.kind, p.amount FROM month_end_count x JOIN posting p ON p.entry = x.entry
            WHERE x.month BETWEEN @from AND @to AND (@kind = '' OR x.kind = @kind) AND {_notReversed}
            AND (x.month > @afterMonth OR (x.month = @afterMonth AND x.kind > @afterKind)) ORDER BY x.month, x.kind LIMIT @limit
            """,
            new { kind, from = months.From, to = months.To, afterMonth = after.Month, afterKind = after.Kind, limit }))
        .Select(row => (row.Entry, Calendar.ParseMonth(row.Month)!.Value, row.Kind, row.Count)).ToList();
}
