using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>The SQL of periods, statements, events, control totals and the outbox.</summary>
public sealed class PeriodStore
{
    /// <summary>The table whose identity in PostgreSQL shows that a database is a copy.</summary>
    public const string SourceTable = "source";

    private const string EventColumns =
        """
        e.event_id, s.name AS source, s.incarnation, e.transition, e.month, e.revision, e.sequence, e.occurred_at, e.actor, e.reason,
        COALESCE(t.schema_name, '') AS schema_name, COALESCE(t.body, '') AS body, COALESCE(t.waivers, '') AS waiver_text,
        COALESCE(g.key_id, '') AS key_id, COALESCE(g.signature, '') AS signature
        """;

    private const string EventTables =
        """
        period_event e CROSS JOIN source s LEFT JOIN statement t ON e.has_statement = 1 AND t.month = e.month AND t.revision = e.revision
        LEFT JOIN event_signature g ON g.incarnation = s.incarnation AND g.sequence = e.sequence
        """;

    /// <summary>The identity of the source; null before <see cref="CreateSourceAsync"/>.</summary>
    public Task<SourceRow?> FindSourceAsync(Transaction transaction) =>
        transaction.FirstAsync<SourceRow>(
            "SELECT name, incarnation, last_sequence, evidence FROM source");

    /// <summary>Names the source of a new database.</summary>
    public Task CreateSourceAsync(Transaction transaction, string name, string incarnation, string evidence) =>
        transaction.ExecuteAsync(
            "INSERT INTO source (id, name, incarnation, last_sequence, evidence) VALUES (1, @name, @incarnation, 0, @evidence)",
            new { name, incarnation, evidence });

    /// <summary>Stores the evidence of the database's identity.</summary>
    public Task SetEvidenceAsync(Transaction transaction, string evidence) =>
        transaction.ExecuteAsync("UPDATE source SET evidence = @evidence WHERE id = 1", new { evidence });

    /// <summary>Ends an incarnation and begins the next; every event of this database is of the next from then on.</summary>
    public async Task InsertIncarnationAsync(Transaction transaction, SourceRow ended, string begun, string actor, string reason, long at)
    {
        ArgumentNullException.ThrowIfNull(ended);
        await transaction.ExecuteAsync(
            """
            INSERT INTO incarnation (number, ended, begun, last_sequence, actor, reason, begun_at)
            SELECT COALESCE(MAX(number), 0) + 1, @Incarnation, @begun, @LastSequence, @actor, @reason, @at FROM incarnation
            """,
            new { ended.Incarnation, begun, ended.LastSequence, actor, reason, at });
        await transaction.ExecuteAsync("UPDATE source SET incarnation = @begun WHERE id = 1", new { begun });
    }

    /// <summary>The id of the event with a sequence number, or null.</summary>
    public Task<string?> FindEventIdAsync(Transaction transaction, long sequence) =>
        transaction.FirstAsync<string>("SELECT event_id FROM period_event WHERE sequence = @sequence", new { sequence });

    /// <summary>
    /// Takes the next sequence number, and returns the source with it as its last: a counter row in this transaction, so that numbers have
    /// no gaps.
    /// </summary>
    public async Task<SourceRow> NextSequenceAsync(Transaction transaction)
    {
        await transaction.ExecuteAsync("UPDATE source SET last_sequence = last_sequence + 1 WHERE id = 1");
        return (await FindSourceAsync(transaction))!;
    }

    /// <summary>The query of the periods with their states alone, which is all that a <see cref="PostingCalendar"/> looks at.</summary>
    public const string States = "SELECT month, state AS state_name, revision, impacted AS impacted_flag, prepared_by FROM period ORDER BY month";

    /// <summary>The periods that have a state, oldest first, with the editions that lock them.</summary>
    public async Task<IReadOnlyList<PeriodRow>> ListAsync(Transaction transaction)
    {
        var rows = await transaction.QueryAsync<PeriodRow>(States);
        var locks = (await EditionLockStore.ListLocksAsync(transaction)).Where(row => row.Edition.Length > 0).ToLookup(row => row.Month, row => row.Edition);
        var rejections = (await EditionLockStore.ListRejectionsAsync(transaction)).Where(row => row.Reason.Length > 0)
            .ToDictionary(row => (row.Month, row.Revision));
        return [.. rows.Select(row => row with
        {
            Editions = [.. locks[row.Month]], Rejection = rejections.GetValueOrDefault((row.Month, row.Revision)),
        })];
    }

