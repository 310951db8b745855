using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>The SQL of entries, postings and running totals.</summary>
public sealed class JournalStore
{
    private static readonly List<string> _byDate =
        [.. MeasureCatalog.Measures.Values.Where(measure => measure.ByDate).Select(measure => measure.Name)];

    private static readonly Table _entries =
        new("entry", "number", "kind", "entry_date", "month", "opening", "reverses", "reason", "actor", "recorded_at",
            "document_reference", "document_text");

    private static readonly Table _postings = new("posting", "entry", "line", "measure", "subject", "amount");
    private static readonly Table _reversals = new("reversal", "entry", "reversed_by");
    private static readonly Table _credits = new("credit", "entry", "credits", "measure", "amount");
    private static readonly Table _totals = new("total", "month", "measure", "amount", "entries") { Amounts = 2 };
    private static readonly Table _datedTotals = new("dated_total", "measure", "month", "entry_date", "amount", "entries") { Amounts = 2 };
    private static readonly Table _subjectTotals = new("subject_total", "subject", "measure", "amount") { Amounts = 1 };

    private static readonly IReadOnlyList<string> _texts =
        [.. new[] { "reason", "document_reference", "document_text" }.Select(text => $"LOWER(e.{text}) LIKE LOWER(@Pattern) ESCAPE '!'")];

    private const string EntryColumns =
        "e.number, e.kind, e.entry_date, e.month, e.opening, e.reverses, e.reason, e.actor, e.recorded_at, e.document_reference, e.document_text";

    private const string SelectEntries =
        $"""
        SELECT {EntryColumns}, COALESCE(r.reversed_by, 0) AS reversed_by, COALESCE(c.credits, 0) AS credits
        FROM entry e LEFT JOIN reversal r ON r.entry = e.number LEFT JOIN credit c ON c.entry = e.number
        """;

    /// <summary>The SQL condition that an entry is not reversed.</summary>
    /// <param name="entry">The column that holds the entry's number, such as "x.entry".</param>
    public static string NotReversed(string entry) => $"NOT EXISTS (SELECT 1 FROM reversal v WHERE v.entry = {entry})";

