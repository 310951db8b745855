using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>The SQL of entries, postings and running totals.</summary>
public sealed class JournalStore
{
    private static readonly List<string> _byDate =
        [.. MeasureCatalog.Measures.Values.Where(measure => measure.ByDate).Select(measure => measure.Name)];

    private const string EntryColumns =
        "e.number, e.kind, e.entry_date, e.month, e.opening, e.reverses, e.reason, e.actor, e.recorded_at";

    /// <summary>The SQL condition that an entry is not reversed.</summary>
    /// <param name="entry">The column that holds the entry's number, such as "x.entry".</param>
    public static string NotReversed(string entry) => $"NOT EXISTS (SELECT 1 FROM reversal v WHERE v.entry = {entry})";

    /// <summary>The number of the last entry; 0 before the first.</summary>
    public async Task<long> LastNumberAsync(Transaction transaction) =>
        await transaction.FirstAsync<long?>("SELECT MAX(number) FROM entry") ?? 0;

    /// <summary>
    /// The earliest month that has an activity, or null: an entry that is neither opening stock nor an
    /// announcement and that its own month did not take back.
    /// What a later month takes back still stands in its own.
    /// </summary>
    public async Task<YearMonth?> FirstActivityAsync(Transaction transaction) =>
        await transaction.FirstAsync<string>(
            """
            SELECT month FROM entry e WHERE opening = 0 AND reverses IS NULL
            AND NOT EXISTS (SELECT 1 FROM reversal r JOIN entry v ON v.number = r.reversed_by WHERE r.entry = e.number
            AND v.month = e.month) ORDER BY month LIMIT 1
            """) is { } month
            ? Calendar.ParseMonth(month)
            : null;

    /// <summary>Writes entries with their postings.</summary>
    public async Task InsertEntriesAsync(Transaction transaction, IReadOnlyList<EntryRow> entries, IReadOnlyList<PostingRow> postings)
    {
        await transaction.InsertAsync("entry (number, kind, entry_date, month, opening, reverses, reason, actor, recorded_at)", 9,
            [.. entries.Select(e => new object?[] { e.Number, e.Kind, e.EntryDate, e.Month, e.Opening, e.Reverses, e.Reason, e.Actor, e.RecordedAt })]);
        await transaction.InsertAsync("posting (entry, line, measure, subject, amount)", 5,
            [.. postings.Select(p => new object?[] { p.Entry, p.Line, p.Measure, p.Subject, p.Amount })]);
        await transaction.InsertAsync("reversal (entry, reversed_by)", 2,
            [.. entries.Where(e => e.Reverses is not null).Select(e => new object?[] { e.Reverses, e.Number })]);
    }

    /// <summary>Adds to the running totals of months.</summary>
    public Task AddTotalsAsync(Transaction transaction, IEnumerable<TotalChange> changes) =>
        transaction.InsertAsync("total (month, measure, amount, entries)", 4,
            [.. changes.GroupBy(c => (c.Month, c.Measure))
                .Select(g => new object?[] { g.Key.Month, g.Key.Measure, g.Sum(c => c.Amount), g.Sum(c => c.Entries) })],
            "ON CONFLICT (month, measure) DO UPDATE SET amount = total.amount + excluded.amount, entries = total.entries + excluded.entries");

    /// <summary>Adds to the running totals by date.</summary>
    public Task AddDatedTotalsAsync(Transaction transaction, IEnumerable<TotalChange> changes) =>
        transaction.InsertAsync("dated_total (measure, month, entry_date, amount, entries)", 5,
            [.. changes.GroupBy(c => (c.Measure, c.Month, c.EntryDate))
                .Select(g => new object?[] { g.Key.Measure, g.Key.Month, g.Key.EntryDate, g.Sum(c => c.Amount), g.Sum(c => c.Entries) })],
            """
            ON CONFLICT (measure, month, entry_date) DO UPDATE
            SET amount = dated_total.amount + excluded.amount, entries = dated_total.entries + excluded.entries
            """);

    /// <summary>Adds to the running totals by subject.</summary>
    public Task AddSubjectTotalsAsync(Transaction transaction, IEnumerable<PostingLine> lines) =>
        transaction.InsertAsync("subject_total (subject, measure, amount)", 3,
            [.. lines.GroupBy(l => (l.Subject, l.Measure)).Select(g => new object?[] { g.Key.Subject, g.Key.Measure, g.Sum(l => l.Amount) })],
            "ON CONFLICT (subject, measure) DO UPDATE SET amount = subject_total.amount + excluded.amount");

