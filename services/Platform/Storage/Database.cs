using System.Data.Common;
using Dapper;

namespace Iij.Platform;

/// <summary>
/// One database of one service. Reads see one moment; writes come one after another (the engine's write lock), so that a rule
/// checked in a write transaction holds until it commits, with one process or with several. Writers of a process wait for their turn
/// without a connection, and work within a transaction uses only that transaction, so that no writer waits for a connection that a waiter has.
/// </summary>
public sealed class Database(IEngine engine) : IAsyncDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly AsyncLocal<bool> _isInside = new();

    // A row's property ReceivedAt is filled by the column received_at: no statement spells an alias.
    static Database() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    /// <summary>The differences between SQLite and PostgreSQL.</summary>
    public IEngine Engine { get; } = engine;

    /// <summary>Runs a function that only reads, in one snapshot.</summary>
    public Task<T> ReadAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel = default) => RunAsync(Engine.BeginReadAsync, work, cancel);

    /// <summary>Runs a function in a write transaction; it commits when the function returns and rolls back when it throws.</summary>
    public async Task<T> WriteAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel = default)
    {
        RequireOutside();
        await _writer.WaitAsync(cancel);
        try
        {
            using var span = Telemetry.Begin("commit");
            return await RunAsync(Engine.BeginWriteAsync, work, cancel);
        }
        finally
        {
            _writer.Release();
        }
    }

    /// <summary>Runs a function that claims rows with <see cref="IEngine.SkipLocked"/>, beside the writer where the engine can.</summary>
    public Task<T> ClaimAsync<T>(Func<Transaction, Task<T>> work, CancellationToken cancel = default) =>
        Engine.SkipLocked.Length == 0 ? WriteAsync(work, cancel) : RunAsync(Engine.BeginClaimAsync, work, cancel);

    /// <summary>
    /// Throws where a transaction of this database is open in the caller: a second one takes a second connection, or a turn that the
    /// first one has, and the two may wait for each other.
    /// </summary>
    public void RequireOutside()
    {
        if (_isInside.Value)
            throw new InvalidOperationException("a transaction of this database is open here: work through that one");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _writer.Dispose();
    }

    private async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<Transaction>> begin, Func<Transaction, Task<T>> work, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(work);
        RequireOutside();
        await using var transaction = await begin(cancel);
        _isInside.Value = true; // until this method returns: what it sets is unseen by its caller
        var result = await work(transaction);
        await transaction.CommitAsync();
        return result;
    }
}

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

    /// <summary>Begins a transaction that reads one snapshot.</summary>
    Task<Transaction> BeginReadAsync(CancellationToken cancel);

    /// <summary>Begins a transaction that holds the database's one write lock.</summary>
    Task<Transaction> BeginWriteAsync(CancellationToken cancel);

    /// <summary>Begins a transaction that may write beside the holder of the write lock: for claims with <see cref="SkipLocked"/>.</summary>
    Task<Transaction> BeginClaimAsync(CancellationToken cancel);

    /// <summary>Whether an error is the engine's passing refusal of a whole transaction, which may be tried again.</summary>
    bool IsTransient(Exception error);

    /// <summary>Whether an error means that the database is unavailable, restarting, out of connections or out of space: nothing was written.</summary>
    bool IsUnavailable(Exception error);

    /// <summary>
    /// Evidence of the identity of this database and one of its tables, which differs in a copy restored from a backup; empty where
    /// the engine has none.
    /// </summary>
    Task<string> EvidenceAsync(Transaction transaction, string table);

    /// <summary>Whether an error says that a number would leave the range that its column or int64 has.</summary>
    bool IsOutOfRange(Exception error);
}

/// <summary>A transaction and its connection, on which stores run their SQL.</summary>
/// <param name="connection">An open connection; disposed with this.</param>
/// <param name="transaction">A transaction that has begun.</param>
/// <param name="dialect">Turns the stores' SQL into the engine's own, where that differs.</param>
public sealed class Transaction(DbConnection connection, DbTransaction transaction, Func<string, string> dialect) : IAsyncDisposable
{
    private readonly DbConnection _connection = connection;

    /// <summary>The rows of a query.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null) =>
        (await _connection.QueryAsync<T>(dialect(sql), args, transaction)).AsList();

    /// <summary>The first row of a query, or null (default) where there is none.</summary>
    public Task<T?> FirstAsync<T>(string sql, object? args = null) =>
        _connection.QueryFirstOrDefaultAsync<T>(dialect(sql), args, transaction);

    /// <summary>Runs a statement; a sequence of arguments runs it once for each. Returns the rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? args = null) => _connection.ExecuteAsync(dialect(sql), args, transaction);

    /// <summary>
    /// Inserts many rows with few statements: "INSERT INTO table (columns) VALUES …" in steps of 100, 10 and 1 rows, so that the
    /// engine sees three texts whatever the number of rows. <paramref name="suffix"/> is appended, such as ON CONFLICT DO NOTHING.
    /// </summary>
    public async Task InsertAsync(string into, int columns, IReadOnlyList<object?[]> rows, string suffix = "")
    {
        ArgumentNullException.ThrowIfNull(rows);
        for (var at = 0; at < rows.Count;)
        {
            var left = rows.Count - at;
            var step = left >= 100 ? 100 : left >= 10 ? 10 : 1;
            await InsertStepAsync($"INSERT INTO {into} VALUES {Values(step, columns)} {suffix}", rows, at, step);
            at += step;
        }
    }

    /// <summary>Commits.</summary>
    public Task CommitAsync() => transaction.CommitAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task InsertStepAsync(string sql, IReadOnlyList<object?[]> rows, int at, int step)
    {
        await using var command = _connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        for (var row = at; row < at + step; row++)
        {
            foreach (var value in rows[row])
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = ($"@p{command.Parameters.Count}", value ?? DBNull.Value);
                command.Parameters.Add(parameter);
            }
        }

        await command.ExecuteNonQueryAsync();
    }

    private static string Values(int rows, int columns) =>
        string.Join(", ", Enumerable.Range(0, rows).Select(row =>
            "(" + string.Join(", ", Enumerable.Range(row * columns, columns).Select(n => $"@p{n}")) + ")"));
}
