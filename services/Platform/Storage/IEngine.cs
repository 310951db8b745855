using System.Data.Common;

namespace Iij.Platform;

/// <summary>The differences between SQLite and PostgreSQL: how a transaction begins and how rows are claimed.</summary>
public interface IEngine : IAsyncDisposable
{
    /// <summary>"sqlite" or "postgres".</summary>
    string Name { get; }

    /// <summary>
    /// Appended to a SELECT that claims rows for one of several workers: skips what another has claimed. Empty where nobody writes
    /// beside the writer, so that there is nothing to skip.
    /// </summary>
    string SkipLocked { get; }

    /// <summary>The stores' SQL in the engine's own words, where those differ.</summary>
    string Dialect(string sql);

    /// <summary>Adds rows to tables, table by table in the order given; a row is its values in the order of the columns.</summary>
    Task InsertAsync(DbConnection connection, DbTransaction transaction, IReadOnlyList<(Table Table, IReadOnlyList<object?[]> Rows)> tables);

    /// <summary>Begins a transaction that reads one snapshot.</summary>
    Task<Transaction> BeginReadAsync(CancellationToken cancel);

    /// <summary>Begins a transaction that holds the database's one write lock.</summary>
    Task<Transaction> BeginWriteAsync(CancellationToken cancel);

    /// <summary>Begins a transaction that may write beside the holder of the write lock: for claims with <see cref="SkipLocked"/>.</summary>
    Task<Transaction> BeginClaimAsync(CancellationToken cancel);

    /// <summary>Whether an error is the engine's passing refusal of a whole transaction, which may be tried again.</summary>
    bool IsTransient(Exception error);

    /// <summary>
    /// Whether an error is the database's and not of what was to be read or written: it is unavailable, restarting, read-only, damaged, out of
    /// connections or out of space. Nothing was written; the same may succeed later.
    /// </summary>
    bool IsUnavailable(Exception error);

    /// <summary>Drops the connections that an error shows to be of no use, so that the next ones are new.</summary>
    void Forget(Exception error);

    /// <summary>
    /// Evidence of the identity of this database and one of its tables, which differs in a copy restored from a backup; empty where
    /// the engine has none.
    /// </summary>
    Task<string> EvidenceAsync(Transaction transaction, string table);

    /// <summary>Whether an error says that a number would leave the range that its column or int64 has.</summary>
    bool IsOutOfRange(Exception error);
}
