using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Iij.Platform;

/// <summary>
/// The embedded engine: one file, write-ahead log, synchronous FULL, so that what was acknowledged survives a power cut.
/// SQLite has one writer at a time; writers of a process queue before it, in <see cref="Database"/>, instead of spinning on "busy".
/// </summary>
public sealed class SqliteEngine : IEngine
{
    private readonly string _connectionString;
    private readonly Dictionary<Table, SqliteCommand> _insertions = [];
    private SqliteConnection? _writer;
    private volatile bool _isForgotten;

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
    public string Dialect(string sql) => sql;

    /// <inheritdoc/>
    // Row by row: a prepared statement costs less than a long one that is prepared each time, and there is no round trip.
    public Task InsertAsync(DbConnection connection, DbTransaction transaction, IReadOnlyList<(Table Table, IReadOnlyList<object?[]> Rows)> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        foreach (var (table, rows) in tables)
        {
            var insertion = Insertion(table);
            insertion.Transaction = (SqliteTransaction)transaction;
            foreach (var row in rows)
            {
                for (var i = 0; i < row.Length; i++)
                    insertion.Parameters[i].Value = row[i] ?? DBNull.Value;
                insertion.ExecuteNonQuery();
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<Transaction> BeginReadAsync(CancellationToken cancel)
    {
        var connection = await OpenAsync(cancel);
        try
        {
            return new Transaction(connection, connection.BeginTransaction(deferred: true), this);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    // There is one writer at a time, and its connection is kept with the statements that are prepared on it.
    public async Task<Transaction> BeginWriteAsync(CancellationToken cancel)
    {
        if (_isForgotten)
            CloseWriter();
        _writer ??= await OpenAsync(cancel);
        return new Transaction(_writer, _writer.BeginTransaction(deferred: false), this, keepsConnection: true);
    }

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
        if (IsUnavailable(error))
            _isForgotten = true; // the writer may be in use: the next transaction closes it
    }

    /// <inheritdoc/>
    public Task<string> EvidenceAsync(Transaction transaction, string table) => Task.FromResult(""); // a file's copy is the file

    /// <inheritdoc/>
    public bool IsOutOfRange(Exception error) => error is SqliteException { SqliteExtendedErrorCode: 275 }; // SQLITE_CONSTRAINT_CHECK

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        CloseWriter();
        using (var connection = new SqliteConnection(_connectionString))
            SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    private SqliteCommand Insertion(Table table)
    {
        if (_insertions.TryGetValue(table, out var insertion))
            return insertion;
        insertion = _writer!.CreateCommand();
        insertion.CommandText = $"INSERT INTO {table.Name} ({string.Join(", ", table.Columns)}) "
            + $"VALUES ({string.Join(", ", table.Columns.Select(column => "@" + column))}){table.OnConflict()}";
        foreach (var column in table.Columns)
            insertion.Parameters.Add(new SqliteParameter { ParameterName = "@" + column });
        return _insertions[table] = insertion;
    }

    private void CloseWriter()
    {
        foreach (var insertion in _insertions.Values)
            insertion.Dispose();
        _insertions.Clear();
        _writer?.Dispose();
        (_writer, _isForgotten) = (null, false);
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