    /// <summary>Writes a period's state.</summary>
    public Task SaveAsync(Transaction transaction, PeriodRow period) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO period (month, state, revision, impacted, prepared_by) VALUES (@Month, @StateName, @Revision, @ImpactedFlag, @PreparedBy)
            ON CONFLICT (month) DO UPDATE SET state = excluded.state, revision = excluded.revision, impacted = excluded.impacted,
            prepared_by = excluded.prepared_by
            """,
            period);

    /// <summary>Fixes a statement with its waivers.</summary>
    public Task InsertStatementAsync(Transaction transaction, YearMonth month, int revision, Statement statement, string waivers) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO statement (month, revision, schema_name, body, digest, waivers, last_entry)
            SELECT @month, @revision, @Schema, @Body, @Digest, @waivers, COALESCE(MAX(number), 0) FROM entry
            """,
            new { month = month.ToIso(), revision, statement.Schema, statement.Body, statement.Digest, waivers });

    /// <summary>The statement of a revision, or null.</summary>
    public Task<StatementRow?> FindStatementAsync(Transaction transaction, YearMonth month, int revision) =>
        transaction.FirstAsync<StatementRow>(
            "SELECT schema_name, body, digest, waivers AS waiver_text FROM statement WHERE month = @month AND revision = @revision",
            new { month = month.ToIso(), revision });

    /// <summary>The number of the last entry that a revision's statement has, in its month or in another; null without such a revision.</summary>
    public Task<long?> FindLastEntryAsync(Transaction transaction, YearMonth month, int revision) =>
        transaction.FirstAsync<long?>(
            """
            SELECT COALESCE(t.last_entry, (SELECT MAX(n.number) FROM entry n WHERE n.recorded_at <= e.occurred_at), 0)
            FROM statement t JOIN period_event e ON e.month = t.month AND e.revision = t.revision AND e.has_statement = 1
            WHERE t.month = @month AND t.revision = @revision
            """,
            new { month = month.ToIso(), revision });

    /// <summary>Writes an event with its signature, and puts it into the outbox.</summary>
    public async Task InsertEventAsync(Transaction transaction, EventRow row)
    {
        await transaction.ExecuteAsync(
            """
            INSERT INTO period_event (sequence, event_id, transition, month, revision, has_statement, occurred_at, actor, reason)
            VALUES (@Sequence, @EventId, @Transition, @Month, @Revision, @StatementFlag, @OccurredAt, @Actor, @Reason)
            """,
            row);
        await InsertSignatureAsync(transaction, row);
        await transaction.ExecuteAsync(
            "INSERT INTO outbox (sequence, attempts, not_before, traceparent) VALUES (@Sequence, 0, 0, @TraceParent)", row);
    }

    /// <summary>Writes the signature of an event in its incarnation.</summary>
    public Task InsertSignatureAsync(Transaction transaction, EventRow row) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO event_signature (incarnation, sequence, key_id, signature)
            VALUES (@Incarnation, @Sequence, @KeyId, @Signature)
            """,
            row);

    /// <summary>The events without a signature in the present incarnation, in order.</summary>
    public Task<IReadOnlyList<EventRow>> ListUnsignedAsync(Transaction transaction) =>
        transaction.QueryAsync<EventRow>($"SELECT {EventColumns} FROM {EventTables} WHERE g.sequence IS NULL ORDER BY e.sequence");

    /// <summary>The signatures of events in earlier incarnations.</summary>
    public Task<IReadOnlyList<SignatureRow>> ListSignaturesAsync(Transaction transaction, IReadOnlyList<long> sequences) =>
        transaction.QueryAsync<SignatureRow>(
            "SELECT incarnation, sequence, key_id, signature FROM event_signature WHERE sequence IN @sequences", new { sequences });

    /// <summary>The last event that was recorded before events were signed; 0 where there is none.</summary>
    public Task<long> LastBeforeSigningAsync(Transaction transaction) =>
        transaction.FirstAsync<long>("SELECT last_before FROM signing WHERE id = 1");

    /// <summary>The events after a sequence number, in order.</summary>
    public Task<IReadOnlyList<EventRow>> ListEventsAsync(Transaction transaction, long after, int limit) =>
        transaction.QueryAsync<EventRow>(
            $"SELECT {EventColumns} FROM {EventTables} WHERE e.sequence > @after ORDER BY e.sequence LIMIT @limit", new { after, limit });

    /// <summary>
    /// Claims waiting outbox rows until a moment: another relay passes them over until then, and they come back by themselves
    /// where this one dies.
    /// </summary>
    /// <param name="transaction">Where to claim.</param>
    /// <param name="skipLocked">As the engine has it.</param>
    /// <param name="now">Microseconds since 1970 UTC.</param>
    /// <param name="until">Until when the rows are claimed.</param>
    /// <param name="farthest">A row that waits beyond this moment was claimed before the clock was set back, and waits for nothing.</param>
    /// <param name="limit">The number of rows at most.</param>
    public Task<IReadOnlyList<long>> ClaimOutboxAsync(
        Transaction transaction, string skipLocked, long now, long until, long farthest, int limit) =>
        transaction.QueryAsync<long>(
            $"""
            UPDATE outbox SET not_before = @until, attempts = attempts + 1 WHERE sequence IN
            (SELECT sequence FROM outbox WHERE not_before <= @now OR not_before > @farthest ORDER BY sequence LIMIT @limit {skipLocked})
            RETURNING sequence
            """,
            new { now, until, farthest, limit });

    /// <summary>The events of claimed rows.</summary>
    public Task<IReadOnlyList<EventRow>> FindEventsAsync(Transaction transaction, IReadOnlyList<long> sequences) =>
        transaction.QueryAsync<EventRow>(
            $"SELECT {EventColumns}, o.traceparent AS TraceParent FROM {EventTables} JOIN outbox o ON o.sequence = e.sequence "
            + "WHERE e.sequence IN @sequences ORDER BY e.sequence", new { sequences });

    /// <summary>Removes what was published.</summary>
    public Task<int> DeleteOutboxAsync(Transaction transaction, IReadOnlyList<long> sequences) =>
        transaction.ExecuteAsync("DELETE FROM outbox WHERE sequence IN @sequences", new { sequences });

    /// <summary>Delays rows that could not be published: half a second for each attempt so far, ten seconds at most.</summary>
    public Task<int> PostponeOutboxAsync(Transaction transaction, IReadOnlyList<long> sequences, long now) =>
        transaction.ExecuteAsync(
            "UPDATE outbox SET not_before = @now + CASE WHEN attempts < 20 THEN attempts * 500000 ELSE 10000000 END WHERE sequence IN @sequences",
            new { sequences, now });

    /// <summary>How many events wait in the outbox, and when the oldest of them was committed (microseconds since 1970 UTC; 0 for none).</summary>
    public Task<(long Count, long OldestAt)> BacklogAsync(Transaction transaction) =>
        transaction.FirstAsync<(long Count, long OldestAt)>(
            "SELECT COUNT(*), COALESCE(MIN(e.occurred_at), 0) FROM outbox o JOIN period_event e ON e.sequence = o.sequence");

    /// <summary>Declares a control total.</summary>
    public Task InsertControlTotalAsync(Transaction transaction, YearMonth month, string measure, long amount, string actor, long at) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO control_total (id, month, measure, amount, actor, declared_at)
            SELECT COALESCE(MAX(id), 0) + 1, @month, @measure, @amount, @actor, @at FROM control_total
            """,
            new { month = month.ToIso(), measure, amount, actor, at });

    /// <summary>The last declared control total of each measure of a month.</summary>
    public Task<IReadOnlyList<(string Measure, long Amount)>> ListControlTotalsAsync(Transaction transaction, YearMonth month) =>
        transaction.QueryAsync<(string Measure, long Amount)>(
            """
            SELECT measure, amount FROM control_total c WHERE month = @month AND id =
            (SELECT MAX(id) FROM control_total d WHERE d.month = c.month AND d.measure = c.measure) ORDER BY measure
            """,
            new { month = month.ToIso() });
}
