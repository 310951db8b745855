using System.Data.Common;
using Iij.Platform;
using Iij.Tests.Servers;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Iij.Tests.Closing;

/// <summary>One database of a test on one engine, and a raw connection to it.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly StorageSettings _settings;
    private readonly string _folder;

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
            var connection = await PostgresServer.Shared.CreateDatabaseAsync(purpose);
            return new(new StorageSettings { Engine = engine, ConnectionString = connection }, "");
        }

        var folder = Directory.CreateTempSubdirectory("iij-laws-").FullName;
        return new(new StorageSettings { Engine = engine, Path = Path.Combine(folder, "source.db") }, folder);
    }

    /// <summary>Runs SQL on a connection of its own; returns the rows it changed.</summary>
    public async Task<int> ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first value of a query, as text; null where there is none.</summary>
    public async Task<string?> ScalarAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task<long> CountAsync(string table) =>
        long.Parse((await ScalarAsync($"SELECT COUNT(*) FROM {table}"))!, System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (IsPostgres)
            await PostgresServer.Shared.DropDatabaseAsync(_settings.ConnectionString);
        else
            Directory.Delete(_folder, recursive: true);
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
