using System.Data;
using System.Data.Common;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;

namespace Iij.Platform;

/// <summary>
/// PostgreSQL, one database a service. A write transaction takes one advisory lock first: writes of a service come one after
/// another, as in SQLite, and several replicas may run the same code. Of one process at most one connection waits for that lock.
/// </summary>
public sealed partial class PostgresEngine(string connectionString) : IEngine
{
    private const long WriteLock = 0x1_1A;

    private readonly NpgsqlDataSource _source = new NpgsqlDataSourceBuilder(WithPreparation(connectionString))
        .ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => IsFollowed).ConfigureBatchFilter(_ => IsFollowed)).Build();

    // Queries that a service repeats by itself, many times a second, are not traced.
    private static bool IsFollowed => Activity.Current is not null;

    /// <inheritdoc/>
    public string Name => "postgres";

    /// <inheritdoc/>
    public string SkipLocked => "FOR UPDATE SKIP LOCKED";

    /// <inheritdoc/>
    public Task<Transaction> BeginReadAsync(CancellationToken cancel) => BeginAsync(IsolationLevel.RepeatableRead, cancel);

    /// <inheritdoc/>
    public async Task<Transaction> BeginWriteAsync(CancellationToken cancel)
    {
        // Read committed: the snapshot of each statement is taken after the lock is held, so it sees the writer before.
        var transaction = await BeginAsync(IsolationLevel.ReadCommitted, cancel);
        try
        {
            // The statements of a write find rows by their keys: planned once, not anew for each batch.
            await transaction.ExecuteAsync(
                "SELECT pg_advisory_xact_lock(@key), set_config('plan_cache_mode', 'force_generic_plan', true)", new { key = WriteLock });
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<Transaction> BeginClaimAsync(CancellationToken cancel) => BeginAsync(IsolationLevel.ReadCommitted, cancel);

    /// <inheritdoc/>
    public bool IsTransient(Exception error) => error is NpgsqlException { IsTransient: true };

    /// <inheritdoc/>
    // Every error is the database's but those of the data (class 22), of a constraint (23) and of the statement itself (42, except that the role
    // lacks a right): a server that is read-only, refuses the login or is overloaded says nothing about what was to be written.
    public bool IsUnavailable(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } => true,
        PostgresException { SqlState: var state } => state[..2] is not ("22" or "23" or "42"),
        _ => error is NpgsqlException or TimeoutException,
    };

    /// <inheritdoc/>
    public void Forget(Exception error)
    {
        // The server turned read-only, as a primary does that became a standby: a new connection may reach the new primary.
        if (error is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction })
            _source.Clear();
    }

    /// <inheritdoc/>
    // The cluster, its timeline, the database and the table: a dump that was restored has other numbers, and so has a recovery to
    // a point in time.
    public async Task<string> EvidenceAsync(Transaction transaction, string table) =>
        await transaction.FirstAsync<string>(
            "SELECT concat_ws('/', s.system_identifier, c.timeline_id, d.oid, @table::regclass::oid) "
            + "FROM pg_control_system() s, pg_control_checkpoint() c, pg_database d WHERE d.datname = current_database()", new { table }) ?? "";

    /// <inheritdoc/>
    public bool IsOutOfRange(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.CheckViolation or PostgresErrorCodes.NumericValueOutOfRange };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <inheritdoc/>
    // Dapper writes a list out as (@a1, @a2, …) for SQLite and hands it to Npgsql as an array: one text stays one prepared statement.
    public string Dialect(string sql) =>
        InList().Replace(sql, " = ANY(@$1)").Replace("json_each(@keys)", "json_array_elements(CAST(@keys AS json))", StringComparison.Ordinal);

    /// <inheritdoc/>
    // All in one round trip, each column as one array: the text of a table's statement is the same for any number of rows.
    public async Task InsertAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<(Table Table, IReadOnlyList<object?[]> Rows)> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        await using var batch = new NpgsqlBatch((NpgsqlConnection)connection, (NpgsqlTransaction)transaction);
        foreach (var (table, rows) in tables)
            batch.BatchCommands.Add(Insertion(table, rows));
        await batch.ExecuteNonQueryAsync();
    }

    private static NpgsqlBatchCommand Insertion(Table table, IReadOnlyList<object?[]> rows)
    {
        var command = new NpgsqlBatchCommand();
        var (selected, arrays, names) = (new List<string>(), new List<string>(), new List<string>());
        for (var column = 0; column < table.Columns.Count; column++)
        {
            if (ColumnArray.Of(rows, column) is not { } values)
            {
                selected.Add("NULL"); // of the column's type, which an array of nulls would not have
                continue;
            }

            command.Parameters.Add(new NpgsqlParameter { Value = values });
            arrays.Add($"${command.Parameters.Count}");
            names.Add(table.Columns[column]);
            selected.Add(table.Columns[column]);
        }

        command.CommandText = $"INSERT INTO {table.Name} ({string.Join(", ", table.Columns)}) SELECT {string.Join(", ", selected)} "
            + $"FROM unnest({string.Join(", ", arrays)}) AS added ({string.Join(", ", names)}){table.OnConflict()}";
        return command;
    }

    // Statements are prepared, unless the connection string says how: behind a pooler of transactions it says "Max Auto Prepare=0".
    private static string WithPreparation(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var names = given.Keys.Cast<string>().Select(key => key.Replace(" ", "", StringComparison.Ordinal));
        if (!names.Contains(nameof(builder.MaxAutoPrepare), StringComparer.OrdinalIgnoreCase))
            (builder.MaxAutoPrepare, builder.AutoPrepareMinUsages) = (200, 2);
        return builder.ToString();
    }

    [GeneratedRegex(@" IN @(\w+)")]
    private static partial Regex InList();

    private async Task<Transaction> BeginAsync(IsolationLevel level, CancellationToken cancel)
    {
        var connection = await _source.OpenConnectionAsync(cancel);
        try
        {
            return new Transaction(connection, await connection.BeginTransactionAsync(level, cancel), this);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