    /// <summary>The running totals of a subject, such as an order, by measure over all time.</summary>
    public async Task<IReadOnlyDictionary<string, long>> SubjectAsync(Transaction transaction, string subject) =>
        (await transaction.QueryAsync<(string Measure, long Amount)>(
            "SELECT measure, amount FROM subject_total WHERE subject = @subject", new { subject }))
        .ToDictionary(row => row.Measure, row => row.Amount);

    /// <summary>The running totals a month's statement is made from.</summary>
    /// <param name="transaction">Where to read.</param>
    /// <param name="month">The month.</param>
    /// <param name="isFirst">Whether no month before it was ever closed.</param>
    public async Task<Totals> TotalsAsync(Transaction transaction, YearMonth month, bool isFirst)
    {
        var of = new { month = month.ToIso() };
        var ofMonth = await transaction.QueryAsync<TotalRow>(
            "SELECT measure, amount, entries FROM total WHERE month = @month", of);
        var through = await transaction.QueryAsync<TotalRow>(
            """
            SELECT measure, CAST(SUM(amount) AS BIGINT) AS amount, CAST(SUM(entries) AS BIGINT) AS entries FROM total
            WHERE month <= @month GROUP BY measure
            """, of);
        var dated = await transaction.QueryAsync<DatedRow>(
            "SELECT measure, month, entry_date, amount, entries FROM dated_total");
        return new Totals(month, isFirst, ofMonth, through, dated);
    }

    /// <summary>The changes of a stock by its own date, first to last: for rules that look at any date.</summary>
    public async Task<IReadOnlyList<(LocalDate Date, long Amount)>> ChangesAsync(Transaction transaction, string measure) =>
        (await transaction.QueryAsync<(string Date, long Amount)>(
            """
            SELECT entry_date, CAST(SUM(amount) AS BIGINT) FROM dated_total WHERE measure = @measure AND (entries <> 0 OR amount <> 0)
            GROUP BY entry_date ORDER BY entry_date
            """,
            new { measure }))
        .Select(row => (Calendar.ParseDate(row.Date)!.Value, row.Amount)).ToList();

    /// <summary>An entry with its postings and what reversed it, or null.</summary>
    public async Task<(RecordedEntry Entry, long? ReversedBy)?> FindEntryAsync(Transaction transaction, long number)
    {
        var row = await transaction.FirstAsync<EntryRow>($"SELECT {EntryColumns} FROM entry e WHERE e.number = @number", new { number });
        if (row is null)
            return null;
        var reversedBy = await transaction.FirstAsync<long?>("SELECT reversed_by FROM reversal WHERE entry = @number", new { number });
        var postings = await PostingsAsync(transaction, [number]);
        var lines = postings.Select(p => new PostingLine(p.Measure, p.Amount, p.Subject)).ToList();
        return (new RecordedEntry(row.Number, row.Kind, Calendar.ParseDate(row.EntryDate)!.Value, Calendar.ParseMonth(row.Month)!.Value,
            ClassOf(row, lines), row.Reverses, lines), reversedBy);
    }

    private static EntryClass ClassOf(EntryRow row, IReadOnlyList<PostingLine> lines)
    {
        if (row.Opening == 0)
            return EntryClass.Activity;
        return lines.All(line => MeasureCatalog.IsOfRegister(line.Measure)) ? EntryClass.Announcement : EntryClass.OpeningStock;
    }

    /// <summary>Writes that a credit note takes an amount from a posting of an entry.</summary>
    public Task InsertCreditAsync(Transaction transaction, long creditNote, long entry, string measure, long amount) =>
        transaction.ExecuteAsync("INSERT INTO credit (entry, credits, measure, amount) VALUES (@creditNote, @entry, @measure, @amount)",
            new { creditNote, entry, measure, amount });

    /// <summary>What standing credit notes took from a posting of an entry, zero or more.</summary>
    public Task<long> CreditedAsync(Transaction transaction, long entry, string measure) =>
        transaction.FirstAsync<long>($"SELECT {Credited("@entry", "@measure")}", new { entry, measure });

    /// <summary>The first credit note of an entry that stands, or null.</summary>
    public Task<long?> FirstCreditAsync(Transaction transaction, long entry) =>
        transaction.FirstAsync<long?>($"SELECT MIN(c.entry) FROM credit c WHERE c.credits = @entry AND {NotReversed("c.entry")}", new { entry });