    /// <summary>What a batch begins with: the first answers to its requests, the periods, and the number of the last entry, 0 before the first.</summary>
    public async Task<(IReadOnlyList<AnsweredRequest> Answers, IReadOnlyList<PeriodRow> Periods, long LastNumber)> BeginAsync(
        Transaction transaction, IReadOnlyList<string> requestIds)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var (answers, periods, last) = await transaction.QueryAsync<AnsweredRequest, PeriodRow, long?>(
            RequestStore.ByIds, PeriodStore.States, "SELECT MAX(number) FROM entry", new { requestIds });
        return (answers, periods, last[0] ?? 0);
    }

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

    /// <summary>The rows of an entry: itself, its postings and, of a reversal, what it reverses.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="reason">Why it reverses or credits; empty otherwise.</param>
    /// <param name="call">Who records it, and the document that it rests on.</param>
    /// <param name="at">When, microseconds since 1970 UTC.</param>
    public static IEnumerable<TableRow> Rows(RecordedEntry entry, string reason, EntryCall call, long at)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(call);
        yield return _entries.Row(entry.Number, entry.Kind, entry.Date.ToIso(), entry.Month.ToIso(),
            (short)(entry.Class == EntryClass.Activity ? 0 : 1), entry.Reverses, reason, call.Call.Actor, at,
            call.Document.Reference, call.Document.Text);
        for (var line = 0; line < entry.Postings.Count; line++)
        {
            var (measure, amount, subject) = entry.Postings[line];
            yield return _postings.Row(entry.Number, (short)(line + 1), measure, subject, amount);
        }

        if (entry.Reverses is { } reversed)
            yield return _reversals.Row(reversed, entry.Number);
    }

    /// <summary>What an entry adds to the running totals: of its month, by date where the measure is known at any, and by subject.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="reversed">The entry that it reverses, or null.</param>
    public static IEnumerable<TableRow> TotalRows(RecordedEntry entry, RecordedEntry? reversed)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var count = entry.CountOf(reversed);
        foreach (var (measure, amount, subject) in entry.Postings)
        {
            yield return _totals.Row(entry.Month.ToIso(), measure, amount, count);
            if (MeasureCatalog.Find(measure) is { ByDate: true })
                yield return _datedTotals.Row(measure, entry.Month.ToIso(), entry.Date.ToIso(), amount, count);
            if (subject.Length > 0)
                yield return _subjectTotals.Row(subject, measure, amount);
        }
    }

    /// <summary>The row of a credit note, of which it is an own row: what it takes from a posting of an entry.</summary>
    public static TableRow Credit(long entry, string measure, long amount) => _credits.Row(entry, measure, amount);

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

    /// <summary>The changes of stocks by their own dates: for rules that look at any date.</summary>
    public async Task<DatedChanges> ChangesAsync(Transaction transaction, IReadOnlyList<string> measures) =>
        new(await transaction.QueryAsync<DatedRow>(
            "SELECT measure, month, entry_date, amount, entries FROM dated_total WHERE measure IN @measures", new { measures }));

    /// <summary>Entries with their postings and what reversed them, by number.</summary>
    public async Task<Dictionary<long, (RecordedEntry Entry, long? ReversedBy)>> FindEntriesAsync(Transaction transaction, IReadOnlyList<long> numbers)
    {
        var rows = await transaction.QueryAsync<EntryRow>(
            $"""
            SELECT {EntryColumns}, COALESCE(r.reversed_by, 0) AS reversed_by FROM entry e LEFT JOIN reversal r ON r.entry = e.number
            WHERE e.number IN @numbers
            """, new { numbers });
        var postings = (await PostingsAsync(transaction, numbers)).ToLookup(p => p.Entry, p => new PostingLine(p.Measure, p.Amount, p.Subject));
        return rows.ToDictionary(row => row.Number, row =>
        {
            var lines = postings[row.Number].ToList();
            var entry = new RecordedEntry(row.Number, row.Kind, Calendar.ParseDate(row.EntryDate)!.Value, Calendar.ParseMonth(row.Month)!.Value,
                ClassOf(row, lines), row.Reverses, lines);
            return (entry, row.ReversedBy == 0 ? (long?)null : row.ReversedBy);
        });
    }

    /// <summary>The standing credit notes of entries.</summary>
    public Task<IReadOnlyList<CreditRow>> FindCreditsAsync(Transaction transaction, IReadOnlyList<long> numbers) =>
        transaction.QueryAsync<CreditRow>(
            $"SELECT c.entry, c.credits, c.measure, c.amount FROM credit c WHERE c.credits IN @numbers AND {NotReversed("c.entry")}", new { numbers });

    private static EntryClass ClassOf(EntryRow row, IReadOnlyList<PostingLine> lines)
    {
        if (row.Opening == 0)
            return EntryClass.Activity;
        return lines.All(line => MeasureCatalog.IsOfRegister(line.Measure)) ? EntryClass.Announcement : EntryClass.OpeningStock;
    }

    /// <summary>A page of a month's entries by number.</summary>
    public Task<IReadOnlyList<EntryRow>> ListEntriesAsync(Transaction transaction, EntryQuery query, int limit) =>
        transaction.QueryAsync<EntryRow>(
            $"""
            {SelectEntries} WHERE e.month = @Month AND e.number > @After AND e.number > @Above AND e.number <= @Last{Conditions(query)}
            ORDER BY e.number LIMIT @limit
            """,
            new
            {
                query.Month,
                query.After,
                query.Above,
                query.Last,
                query.Kind,
                query.Measure,
                query.Subject,
                query.Actor,
                query.Pattern,
                query.From,
                query.To,
                limit,
            });

    /// <summary>A page of the entries that rest on a document, by number.</summary>
    // The index is of the entries that have one: without that condition it is not used.
    public Task<IReadOnlyList<EntryRow>> ListByDocumentAsync(Transaction transaction, string reference, long after, int limit) =>
        transaction.QueryAsync<EntryRow>(
            $"{SelectEntries} WHERE e.document_reference = @reference AND e.document_reference <> '' AND e.number > @after ORDER BY e.number LIMIT @limit",
            new { reference, after, limit });

    // Only what is asked for, so that the database plans for that.
    private static string Conditions(EntryQuery query)
    {
        var posting = (query.Measure.Length > 0 ? " AND p.measure = @Measure" : "") + (query.Subject.Length > 0 ? " AND p.subject = @Subject" : "");
        return (query.Kind.Length > 0 ? " AND e.kind = @Kind" : "") + (query.Actor.Length > 0 ? " AND e.actor = @Actor" : "")
            + (query.From.Length > 0 ? " AND e.entry_date >= @From" : "") + (query.To.Length > 0 ? " AND e.entry_date <= @To" : "")
            + (query.Text.Length > 0 ? $" AND ({string.Join(" OR ", _texts)})" : "")
            + (posting.Length > 0 ? $" AND EXISTS (SELECT 1 FROM posting p WHERE p.entry = e.number{posting})" : "");
    }

    /// <summary>A page of the sums of a measure's postings by subject, the largest first.</summary>
    public Task<IReadOnlyList<EntrySumRow>> ListSumsAsync(Transaction transaction, EntryQuery query, long offset, int limit) =>
        transaction.QueryAsync<EntrySumRow>(
            """
            SELECT p.subject, CAST(SUM(p.amount) AS BIGINT) AS amount, COUNT(*) AS postings FROM posting p JOIN entry e ON e.number = p.entry
            WHERE e.month = @Month AND e.number > @Above AND e.number <= @Last AND p.measure = @Measure
            GROUP BY p.subject ORDER BY ABS(SUM(p.amount)) DESC, p.subject LIMIT @limit OFFSET @offset
            """,
            new { query.Month, query.Above, query.Last, query.Measure, limit, offset });


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

/// <summary>A running total that does not follow from the entries.</summary>
public sealed record TotalDifference(string What, long Recorded, long Recomputed)
{
    private TotalDifference()
        : this("", 0, 0)
    {
    }
}
