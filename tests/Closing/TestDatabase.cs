using System.Collections.Concurrent;
using System.Data.Common;
using Iij.Platform;
using Iij.Tests.Servers;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Iij.Tests.Closing;

/// <summary>
/// One database of a test on one engine, and a raw connection to it. Databases of a private PostgreSQL are emptied and used again:
/// making and dropping one costs more than a test.
/// </summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private static readonly ConcurrentBag<string> _empty = [];
    private static readonly bool _isGiven = Environment.GetEnvironmentVariable(PostgresServer.Variable) is { Length: > 0 };

    private readonly StorageSettings _settings;
    private readonly string _folder;
    private DbConnection? _connection;

    private TestDatabase(StorageSettings settings, string folder) => (_settings, _folder) = (settings, folder);

    public bool IsPostgres => _settings.Engine == "postgres";

    public StorageSettings Settings => new()
    {
        Engine = _settings.Engine, Path = _settings.Path, ConnectionString = _settings.ConnectionString,
    };

    public static async Task<TestDatabase> CreateAsync(string engine, string purpose)
    {
        if (engine == "postgres")
        {
            // Nothing here pulls a plug, so that no commit need wait for the disk.
            var connection = _empty.TryTake(out var emptied) ? emptied
                : new NpgsqlConnectionStringBuilder(await PostgresServer.Shared.CreateDatabaseAsync(purpose))
                {
                    Options = "-c synchronous_commit=off",
                }.ToString();
            return new(new StorageSettings { Engine = engine, ConnectionString = connection }, "");
        }

        var folder = Directory.CreateTempSubdirectory("iij-laws-").FullName;
        return new(new StorageSettings { Engine = engine, Path = Path.Combine(folder, "source.db") }, folder);
    }

    /// <summary>Runs SQL beside the source's connections; returns the rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = (_connection ??= await OpenAsync()).CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first value of a query, as text; null where there is none.</summary>
    public async Task<string?> ScalarAsync(string sql)
    {
        await using var command = (_connection ??= await OpenAsync()).CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task<long> CountAsync(string table) =>
        long.Parse((await ScalarAsync($"SELECT COUNT(*) FROM {table}"))!, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Every row that entries made, without the times at which they were made.</summary>
    public async Task<IReadOnlyList<string>> RecordedAsync()
    {
        var tables = await RowsAsync(IsPostgres
            ? "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            : "SELECT name FROM sqlite_master WHERE type = 'table'");
        var rows = new List<string>();
        foreach (var table in tables.Where(table => table is not ("schema_script" or "source" or "period_event" or "period_event_signature")))
            rows.AddRange((await RowsAsync($"SELECT * FROM {table}")).Select(row => $"{table}: {row}"));
        return [.. rows.Order(StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<string>> RowsAsync(string sql)
    {
        await using var command = (_connection ??= await OpenAsync()).CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Where(field => reader.GetName(field) is not ("recorded_at" or "response"))
                .Select(field => Convert.ToString(reader.GetValue(field), System.Globalization.CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsPostgres && !_isGiven)
            await ExecuteAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        if (_connection is not null)
            await _connection.DisposeAsync();
        if (!IsPostgres)
            Directory.Delete(_folder, recursive: true);
        else if (_isGiven)
            await PostgresServer.Shared.DropDatabaseAsync(_settings.ConnectionString);
        else
            _empty.Add(_settings.ConnectionString);
    }

    private async Task<DbConnection> OpenAsync()
    {
        DbConnection connection = IsPostgres
            ? new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = false }.ToString())
            : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _settings.Path, Pooling = false }.ToString());
        await connection.OpenAsync();
        return connection;
    }
}