    /// <summary>A page of a month's entries by number.</summary>
    public Task<IReadOnlyList<EntryRow>> ListEntriesAsync(Transaction transaction, YearMonth month, string kind, long after, int limit) =>
        transaction.QueryAsync<EntryRow>(
            $"""
            SELECT {EntryColumns}, COALESCE(r.reversed_by, 0) AS reversed_by, COALESCE(c.credits, 0) AS credits
            FROM entry e LEFT JOIN reversal r ON r.entry = e.number LEFT JOIN credit c ON c.entry = e.number
            WHERE e.month = @month AND e.number > @after AND (@kind = '' OR e.kind = @kind) ORDER BY e.number LIMIT @limit
            """,
            new { month = month.ToIso(), kind, after, limit });

    /// <summary>The postings of entries.</summary>
    public Task<IReadOnlyList<PostingRow>> PostingsAsync(Transaction transaction, IReadOnlyList<long> entries) =>
        transaction.QueryAsync<PostingRow>(
            $"""
            SELECT p.entry, p.line, p.measure, p.subject, p.amount, {Credited("p.entry", "p.measure")} AS credited FROM posting p
            WHERE p.entry IN @entries ORDER BY p.entry, p.line
            """,
            new { entries });

    /// <summary>The number of entries.</summary>
    public Task<long> CountEntriesAsync(Transaction transaction) => transaction.FirstAsync<long>("SELECT COUNT(*) FROM entry");

    /// <summary>
    /// The running totals that differ from the sums of the postings they stand for: (what, recorded, recomputed). A total that is absent
    /// counts as zero. The number of postings that stand is compared like the amount: it tells a stated zero from nothing.
    /// </summary>
    public async Task<IReadOnlyList<TotalDifference>> CompareTotalsAsync(Transaction transaction)
    {
        const string Entries = "posting p JOIN entry e ON e.number = p.entry LEFT JOIN entry o ON o.number = e.reverses";
        const string Standing = "CASE WHEN o.month = e.month THEN -1 ELSE 1 END";
        const string MonthKey = "e.month || ' ' || p.measure";
        const string DatedKey = "p.measure || ' ' || e.month || ' ' || e.entry_date";
        const string TotalOfDate = "measure || ' ' || month || ' ' || entry_date";
        var subjects = await transaction.QueryAsync<TotalDifference>(Difference(
            "p.subject || ' ' || p.measure", "posting p", "p.subject <> ''", "subject || ' ' || measure", "subject_total", "amount", "p.amount"));
        var differences = new List<TotalDifference>();
        foreach (var (column, of) in new[] { ("amount", "p.amount"), ("entries", Standing) })
        {
            differences.AddRange(await transaction.QueryAsync<TotalDifference>(Difference(
                MonthKey, Entries, "TRUE", "month || ' ' || measure", "total", column, of)));
            differences.AddRange(await transaction.QueryAsync<TotalDifference>(Difference(
                DatedKey, Entries, "p.measure IN @measures", TotalOfDate, "dated_total", column, of), new { measures = _byDate }));
        }

        return [.. differences, .. subjects];
    }

    private static string Credited(string entry, string measure) =>
        $"""
        CAST(COALESCE((SELECT SUM(c.amount) FROM credit c WHERE c.credits = {entry} AND c.measure = {measure}
        AND {NotReversed("c.entry")}), 0) AS BIGINT)
        """;

    private static string Difference(string entryKey, string entries, string where, string totalKey, string totals, string column, string of) =>
        $"""
        SELECT what, CAST(SUM(recorded) AS BIGINT) AS recorded, CAST(SUM(recomputed) AS BIGINT) AS recomputed FROM (
        SELECT {totalKey} || ' {column}' AS what, {column} AS recorded, 0 AS recomputed FROM {totals}
        UNION ALL SELECT {entryKey} || ' {column}', 0, SUM({of}) FROM {entries} WHERE {where} GROUP BY {entryKey}
        ) both_sides GROUP BY what HAVING SUM(recorded) <> SUM(recomputed) ORDER BY what
        """;
}

/// <summary>What one posting adds to a running total.</summary>
public sealed record TotalChange(string Month, string EntryDate, string Measure, long Amount, int Entries);

/// <summary>A running total that does not follow from the entries.</summary>
public sealed record TotalDifference(string What, long Recorded, long Recomputed)
{
    private TotalDifference()
        : this("", 0, 0)
    {
    }
}
