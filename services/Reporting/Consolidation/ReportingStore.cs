using System.Runtime.CompilerServices;
using Iij.Contracts;
using Iij.Platform;

namespace Iij.Reporting;

/// <summary>The SQL of received events, facts and decisions.</summary>
public sealed class ReportingStore
{
    private const string EventColumns =
        """
        knowledge, source, incarnation, sequence, event_id, transition, month, revision, occurred_at, actor, reason,
        schema_name, digest, received_at, traceparent, waivers, key_id, signature, body_hash
        """;

    private static readonly Table _events = new("received_event", "knowledge", "source", "incarnation", "sequence", "event_id", "transition", "month",
        "revision", "occurred_at", "actor", "reason", "schema_name", "body", "digest", "received_at", "traceparent", "waivers", "key_id", "signature",
        "body_hash");

    private static readonly Table _facts = new("fact", "knowledge", "measure", "subject", "fact_date", "unscaled", "scale");

    private readonly ConditionalWeakTable<Transaction, object> _taken = [];

    /// <summary>The last number of knowledge.</summary>
    public Task<long> LastKnowledgeAsync(Transaction transaction) =>
        transaction.FirstAsync<long>("SELECT last FROM knowledge WHERE id = 1");

    /// <summary>Takes the next sequence positions and returns the first; they follow the order of commits, since writers wait for each other.</summary>
    public async Task<long> NextKnowledgeAsync(Transaction transaction, int count = 1)
    {
        await transaction.ExecuteAsync("UPDATE knowledge SET last = last + @count WHERE id = 1", new { count });
        var first = await LastKnowledgeAsync(transaction) - count + 1;
        _taken.TryAdd(transaction, first - 1);
        return first;
    }

    /// <summary>The last position before those that a transaction took; null where it took none.</summary>
    public long? FirstBeforeOf(Transaction transaction) => _taken.TryGetValue(transaction, out var before) ? (long)before : null;

    /// <summary>The events received from one source with these sequence numbers.</summary>
    public Task<IReadOnlyList<ReceivedEvent>> FindEventsAsync(Transaction transaction, string source, IReadOnlyList<long> sequences) =>
        transaction.QueryAsync<ReceivedEvent>(
            $"SELECT {EventColumns} FROM received_event WHERE source = @source AND sequence IN @sequences", new { source, sequences });

    /// <summary>The statements received of one source for these months.</summary>
    public Task<IReadOnlyList<ReceivedEvent>> FindStatementsAsync(Transaction transaction, string source, IReadOnlyList<string> months) =>
        transaction.QueryAsync<ReceivedEvent>(
            $"SELECT {EventColumns} FROM received_event WHERE source = @source AND schema_name <> '' AND month IN @months", new { source, months });

    /// <summary>The statement of a received event, byte for byte.</summary>
    public Task<string?> FindBodyAsync(Transaction transaction, long knowledge) =>
        transaction.FirstAsync<string>("SELECT body FROM received_event WHERE knowledge = @knowledge", new { knowledge });

    /// <summary>The statements' texts after a number, in order.</summary>
    public Task<IReadOnlyList<(long Knowledge, string Body)>> ListBodiesAsync(Transaction transaction, long after, int limit) =>
        transaction.QueryAsync<(long Knowledge, string Body)>(
            "SELECT knowledge, body FROM received_event WHERE knowledge > @after ORDER BY knowledge LIMIT @limit", new { after, limit });

    /// <summary>The events known after a number, in order.</summary>
    public Task<IReadOnlyList<ReceivedEvent>> ListEventsAsync(Transaction transaction, long after) =>
        transaction.QueryAsync<ReceivedEvent>(
            $"SELECT {EventColumns} FROM received_event WHERE knowledge > @after ORDER BY knowledge", new { after });

    /// <summary>The facts known after a number, by the knowledge of their event.</summary>
    public async Task<IReadOnlyList<(long Knowledge, Fact Fact)>> ListFactsAsync(Transaction transaction, long after) =>
        (await transaction.QueryAsync<(long Knowledge, string Measure, string Subject, string Date, long Unscaled, long Scale)>(
            "SELECT knowledge, measure, subject, fact_date, unscaled, CAST(scale AS BIGINT) FROM fact WHERE knowledge > @after", new { after }))
        .Select(row => (row.Knowledge, new Fact(row.Measure, row.Subject, row.Date, row.Unscaled, (int)row.Scale)))
        .ToList();

    /// <summary>Writes events with their bodies and facts.</summary>
    public async Task InsertEventsAsync(
        Transaction transaction, IReadOnlyList<(ReceivedEvent Event, string Body, IReadOnlyList<Fact> Facts)> events)
    {
        await transaction.InsertAsync(_events, events.Select(row => (row.Event, row.Body)).Select(row => new object?[]
        {
            row.Event.Knowledge, row.Event.Source, row.Event.Incarnation, row.Event.Sequence, row.Event.EventId, row.Event.Transition,
            row.Event.Month, row.Event.Revision, row.Event.OccurredAt, row.Event.Actor, row.Event.Reason, row.Event.SchemaName, row.Body,
            row.Event.Digest, row.Event.ReceivedAt, row.Event.TraceParent, row.Event.Waivers, row.Event.KeyId, row.Event.Signature,
            row.Event.BodyHash,
        }));
        await transaction.InsertAsync(_facts, events.SelectMany(row => row.Facts.Select(fact => new object?[]
        {
            row.Event.Knowledge, fact.Measure, fact.Subject, fact.Date, fact.Unscaled, (short)fact.Scale,
        })));
    }

    /// <summary>The decisions after a number, in order.</summary>
    public Task<IReadOnlyList<GroupDecision>> ListDecisionsAsync(Transaction transaction, long after) =>
        transaction.QueryAsync<GroupDecision>(
            """
            SELECT knowledge, kind, source, incarnation, month, revision, period, edition, lines_version, reason,
            actor, decided_at FROM decision WHERE knowledge > @after ORDER BY knowledge
            """,
            new { after });

    /// <summary>Writes a decision.</summary>
    public Task InsertDecisionAsync(Transaction transaction, GroupDecision decision) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO decision (knowledge, kind, source, incarnation, month, revision, period, edition, lines_version, reason, actor, decided_at)
            VALUES (@Knowledge, @Kind, @Source, @Incarnation, @Month, @Revision, @Period, @Edition, @LinesVersion, @Reason, @Actor, @DecidedAt)
            """,
            decision);
}
