using Iij.Platform;

namespace Iij.Reporting.Feed;

/// <summary>The SQL of the stream's epochs.</summary>
public sealed class FeedStore
{
    /// <summary>The table whose identity in PostgreSQL shows that a database is a copy.</summary>
    public const string Table = "feed_epoch";

    /// <summary>The epoch that holds, or null.</summary>
    public Task<FeedEpoch?> FindAsync(Transaction transaction) =>
        transaction.FirstAsync<FeedEpoch>(
            "SELECT epoch, seal_key, evidence FROM feed_epoch ORDER BY number DESC LIMIT 1");

    /// <summary>Begins an epoch.</summary>
    public Task InsertAsync(Transaction transaction, FeedEpoch epoch, long at) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO feed_epoch (number, epoch, seal_key, evidence, begun_at)
            SELECT COALESCE(MAX(number), 0) + 1, @Epoch, @SealKey, @Evidence, @at FROM feed_epoch
            """,
            new { epoch.Epoch, epoch.SealKey, epoch.Evidence, at });
}
