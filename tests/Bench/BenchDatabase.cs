using System.Data.Common;
using Iij.Platform;
using Iij.Tests.Servers;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Iij.Tests.Bench;

/// <summary>A fresh database on one engine; as durable for a twin as for the product.</summary>
internal sealed class BenchDatabase : IAsyncDisposable
{
    private readonly string _folder;

    private BenchDatabase(StorageSettings settings, string folder) => (Settings, _folder) = (settings, folder);

    public StorageSettings Settings { get; }

    public bool IsPostgres => Settings.Engine == "postgres";

    public static async Task<BenchDatabase> CreateAsync(string engine)
    {
        if (engine == "postgres")
            return new(new StorageSettings { Engine = engine, ConnectionString = await PostgresServer.Shared.CreateDatabaseAsync("bench") }, "");
        var folder = Directory.CreateTempSubdirectory("iij-bench-").FullName;
        return new(new StorageSettings { Engine = engine, Path = Path.Combine(folder, "bench.db") }, folder);
    }

    /// <summary>An open connection; of SQLite with the product's durability.</summary>
    public async Task<DbConnection> OpenAsync()
    {
        DbConnection connection = IsPostgres
            ? new NpgsqlConnection(Settings.ConnectionString)
            : new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Settings.Path, ForeignKeys = true }.ToString());
        await connection.OpenAsync();
        if (!IsPostgres)
            await ExecuteAsync(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
        return connection;
    }

    public static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (IsPostgres)
        {
            await PostgresServer.Shared.DropDatabaseAsync(Settings.ConnectionString);
            return;
        }

        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
