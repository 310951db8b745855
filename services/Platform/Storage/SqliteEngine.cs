using Microsoft.Data.Sqlite;

namespace Iij.Platform;

/// <summary>
/// The embedded engine: one file, write-ahead log, synchronous FULL, so that what was acknowledged survives a power cut.
/// SQLite has one writer at a time; writers of a process queue before it, in <see cref="Database"/>, instead of spinning on "busy".
/// </summary>
public sealed class SqliteEngine : IEngine
{
    private readonly string _connectionString;

    /// <summary>Opens or creates the database file.</summary>
    public SqliteEngine(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        MakeForOwner(path);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 30, ForeignKeys = true }.ToString();
    }

    // SQLite would make it readable by everybody; the files beside it (-wal, -shm) get the rights of this one.
    private static void MakeForOwner(string path)
    {
        if (OperatingSystem.IsWindows() || File.Exists(path))
            return;
        try
        {
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another process made it, or it cannot be made: the first use of the database says why.
        }
    }

    /// <inheritdoc/>
    public string Name => "sqlite";

    /// <inheritdoc/>
    public string SkipLocked => "";

    /// <inheritdoc/>
    public Task<Transaction> BeginReadAsync(CancellationToken cancel) => BeginAsync(deferred: true, cancel);

    /// <inheritdoc/>
    public Task<Transaction> BeginWriteAsync(CancellationToken cancel) => BeginAsync(deferred: false, cancel);

    /// <inheritdoc/>
    public Task<Transaction> BeginClaimAsync(CancellationToken cancel) => BeginWriteAsync(cancel);

    /// <inheritdoc/>
    public bool IsTransient(Exception error) => error is SqliteException { SqliteErrorCode: 5 or 6 }; // SQLITE_BUSY, SQLITE_LOCKED

    /// <inheritdoc/>
    // Every error but those of a statement (1, 21, 25) and of the data (18 to 20): a file that is read-only (8), damaged (11) or not a database (26)
    // says nothing about what was to be written.
    public bool IsUnavailable(Exception error) => error is SqliteException { SqliteErrorCode: not (1 or 18 or 19 or 20 or 21 or 25) };

    /// <inheritdoc/>
    public void Forget(Exception error)
    {
        // A file has no other address.
    }

    /// <inheritdoc/>
    public Task<string> EvidenceAsync(Transaction transaction, string table) => Task.FromResult(""); // a file's copy is the file

    /// <inheritdoc/>
    public bool IsOutOfRange(Exception error) => error is SqliteException { SqliteExtendedErrorCode: 275 }; // SQLITE_CONSTRAINT_CHECK

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(_connectionString))
            SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    private async Task<Transaction> BeginAsync(bool deferred, CancellationToken cancel)
    {
        var connection = await OpenAsync(cancel);
        try
        {
            return new Transaction(connection, connection.BeginTransaction(deferred), sql => sql);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancel)
    {
        var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancel);
        await using var pragmas = connection.CreateCommand();
        pragmas.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";
        await pragmas.ExecuteNonQueryAsync(cancel);
        return connection;
    }
}
