using Iij.Platform;

namespace Iij.Reporting;

/// <summary>The SQL of the digests that bind the records together.</summary>
public sealed class RecordStore
{
    private const string Columns = "knowledge, digest, key_id, signature";
    private static readonly Table _digests = new("record_digest", "knowledge", "digest", "key_id", "signature");

    /// <summary>The last digest, or null.</summary>
    public Task<RecordDigestRow?> FindLastAsync(Transaction transaction) =>
        transaction.FirstAsync<RecordDigestRow>($"SELECT {Columns} FROM record_digest ORDER BY knowledge DESC LIMIT 1");

    /// <summary>The digests after a position, in order.</summary>
    public Task<IReadOnlyList<RecordDigestRow>> ListAsync(Transaction transaction, long after) =>
        transaction.QueryAsync<RecordDigestRow>($"SELECT {Columns} FROM record_digest WHERE knowledge > @after ORDER BY knowledge", new { after });

    /// <summary>The last position that was stored before positions were bound.</summary>
    public Task<long> LastBeforeAsync(Transaction transaction) =>
        transaction.FirstAsync<long>("SELECT last_before FROM record_begin WHERE id = 1");

    /// <summary>Writes digests.</summary>
    public Task InsertAsync(Transaction transaction, IReadOnlyList<RecordDigestRow> rows) =>
        transaction.InsertAsync(_digests, rows.Select(row => new object?[] { row.Knowledge, row.Digest, row.KeyId, row.Signature }));
}
