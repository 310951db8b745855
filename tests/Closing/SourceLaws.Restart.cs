using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>What was acknowledged survives the process; a foreign database is refused.</summary>
public abstract partial class SourceLaws
{
    [Fact]
    public Task A_restart_loses_nothing_and_goes_on() => Seeds.HoldsAsync(async (random, _) =>
    {
        await using var database = await CreateDatabaseAsync();
        var (books, bus) = (new Books(), new FakeBus(failPercent: 20));
        var answered = new List<(IMessage Request, string Actor, IMessage Response)>();
        string? incarnation = null;
        for (var life = 0; life < 3; life++)
        {
            // In its first life nothing leaves the outbox.
            var relays = life > 0;
            await using var node = await Node.StartAsync(Business, database, bus, settings => settings.Relay = relays);
            foreach (var (request, actor, response) in answered)
                Assert.Equal(response, (await node.AskAsync(request, actor)).Response);
            var source = await node.AskAsync<GetSourceResponse>(new GetSourceRequest());
            Assert.Equal((incarnation ?? source.Incarnation, 2L * life), (source.Incarnation, source.LastSequence));
            incarnation = source.Incarnation;
            if (life == 0)
                await node.RecordAsync(books, Business.Ground(March));
            else
                await CompareEntriesAsync(node, books);
            await LiveAsync(node, books, answered, random, March.PlusMonths(life));
            Assert.True(relays || bus.Published.Count == 0);
        }

        await using var last = await Node.StartAsync(Business, database, bus);
        await CompareEventsAsync(last, database, bus);
        await CompareAsync(last, books, Enumerable.Range(0, 3).Select(March.PlusMonths));
        Assert.Empty((await last.AuditAsync()).Findings);
    });

