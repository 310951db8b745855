using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>The SQL of the locks of editions and of rejected revisions.</summary>
public sealed class EditionLockStore
{
    /// <summary>Every lock, by month and edition.</summary>
    public static Task<IReadOnlyList<EditionLockRow>> ListLocksAsync(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.QueryAsync<EditionLockRow>("SELECT month, edition, lock_key FROM edition_lock ORDER BY month, edition");
    }

    /// <summary>What was said last of each revision.</summary>
    public static Task<IReadOnlyList<RejectionRow>> ListRejectionsAsync(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.QueryAsync<RejectionRow>(
            """
            SELECT month, revision, actor, reason FROM rejection r WHERE number =
            (SELECT MAX(number) FROM rejection s WHERE s.month = r.month AND s.revision = r.revision) ORDER BY number
            """);
    }

    /// <summary>Locks a month for an edition.</summary>
    public Task InsertLockAsync(Transaction transaction, YearMonth month, string edition, string key, string actor, long at)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.ExecuteAsync(
            "INSERT INTO edition_lock (month, edition, lock_key, actor, locked_at) VALUES (@month, @edition, @key, @actor, @at)",
            new { month = month.ToIso(), edition, key, actor, at });
    }

    /// <summary>Releases a month from an edition.</summary>
    public Task DeleteLockAsync(Transaction transaction, string month, string edition)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.ExecuteAsync("DELETE FROM edition_lock WHERE month = @month AND edition = @edition", new { month, edition });
    }

    /// <summary>Notes what the group said of a revision.</summary>
    public Task InsertRejectionAsync(Transaction transaction, YearMonth month, int revision, string actor, string reason, long at)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.ExecuteAsync(
            """
            INSERT INTO rejection (number, month, revision, actor, reason, noted_at)
            SELECT COALESCE(MAX(number), 0) + 1, @month, @revision, @actor, @reason, @at FROM rejection
            """,
            new { month = month.ToIso(), revision, actor, reason, at });
    }
}
