using Iij.Platform;

namespace Iij.Reporting;

/// <summary>The SQL of editions and of approvals on their way.</summary>
public sealed class EditionStore
{
    /// <summary>The editions prepared after a position, in order.</summary>
    public Task<IReadOnlyList<EditionRow>> ListAsync(Transaction transaction, long after)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.QueryAsync<EditionRow>(
            """
            SELECT preparation, period, number, position, lines_version, vector, kind, embargo_until, digest, lock_key
            FROM edition WHERE preparation > @after ORDER BY preparation
            """,
            new { after });
    }

    /// <summary>Writes an edition.</summary>
    public Task InsertAsync(Transaction transaction, EditionRow row)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.ExecuteAsync(
            """
            INSERT INTO edition (preparation, period, number, position, lines_version, vector, kind, embargo_until, digest, lock_key)
            VALUES (@Preparation, @Period, @Number, @Position, @LinesVersion, @Vector, @Kind, @EmbargoUntil, @Digest, @LockKey)
            """,
            row);
    }

    /// <summary>The approvals that have neither ended nor, where they were abandoned, been released at every source, oldest first.</summary>
    public Task<IReadOnlyList<ApprovalRow>> ListUnfinishedAsync(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.QueryAsync<ApprovalRow>(
            """
            SELECT a.attempt, a.preparation, a.actor, a.request_id, a.content_hash, a.begun_at, COALESCE(e.step, '') AS ended
            FROM approval a LEFT JOIN approval_step e ON e.attempt = a.attempt AND e.step <> 'Released'
            WHERE NOT EXISTS (SELECT 1 FROM approval_step s WHERE s.attempt = a.attempt AND s.step IN ('Published', 'Released'))
            ORDER BY a.begun_at, a.attempt
            """);
    }

    /// <summary>Writes an approval before anything is done for it.</summary>
    public Task InsertApprovalAsync(Transaction transaction, ApprovalRow row)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.ExecuteAsync(
            """
            INSERT INTO approval (attempt, preparation, actor, request_id, content_hash, begun_at)
            VALUES (@Attempt, @Preparation, @Actor, @RequestId, @ContentHash, @BegunAt)
            """,
            row);
    }

    /// <summary>How an approval ended, Published or Abandoned; empty where it has not.</summary>
    public async Task<string> EndOfAsync(Transaction transaction, string attempt)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return await transaction.FirstAsync<string>(
            "SELECT step FROM approval_step WHERE attempt = @attempt AND step <> 'Released'", new { attempt }) ?? "";
    }

    /// <summary>Writes a step of an approval.</summary>
    public Task InsertStepAsync(Transaction transaction, string attempt, string step, string detail, long at)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.ExecuteAsync(
            "INSERT INTO approval_step (attempt, step, detail, taken_at) VALUES (@attempt, @step, @detail, @at)",
            new { attempt, step, detail, at });
    }
}
