using Iij.Platform;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Iij.Tests.Closing;

/// <summary>Which errors are the database's and which are those of what is written; how statements are prepared.</summary>
public sealed class DatabaseErrorTests
{
    [Theory]
    [InlineData("25006", true)] // read-only
    [InlineData("28000", true)] // no login
    [InlineData("28P01", true)] // wrong password
    [InlineData("57014", true)] // cancelled
    [InlineData("57P01", true)] // shut down
    [InlineData("53100", true)] // disk full
    [InlineData("53300", true)] // too many connections
    [InlineData("40001", true)] // serialization
    [InlineData("42501", true)] // the role lacks a right
    [InlineData("XX001", true)] // damaged data
    [InlineData("23505", false)] // unique
    [InlineData("23514", false)] // a check
    [InlineData("22003", false)] // out of range
    [InlineData("42601", false)] // syntax
    public void What_is_wrong_with_PostgreSQL_is_not_charged_to_the_message(string state, bool isUnavailable)
    {
        var engine = new PostgresEngine("Host=127.0.0.1");
        Assert.Equal(isUnavailable, engine.IsUnavailable(new PostgresException("no", "ERROR", "ERROR", state)));
        Assert.False(engine.IsUnavailable(new InvalidOperationException()));
    }

    [Theory]
    [InlineData(5, true)] // busy
    [InlineData(8, true)] // read-only
    [InlineData(10, true)] // I/O
    [InlineData(11, true)] // damaged
    [InlineData(13, true)] // full
    [InlineData(26, true)] // not a database
    [InlineData(1, false)] // a statement
    [InlineData(19, false)] // a constraint
    public void What_is_wrong_with_a_file_is_not_charged_to_the_message(int code, bool isUnavailable) =>
        Assert.Equal(isUnavailable, new SqliteEngine(Path.GetTempPath()).IsUnavailable(new SqliteException("no", code)));

    [Theory]
    [InlineData("", true)]
    [InlineData(";Max Auto Prepare=0", false)]
    [InlineData(";maxautoprepare=0", false)]
    public async Task Statements_are_prepared_unless_the_connection_string_says_otherwise(string addition, bool arePrepared)
    {
        await using var given = await TestDatabase.CreateAsync("postgres", "preparation");
        await using var database = new Database(new PostgresEngine(given.Settings.ConnectionString + addition + ";Maximum Pool Size=1"));
        for (var n = 0; n < 5; n++)
            await database.ReadAsync(transaction => transaction.FirstAsync<int>("SELECT 40 + @n", new { n }));
        var prepared = await database.ReadAsync(transaction =>
            transaction.FirstAsync<long>("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT 40%'"));
        Assert.Equal(arePrepared, prepared > 0);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_end_waits_for_the_write_that_runs(string engine)
    {
        await using var given = await TestDatabase.CreateAsync(engine, "ending");
        var database = new Database(engine == "sqlite" ? new SqliteEngine(given.Settings.Path) : new PostgresEngine(given.Settings.ConnectionString));
        var (begun, goesOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var write = database.WriteAsync(async transaction =>
        {
            await transaction.ExecuteAsync("CREATE TABLE ended (n INTEGER)");
            begun.SetResult();
            await goesOn.Task;
            return await transaction.ExecuteAsync("INSERT INTO ended VALUES (1)");
        });
        await begun.Task;
        var end = database.DisposeAsync().AsTask();
        Assert.False(end.IsCompleted);
        goesOn.SetResult();
        Assert.Equal(1, await write);
        await end;
        await database.DisposeAsync(); // a host and its container both end it
    }
}
