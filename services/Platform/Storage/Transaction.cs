using System.Data.Common;
using Dapper;

namespace Iij.Platform;

/// <summary>A transaction and its connection, on which stores run their SQL.</summary>
/// <param name="connection">An open connection.</param>
/// <param name="transaction">A transaction that has begun.</param>
/// <param name="engine">The engine, which knows its own SQL.</param>
/// <param name="keepsConnection">Whether the connection stays open for the next transaction.</param>
public sealed class Transaction(DbConnection connection, DbTransaction transaction, IEngine engine, bool keepsConnection = false) : IAsyncDisposable
{
    /// <summary>The rows of a query.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args = null) =>
        (await connection.QueryAsync<T>(engine.Dialect(sql), args, transaction)).AsList();

    /// <summary>The rows of three queries, which take one round trip.</summary>
    public async Task<(IReadOnlyList<T1> First, IReadOnlyList<T2> Second, IReadOnlyList<T3> Third)> QueryAsync<T1, T2, T3>(
        string first, string second, string third, object args)
    {
        await using var results = await connection.QueryMultipleAsync(engine.Dialect($"{first};\n{second};\n{third}"), args, transaction);
        return ((await results.ReadAsync<T1>()).AsList(), (await results.ReadAsync<T2>()).AsList(), (await results.ReadAsync<T3>()).AsList());
    }

    /// <summary>The first row of a query, or null (default) where there is none.</summary>
    public Task<T?> FirstAsync<T>(string sql, object? args = null) =>
        connection.QueryFirstOrDefaultAsync<T>(engine.Dialect(sql), args, transaction);

    /// <summary>Runs a statement; a sequence of arguments runs it once for each. Returns the rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, object? args = null) => connection.ExecuteAsync(engine.Dialect(sql), args, transaction);

    /// <summary>Adds rows to a table.</summary>
    public Task InsertAsync(Table table, IEnumerable<object?[]> rows) => InsertAsync(rows.Select(table.Row));

    /// <summary>Adds rows to their tables, table by table in the order of their first rows, with one statement a table where the engine can.</summary>
    public async Task InsertAsync(IEnumerable<TableRow> rows)
    {
        var tables = rows.GroupBy(row => row.Table, row => row.Values)
            .Select(table => (table.Key, table.Key.Summed([.. table]))).ToList();
        if (tables.Count > 0)
            await engine.InsertAsync(connection, transaction, tables);
    }

    /// <summary>Commits.</summary>
    public Task CommitAsync() => transaction.CommitAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        if (!keepsConnection)
            await connection.DisposeAsync();
    }
}
