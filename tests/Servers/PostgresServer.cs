using System.Text.RegularExpressions;
using Npgsql;

namespace Iij.Tests.Servers;

/// <summary>
/// A real PostgreSQL. <see cref="Shared"/> is the one named by IIJ_TEST_POSTGRES (an Npgsql connection string of a superuser), or a
/// private one, in a container where an engine answers and native elsewhere, started at the first use and gone with this process.
/// </summary>
public sealed partial class PostgresServer : IAsyncDisposable
{
    /// <summary>The environment variable that names a ready-made server.</summary>
    public const string Variable = "IIJ_TEST_POSTGRES";

    private readonly SemaphoreSlim _turn = new(1);
    private readonly string? _external;
    private readonly string? _disk;
    private IPrivatePostgres? _private;

    private PostgresServer(string? external, string? disk = null) =>
        (_external, _disk) = (string.IsNullOrWhiteSpace(external) ? null : external, disk);

    /// <summary>The server of this test process.</summary>
    public static PostgresServer Shared { get; } = new(Environment.GetEnvironmentVariable(Variable));

    /// <summary>A server of the caller's own, never a given one, for tests that stop it or let it crash.</summary>
    public static PostgresServer CreateOwn() => new(null);

    /// <summary>The same, always native, with its data in an empty folder of the caller's choice: a disk that may become full.</summary>
    public static PostgresServer CreateOn(string disk) => new(null, disk);

    /// <summary>A connection string to the maintenance database; starts the server when it is not running.</summary>
    public async Task<string> StartAsync()
    {
        if (_external is not null) return _external;
        await _turn.WaitAsync();
        try
        {
            _private ??= _disk is null && await Engine.IsChosenAsync() ? new ContainerPostgres() : await NativePostgres.CreateAsync(_disk);
            await _private.StartAsync();
            return _private.ConnectionString;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A connection string to a fresh, empty database; the name says which test made it.</summary>
    public async Task<string> CreateDatabaseAsync(string purpose = "test")
    {
        var word = NotInNames().Replace(purpose.ToLowerInvariant(), "_").Trim('_');
        var name = $"iij_{word[..Math.Min(word.Length, 20)]}_{Guid.NewGuid():N}";
        var connection = await StartAsync();
        await ExecuteAsync(connection, $"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
        return new NpgsqlConnectionStringBuilder(connection) { Database = name, IncludeErrorDetail = true }.ConnectionString;
    }

    /// <summary>Drops what <see cref="CreateDatabaseAsync"/> made, together with the connections that are left.</summary>
    public async Task DropDatabaseAsync(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        if (!name.StartsWith("iij_", StringComparison.Ordinal)) throw new ArgumentException($"'{name}' was not made here.");
        await using (var pooled = new NpgsqlConnection(connectionString)) NpgsqlConnection.ClearPool(pooled);
        await ExecuteAsync(await StartAsync(), $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }

    /// <summary>An orderly stop; open sessions are ended. <see cref="StartAsync"/> brings the same data back on the same port.</summary>
    public Task StopAsync() => Own().StopAsync();

    /// <summary>A stop without a checkpoint: the next start recovers from the log, as after a crash.</summary>
    public Task CrashAsync() => Own().CrashAsync();

    /// <summary>Runs SQL on the maintenance database: what is done to whole databases.</summary>
    public async Task ExecuteAsync(string sql) => await ExecuteAsync(await StartAsync(), sql);

    /// <summary>Copies the data of a stopped server, as a snapshot of its disk would.</summary>
    public Task SaveAsync() => Own().SaveAsync();

    /// <summary>Puts the copy back in place of the data of a stopped server: no number in it changes.</summary>
    public Task RestoreAsync() => Own().RestoreAsync();

    /// <summary>Whether the server was started and still answers; one that ran out of space may have ended.</summary>
    public Task<bool> RunsAsync() => Own().RunsAsync();

    /// <summary>Stops a private server and deletes its data; a ready-made one stays as it is.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_private is not null) await _private.DisposeAsync();
        _private = null;
        _turn.Dispose();
    }

    private IPrivatePostgres Own() => _private
        ?? throw new InvalidOperationException($"Only a started private server can be stopped: see {nameof(CreateOwn)}.");

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();
}
