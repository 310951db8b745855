using Iij.Platform;

namespace Iij.Reporting;

/// <summary>The SQL of dead letters and of the actions on them.</summary>
public sealed class DeadLetterStore
{
    private const string Columns =
        """
        number, content_hash, reason, detail, source, sequence, event_id, message, received_at,
        COALESCE((SELECT a.kind FROM dead_letter_action a WHERE a.letter = quarantine.number AND a.kind <> 'Refused'), 'Open') AS state
        """;

    private const string IsOpen =
        "NOT EXISTS (SELECT 1 FROM dead_letter_action a WHERE a.letter = quarantine.number AND a.kind <> 'Refused')";

    /// <summary>Inserts a dead letter; 0 where the same message is stored already.</summary>
    public Task<int> InsertAsync(Transaction transaction, DeadLetterRow row) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO quarantine (number, content_hash, reason, detail, source, sequence, event_id, message, received_at)
            SELECT COALESCE(MAX(number), 0) + 1, @ContentHash, @Reason, @Detail, @Source, @Sequence, @EventId, @Message, @ReceivedAt
            FROM quarantine WHERE TRUE ON CONFLICT (content_hash) DO NOTHING
            """,
            row);

    /// <summary>A page of dead letters by number.</summary>
    public Task<IReadOnlyList<DeadLetterRow>> ListAsync(Transaction transaction, DeadLetterQuery query, int limit) =>
        transaction.QueryAsync<DeadLetterRow>(
            $"""
            SELECT number, content_hash, reason, detail, source, sequence, event_id, message, received_at, state
            FROM (SELECT {Columns} FROM quarantine WHERE number > @After) letter
            WHERE (@State = '' OR state = @State) AND (@Reason = '' OR reason = @Reason) AND (@Source = '' OR source = @Source)
            ORDER BY number LIMIT @limit
            """,
            new { query.After, query.State, query.Reason, query.Source, limit });

    /// <summary>How many open ones a query has.</summary>
    public Task<long> CountOpenAsync(Transaction transaction, DeadLetterQuery query) =>
        transaction.FirstAsync<long>(
            $"""
            SELECT COUNT(*) FROM quarantine WHERE number > @After AND (@Reason = '' OR reason = @Reason) AND (@Source = '' OR source = @Source)
            AND {IsOpen}
            """,
            query);

    /// <summary>How many are open by reason and source, the largest number first.</summary>
    public Task<IReadOnlyList<DeadLetterCountRow>> CountByReasonAsync(Transaction transaction) =>
        transaction.QueryAsync<DeadLetterCountRow>(
            $"""
            SELECT reason, source, COUNT(*) AS letters FROM quarantine WHERE {IsOpen} GROUP BY reason, source
            ORDER BY COUNT(*) DESC, reason, source
            """);

    /// <summary>The open ones that carry an event of a source with one of these sequence numbers.</summary>
    public Task<IReadOnlyList<DeadLetterRow>> FindOpenAsync(Transaction transaction, string source, IReadOnlyList<long> sequences) =>
        transaction.QueryAsync<DeadLetterRow>(
            $"SELECT {Columns} FROM quarantine WHERE source = @source AND sequence IN @sequences AND {IsOpen} ORDER BY number",
            new { source, sequences });

    /// <summary>One of them, or null.</summary>
    public Task<DeadLetterRow?> FindAsync(Transaction transaction, long number) =>
        transaction.FirstAsync<DeadLetterRow>($"SELECT {Columns} FROM quarantine WHERE number = @number", new { number });

    /// <summary>The sequence numbers of a source with a contradicting message.</summary>
    public Task<IReadOnlyList<long>> ContradictedAsync(Transaction transaction, string source) =>
        transaction.QueryAsync<long>(
            "SELECT DISTINCT sequence FROM quarantine WHERE source = @source AND reason = 'CONTRADICTS_FACT'", new { source });

    /// <summary>How many are open.</summary>
    public Task<long> CountOpenAsync(Transaction transaction) =>
        transaction.FirstAsync<long>(
            $"SELECT COUNT(*) FROM quarantine WHERE {IsOpen}");

    /// <summary>The actions on one, in order.</summary>
    public Task<IReadOnlyList<DeadLetterActionRow>> ListActionsAsync(Transaction transaction, long letter) =>
        transaction.QueryAsync<DeadLetterActionRow>(
            """
            SELECT letter, kind, outcome, actor, reason, acted_at
            FROM dead_letter_action WHERE letter = @letter ORDER BY step
            """,
            new { letter });

    /// <summary>Stores an action.</summary>
    public Task InsertActionAsync(Transaction transaction, DeadLetterActionRow row) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO dead_letter_action (letter, step, kind, outcome, actor, reason, acted_at)
            SELECT @Letter, COALESCE(MAX(step), 0) + 1, @Kind, @Outcome, @Actor, @Reason, @ActedAt FROM dead_letter_action WHERE letter = @Letter
            """,
            row);
}
