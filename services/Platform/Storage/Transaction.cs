using System.Data.Common;
using Dapper;

namespace Iij.Platform;

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
