using Iij.Platform;

namespace Iij.Reporting;

/// <summary>The SQL of remarks.</summary>
public sealed class RemarkStore
{
    private static readonly Table _remarks = new("remark", "knowledge", "thread", "line", "period", "content", "resolves", "actor", "made_at");

    /// <summary>The remarks after a position, in order.</summary>
    public Task<IReadOnlyList<RemarkRow>> ListAsync(Transaction transaction, long after)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.QueryAsync<RemarkRow>(
            $"SELECT {string.Join(", ", _remarks.Columns)} FROM remark WHERE knowledge > @after ORDER BY knowledge", new { after });
    }

    /// <summary>Writes a remark.</summary>
    public Task InsertAsync(Transaction transaction, RemarkRow row)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(row);
        return transaction.InsertAsync(
            _remarks, [[row.Knowledge, row.Thread, row.Line, row.Period, row.Content, row.Resolves, row.Actor, row.MadeAt]]);
    }
}
