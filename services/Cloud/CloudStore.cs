using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Cloud;

/// <summary>The SQL of month-end counts.</summary>
public sealed class CloudStore
{
    private static readonly string _notReversed = JournalStore.NotReversed("x.entry");

    private static readonly Table _counts = new("month_end_count", "entry", "month", "kind");

    /// <summary>The counts that stand of these months, with their entries.</summary>
    public async Task<IReadOnlyList<(YearMonth Month, string Kind, long Entry)>> StandingAsync(
        Transaction transaction, IReadOnlyList<YearMonth> months) =>
        (await transaction.QueryAsync<(string Month, string Kind, long Entry)>(
            $"SELECT x.month, x.kind, x.entry FROM month_end_count x WHERE x.month IN @months AND {_notReversed}",
            new { months = months.Select(month => month.ToIso()).ToList() }))
        .Select(row => (Calendar.ParseMonth(row.Month)!.Value, row.Kind, row.Entry)).ToList();

    /// <summary>The rows of a count.</summary>
    public static IReadOnlyList<TableRow> Count(YearMonth month, string kind) => [_counts.Row(month.ToIso(), kind)];

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
