using Grpc.Core;
using Iij.Platform;
using Iij.Reporting.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>Many callers and few connections to PostgreSQL: callers wait for each other, and none for what it holds itself.</summary>
public sealed class FewConnectionsTests : IAsyncLifetime
{
    private const int Callers = 40;
    private const string Month = "2012-04";
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2); // the pool itself gives up after 15 seconds
    private string _connection = "";

    public async Task InitializeAsync() => _connection = await PostgresServer.Shared.CreateDatabaseAsync("few connections");

    public Task DisposeAsync() => PostgresServer.Shared.DropDatabaseAsync(_connection);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(15)]
    public async Task Decisions_and_readers_at_once_all_get_their_answer(int connections)
    {
        await using var bench = await StartAsync(connections);
        var calls = Many(() => DecideAsync(bench)).Concat(Many(() => ReadAsync(bench)));
        Assert.Equal($"{Callers} answered, {Callers} prepared", await TallyAsync(calls));
    }

    [Fact]
    public async Task Readers_are_answered_while_every_writer_waits_for_another_replica()
    {
        await using var bench = await StartAsync(connections: 2);
        await using var replica = new Database(new PostgresEngine(_connection));
        var (holds, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var held = replica.WriteAsync(async _ =>
        {
            holds.SetResult();
            await end.Task;
            return true;
        });
        await holds.Task.WaitAsync(_limit);
        var decided = TallyAsync(Many(() => DecideAsync(bench)));
        Assert.Equal($"{Callers} answered", await TallyAsync(Many(() => ReadAsync(bench))));
        Assert.False(decided.IsCompleted);
        end.SetResult();
        await held;
        Assert.Equal($"{Callers} prepared", await decided);
    }

    [Fact]
    public async Task A_writer_that_goes_before_its_turn_gives_it_to_the_next()
    {
        await using var database = new Database(new PostgresEngine(_connection));
        using var gone = new CancellationTokenSource();
        var end = new TaskCompletionSource<int>();
        var first = database.WriteAsync(_ => end.Task);
        var second = database.WriteAsync(_ => Task.FromResult(2), gone.Token);
        var third = database.WriteAsync(_ => Task.FromResult(3));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);
        end.SetResult(1);
        Assert.Equal((1, 3), (await first.WaitAsync(_limit), await third.WaitAsync(_limit)));
    }

    [Fact]
    public async Task A_transaction_within_a_transaction_is_an_error_and_the_outer_one_writes_nothing()
    {
        await using var database = new Database(new PostgresEngine(_connection));
        await using var other = new Database(new PostgresEngine(_connection));
        await database.WriteAsync(transaction => transaction.ExecuteAsync("CREATE TABLE written (number INTEGER)"));
        Func<Task<int>>[] within =
        [
            () => database.ReadAsync(_ => Task.FromResult(0)), () => database.WriteAsync(_ => Task.FromResult(0)),
            () => database.ClaimAsync(_ => Task.FromResult(0)), () => Task.Run(() => database.ReadAsync(_ => Task.FromResult(0))),
        ];
        foreach (var second in within)
        {
            var error = await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync(async transaction =>
            {
                await transaction.ExecuteAsync("INSERT INTO written VALUES (1)");
                return await second();
            }));
            Assert.Contains("work through that one", error.Message, StringComparison.Ordinal);
        }

        // Another database is none of its business, and neither is what comes after it.
        Assert.Equal(0L, await database.ReadAsync(_ => other.ReadAsync(CountAsync)));
    }

    private static Task<long> CountAsync(Transaction transaction) => transaction.FirstAsync<long>("SELECT COUNT(*) FROM written");

    private static IEnumerable<Task<string>> Many(Func<Task<string>> call) => Enumerable.Range(0, Callers).Select(_ => call()).ToList();

    private async Task<Bench> StartAsync(int connections)
    {
        var bench = await Bench.StartAsync($"{_connection};Maximum Pool Size={connections}");
        await bench.AcceptAsync(Events.CloseAll(Month));
        return bench;
    }

    private static Task<string> DecideAsync(Bench bench) => OutcomeAsync("prepared", bench.Client.SignOffPeriodAsync(
        new SignOffPeriodRequest { RequestId = Guid.NewGuid().ToString(), Period = Month }, Bench.Actor).ResponseAsync);

    private static Task<string> ReadAsync(Bench bench) =>
        OutcomeAsync("answered", bench.Client.ListDataStatusAsync(new ListDataStatusRequest { Period = Month }).ResponseAsync);

    private static async Task<string> OutcomeAsync(string done, Task call)
    {
        try
        {
            await call;
            return done;
        }
        catch (RpcException)
        {
            return (await Bench.RefusedAsync(call)).Reason;
        }
    }

    private static async Task<string> TallyAsync(IEnumerable<Task<string>> calls)
    {
        var outcomes = (await Task.WhenAll(calls).WaitAsync(_limit)).CountBy(outcome => outcome);
        return string.Join(", ", outcomes.OrderBy(outcome => outcome.Key, StringComparer.Ordinal).Select(outcome => $"{outcome.Value} {outcome.Key}"));
    }
}
