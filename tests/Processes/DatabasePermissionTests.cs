using System.Text.RegularExpressions;
using Iij.Tests.Servers;
using Npgsql;
using Xunit;

namespace Iij.Tests.Processes;

/// <summary>
/// What each serving role may do to its database is what schema/grants.sql says and nothing else. The tables are those that the
/// database has after its migration, so a new table is tested without a word here.
/// </summary>
public sealed partial class DatabasePermissionTests(MigratedServers servers) : IClassFixture<MigratedServers>
{
    private const string Denied = PostgresErrorCodes.InsufficientPrivilege;

    public static TheoryData<string> Databases => new(DeployedServers.Databases);

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Rows_change_only_where_they_are_meant_to(string database)
    {
        await using var connection = await OpenAsync(servers.Deployed.ConnectionString(database));
        var granted = Granted(database);
        var tables = await TablesAsync(connection);
        Assert.Empty(granted.Select(grant => grant.Table).Except(tables.Keys));
        foreach (var (table, column) in tables)
        {
            var update = await TryAsync(connection, $"UPDATE {table} SET {column} = {column} WHERE false");
            var delete = await TryAsync(connection, $"DELETE FROM {table} WHERE false");
            Assert.Equal((table, granted.Contains(("UPDATE", table)) ? "" : Denied), (table, update));
            Assert.Equal((table, granted.Contains(("DELETE", table)) ? "" : Denied), (table, delete));
            Assert.Equal((table, ""), (table, await TryAsync(connection, $"SELECT {column} FROM {table} LIMIT 1")));
        }

        Assert.Equal(Denied, await TryAsync(connection, "INSERT INTO schema_script (name, checksum, applied_at) VALUES ('x', 'x', 0)"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Nothing_of_the_schema_changes(string database)
    {
        await using var connection = await OpenAsync(servers.Deployed.ConnectionString(database));
        foreach (var (table, column) in await TablesAsync(connection))
        {
            foreach (var attempt in new[]
            {
                $"TRUNCATE {table} CASCADE", $"DROP TABLE {table} CASCADE", $"ALTER TABLE {table} ADD COLUMN more TEXT",
                $"ALTER TABLE {table} DISABLE TRIGGER ALL", $"ALTER TABLE {table} OWNER TO {database}_service",
                $"CREATE INDEX ON {table} ({column})", $"CREATE TRIGGER t BEFORE INSERT ON {table} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                $"CREATE RULE r AS ON INSERT TO {table} DO INSTEAD NOTHING",
            })
            {
                Assert.Equal((attempt, Denied), (attempt, await TryAsync(connection, attempt)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Nothing_is_made_and_no_other_right_is_taken(string database)
    {
        await using var connection = await OpenAsync(servers.Deployed.ConnectionString(database));
        foreach (var attempt in new[]
        {
            "CREATE TABLE more (id INTEGER)", "CREATE TEMPORARY TABLE more (id INTEGER)", "CREATE SCHEMA more", "CREATE DATABASE more",
            "CREATE FUNCTION f() RETURNS INTEGER LANGUAGE sql AS 'SELECT 1'", "CREATE EXTENSION dblink", "CREATE ROLE more",
            $"SET ROLE {database}_owner", "SET ROLE postgres", $"ALTER ROLE {database}_service SUPERUSER",
            $"ALTER ROLE {database}_owner PASSWORD 'known'", $"ALTER DATABASE \"{database}\" SET synchronous_commit = off",
            $"DROP DATABASE \"{DeployedServers.Databases.First(other => other != database)}\"",
            "COPY (SELECT 1) TO PROGRAM 'true'", "SELECT pg_read_file('postgresql.conf')", "SET session_replication_role = replica",
            "SELECT rolpassword FROM pg_authid",
        })
        {
            Assert.Equal((attempt, Denied), (attempt, await TryAsync(connection, attempt)));
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Every_other_database_is_closed(string database)
    {
        var others = DeployedServers.Databases.Append("postgres").Append("template1").Where(other => other != database);
        foreach (var (other, suffix) in others.SelectMany(other => new[] { (other, ""), (other, "-owner") }))
        {
            var there = new NpgsqlConnectionStringBuilder(servers.Deployed.ConnectionString(database, suffix)) { Database = other };
            var error = await Assert.ThrowsAsync<PostgresException>(() => OpenAsync(there.ConnectionString));
            Assert.Equal((there.Username, other, Denied), (there.Username, other, error.SqlState));
        }
    }

    [Fact]
    public async Task Deploying_again_changes_nothing_but_passwords()
    {
        await servers.Deployed.MakeRolesAsync();
        await using var connection = await OpenAsync(servers.Deployed.ConnectionString("atm"));
        Assert.Equal("", await TryAsync(connection, "SELECT number FROM entry LIMIT 1"));
        Assert.Equal(Denied, await TryAsync(connection, "CREATE TABLE more (id INTEGER)"));
    }

    // By table: the name of one of its columns.
    private static async Task<Dictionary<string, string>> TablesAsync(NpgsqlConnection connection)
    {
        const string sql =
            """
            SELECT c.relname, min(a.attname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.relname
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new Dictionary<string, string>();
        while (await reader.ReadAsync())
            tables[reader.GetString(0)] = reader.GetString(1);
        Assert.True(tables.Count > 5, $"only {tables.Count} tables");
        return tables;
    }

    // A source has what every source has, and what its own folder says.
    private static HashSet<(string Right, string Table)> Granted(string database) =>
        new[] { char.ToUpperInvariant(database[0]) + database[1..], database == "reporting" ? "" : "Closing" }
        .Select(folder => Path.Combine(Checkout.Root, "services", folder, "schema", "grants.sql")).Where(File.Exists)
        .SelectMany(file => Grant().Matches(File.ReadAllText(file)))
        .SelectMany(grant => grant.Groups["tables"].Value.Split(',').Select(table => (grant.Groups["right"].Value, table.Trim())))
        .ToHashSet();

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    // The state of the refusal; empty where there is none. Whatever was done is undone.
    private static async Task<string> TryAsync(NpgsqlConnection connection, string sql)
    {
        var undo = !sql.Contains("DATABASE", StringComparison.Ordinal);
        await using var transaction = undo ? await connection.BeginTransactionAsync() : null;
        try
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync();
            return "";
        }
        catch (PostgresException error)
        {
            return error.SqlState;
        }
    }

    [GeneratedRegex(@"GRANT (?<right>\w+) ON (?<tables>[\w, ]+) TO \{role\}")]
    private static partial Regex Grant();
}