    [Fact]
    public async Task A_page_of_large_events_is_no_larger_than_a_client_takes()
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await Node.StartAsync(Business, database);
        await node.RecordAsync(new Books(), Business.Ground(March).Append(Business.Sure(new Random(1), March.FirstDay())));
        foreach (var month in new[] { March, March.PlusMonths(1), March.PlusMonths(2) })
            await node.CloseAsync(month);
        await database.ExecuteAsync($"UPDATE statement SET body = '{new string('x', 2_000_000)}'");
        var events = await node.EventsAsync(pageSize: 1_000);
        Assert.Equal(Enumerable.Range(1, 6).Select(number => (long)number), events.Select(told => told.Sequence));
        Assert.Equal(3, events.Count(told => told.Body.Length == 2_000_000));
    }

    [Fact]
    public async Task A_clock_that_was_set_back_holds_no_event_back()
    {
        await using var database = await CreateDatabaseAsync();
        await using (var first = await Node.StartAsync(Business, database, change: settings => settings.Relay = false))
        {
            await first.RecordAsync(new Books(), Business.Ground(March).Append(Business.Sure(new Random(1), March.FirstDay())));
            await first.CloseAsync(March);
        }

        // As a relay left them that claimed them when the clock was two hours ahead.
        var rows = await database.CountAsync("outbox");
        await database.ExecuteAsync("UPDATE outbox SET not_before = (SELECT MAX(occurred_at) FROM period_event) + 7200000000");
        var bus = new FakeBus();
        await using var second = await Node.StartAsync(Business, database, bus);
        for (var turn = 0; bus.Published.Count < rows; turn++)
        {
            Assert.True(turn < 200, $"{bus.Published.Count} of {rows} events were published");
            await Task.Delay(50);
        }
    }

    [Fact]
    public Task What_a_stop_cut_off_is_sent_again_and_counts_once() => Seeds.HoldsAsync(async (random, steps) =>
    {
        await using var database = await CreateDatabaseAsync();
        var books = new Books();
        var drafts = Enumerable.Range(0, 150).Select(_ => Business.Sure(random, March.OnDayOfMonth(random.Next(28) + 1))).ToList();
        var requests = drafts.Select(draft => Wire.WithId(draft.Request, Node.NewId())).ToList();
        var node = await Node.StartAsync(Business, database);
        await node.RecordAsync(books, Business.Ground(March));
        var sending = requests.Select(request => Task.Run(() => TrySendAsync(node, request))).ToList();
        await Task.WhenAny(sending);
        await node.DisposeAsync();
        var cut = await Task.WhenAll(sending);
        steps.Add($"{cut.Count(answer => answer is { IsOk: true })} of {cut.Length} were acknowledged before the stop");

        await using var again = await Node.StartAsync(Business, database);
        for (var i = 0; i < drafts.Count; i++)
        {
            var answer = await again.AskAsync(requests[i]);
            books.Add(drafts[i], answer.Receipt);
            Assert.True(cut[i] is not { IsOk: true } before || before.Response!.Equals(answer.Response), $"first {cut[i]}, then {answer}");
        }

        await again.CloseAsync(March);
        await CompareEntriesAsync(again, books);
        await CompareAsync(again, books, [March]);
        Assert.Empty((await again.AuditAsync()).Findings);
    });

    // Null: the connection was gone before it was sent.
    private static async Task<Answer?> TrySendAsync(Node node, IMessage request)
    {
        try
        {
            return await Wire.CallAsync(node.Invoker, request, "recorder");
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    [Fact]
    public Task A_foreign_newer_or_edited_database_is_refused() => Seeds.HoldsAsync(async (random, _) =>
    {
        await using var database = await CreateDatabaseAsync();
        var books = new Books();
        await using (var node = await Node.StartAsync(Business, database))
        {
            await node.RecordAsync(books, Business.Ground(March));
            await node.RecordAsync(books, Business.Sure(random, March.FirstDay()));
        }

        var scripts = await database.CountAsync("schema_script");
        Business[] all = [new NetworkBusiness(), new BacklogBusiness(), new CloudBusiness(), new AtmBusiness(), new GroupBusiness()];
        foreach (var other in all)
        {
            if (other.Name != Business.Name)
                await RefusesAsync(other, database, "choose another");
        }

        Assert.Equal(scripts, await database.CountAsync("schema_script"));
        Assert.Equal(Business.Name, await database.ScalarAsync("SELECT name FROM source"));
        await database.ExecuteAsync("INSERT INTO schema_script (name, checksum, applied_at) VALUES ('0999-tomorrow.sql', 'x', 0)");
        await RefusesAsync(Business, database, "newer version");
        await RefusesAsync(Business, database, "0999-tomorrow.sql");
        await database.ExecuteAsync("DELETE FROM schema_script WHERE name = '0999-tomorrow.sql'");
        var kept = await database.ScalarAsync("SELECT checksum FROM schema_script WHERE name = '0001-closing.sql'");
        await database.ExecuteAsync("UPDATE schema_script SET checksum = 'x' WHERE name = '0001-closing.sql'");
        await RefusesAsync(Business, database, "0001-closing.sql");
        await database.ExecuteAsync($"UPDATE schema_script SET checksum = '{kept}' WHERE name = '0001-closing.sql'");
        await using var again = await Node.StartAsync(Business, database);
        await CompareEntriesAsync(again, books);
    });

    [Fact]
    public Task A_stopped_or_refused_source_leaves_no_connection_behind() => Seeds.HoldsAsync(async (random, _) =>
    {
        await using var database = await CreateDatabaseAsync();
        await using (var node = await Node.StartAsync(Business, database))
            await node.RecordAsync(new Books(), Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        await RefusesAsync(Business is CloudBusiness ? new AtmBusiness() : new CloudBusiness(), database, "choose another");
        if (database.IsPostgres)
        {
            const string others = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
            for (var turn = 0; await database.ScalarAsync(others) != "0"; turn++)
            {
                Assert.True(turn < 50, $"{await database.ScalarAsync(others)} connections are still open");
                await Task.Delay(100);
            }
        }
        else
        {
            // Closing the last connection to a write-ahead log removes the log.
            Assert.False(File.Exists(database.Settings.Path + "-wal"), "the database file is still open");
        }
    });

    private async Task LiveAsync(
        Node node, Books books, List<(IMessage Request, string Actor, IMessage Response)> answered, Random random, YearMonth month)
    {
        for (var i = 0; i < 12; i++)
        {
            var draft = Business.Sure(random, month.OnDayOfMonth(random.Next(28) + 1));
            var request = Wire.WithId(draft.Request, Node.NewId());
            var answer = await node.AskAsync(request);
            books.Add(draft, answer.Receipt);
            answered.Add((request, "recorder", answer.Response!));
        }

        foreach (var (next, actor) in new (Func<Task<IMessage>>, string)[]
        {
            (() => Task.FromResult<IMessage>(Prepare(month)), "akira"), (async () => await node.ClosingAsync(month), "beni"),
        })
        {
            var request = await next();
            answered.Add((request, actor, (await node.AskAsync(request, actor)).As<IMessage>()));
        }
    }

    private static async Task RefusesAsync(Business business, TestDatabase database, string word)
    {
        var refused = await Assert.ThrowsAsync<SchemaException>(() => Node.StartAsync(business, database));
        Assert.Contains(word, refused.Message, StringComparison.Ordinal);
    }
}
