using Grpc.Core;
using Iij.Reporting.V1;
using Iij.Tests.Model;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>Remarks stand in threads, are found, change no figure, and an edition carries those that were made before it was approved.</summary>
public sealed class RemarkTests(PostgresDatabase postgres) : IClassFixture<PostgresDatabase>
{
    private static readonly string[] _people = ["accountant", "approver", "auditor"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Threads_are_what_a_reader_would_put_together_by_hand(bool onPostgres)
    {
        await using var bench = await Bench.StartAsync(onPostgres ? postgres.ConnectionString : "");
        await Seeded.CheckAsync(1, async random =>
        {
            var said = new List<Said>();
            for (var step = 0; step < 60; step++)
                said.Add(await SayAsync(bench, random, step, said));
            for (var round = 0; round < 30; round++)
            {
                var request = new ListRemarkThreadsRequest
                {
                    Line = random.One(["", "sga"]), Period = random.One(["", "", "2012-04"]), Actor = random.One(["", "auditor"]),
                    Text = random.One(["", "1% _OF_"]), Unresolved = random.Next(2) == 0, PageSize = 1 + random.Next(5),
                };
                var expected = said.GroupBy(one => one.Thread).Where(thread => Picks(request, [.. thread]))
                    .Select(thread => Text(thread.Key, thread.Last().Resolves, thread.Select(one => (one.Actor, one.Text))));
                Assert.Equal(expected, (await ListAsync(bench, request))
                    .Select(thread => Text(thread.Thread, thread.Resolved, thread.Remarks.Select(one => (one.Actor, one.Text)))));
            }
        });
        Assert.Equal("", (await bench.Client.AuditRecordsAsync(new())).Problem);
    }

    private static string Text(long thread, bool isResolved, IEnumerable<(string Actor, string Text)> remarks) =>
        $"{thread} {isResolved} {string.Join('|', remarks)}";

    private static async Task<Said> SayAsync(Bench bench, Random random, int step, IReadOnlyList<Said> before)
    {
        var thread = before.Count == 0 || random.Next(3) == 0 ? null : random.One(before);
        var (line, period) = thread is not null ? (thread.Line, thread.Period)
            : random.One([("sga", "FY2012-Q1"), ("sga", ""), ("", "2012-04"), ("revenue.total", "2012-04")]);
        var said = new Said(0, line, period, $"step {step} {random.Next(3)}% _of_ Sales", random.One(_people), random.Next(4) == 0);
        var answer = await bench.Remarks.AddRemarkAsync(new AddRemarkRequest
        {
            RequestId = Guid.NewGuid().ToString(), Text = said.Text, Resolves = said.Resolves, Thread = thread?.Thread ?? 0,
            Line = thread is null ? line : "", Period = thread is null ? period : "",
        }, new Metadata { { "iij-actor", said.Actor } });
        Assert.Equal(thread is null, answer.Thread == answer.Knowledge);
        return said with { Thread = answer.Thread };
    }

    private static bool Picks(ListRemarkThreadsRequest request, IReadOnlyList<Said> thread) =>
        (request.Line.Length == 0 || thread[0].Line == request.Line) && (request.Period.Length == 0 || thread[0].Period == request.Period)
        && (request.Actor.Length == 0 || thread.Any(one => one.Actor == request.Actor)) && !(request.Unresolved && thread[^1].Resolves)
        && thread.Any(one => one.Text.Contains(request.Text, StringComparison.OrdinalIgnoreCase));

    [Fact]
    public async Task An_edition_carries_what_was_said_before_it_was_approved_and_no_figure_moves()
    {
        await using var sources = await FakeSources.StartAsync();
        await using var bench = await Bench.StartAsync(peers: sources.Addresses);
        sources.CloseAll("2012-04", ("group.sga", 5));
        await bench.Client.FillGapsAsync(new(), Bench.Actor);
        var thread = await RemarkAsync(bench, "why so much?", "sga", "2012-04");
        var before = await bench.Client.GetViewAsync(new() { Period = "2012-04" });
        var edition = await bench.PublishAsync("2012-04");
        await RemarkAsync(bench, "rent of the new office", thread: thread, resolves: true);
        await RemarkAsync(bench, "another question", "revenue.total", "2012-04");

        var carried = await ListAsync(bench, new() { Period = "2012-04", Edition = edition.Number });
        Assert.Equal(("why so much?", false), (Assert.Single(Assert.Single(carried).Remarks).Text, carried[0].Resolved));
        var now = await ListAsync(bench, new() { Period = "2012-04" });
        Assert.Equal([true, false], now.Select(one => one.Resolved));
        Assert.Equal(["accountant", "accountant"], now[0].Remarks.Select(one => one.Actor));
        var after = await bench.Client.GetViewAsync(new() { Period = "2012-04" });
        Assert.Equal(before.Lines.Select(line => line.Amount.Value), after.Lines.Select(line => line.Amount.Value));
        Assert.Empty(after.PendingLines);

        await using var restarted = await bench.RestartAsync();
        Assert.Equal(now, await ListAsync(restarted, new() { Period = "2012-04" }));
    }

    [Fact]
    public async Task What_is_on_nothing_or_says_nothing_is_refused()
    {
        await using var bench = await Bench.StartAsync();
        var thread = await RemarkAsync(bench, "a question", "sga");
        var wrong = new (AddRemarkRequest Request, string Reason)[]
        {
            (new() { Text = "x" }, "FIELD_INVALID"), (new() { Line = "sga" }, "FIELD_INVALID"),
            (new() { Text = new string('x', 1_001), Line = "sga" }, "FIELD_INVALID"), (new() { Text = "a\u0001b", Line = "sga" }, "FIELD_INVALID"),
            (new() { Text = "x", Line = "no.such" }, "LINE_UNKNOWN"), (new() { Text = "x", Period = "2012-13" }, "PERIOD_UNKNOWN"),
            (new() { Text = "x", Period = "2012-04-01" }, "FIELD_INVALID"), (new() { Text = "x", Thread = thread + 1 }, "REMARK_THREAD_UNKNOWN"),
            (new() { Text = "x", Thread = -1 }, "REMARK_THREAD_UNKNOWN"), (new() { Text = "x", Thread = thread, Line = "sga" }, "FIELD_INVALID"),
        };
        foreach (var (request, reason) in wrong)
        {
            request.RequestId = bench.NextRequest();
            Assert.Equal(reason, (await Bench.RefusedAsync(bench.Remarks.AddRemarkAsync(request, Bench.Actor).ResponseAsync)).Reason);
        }

        foreach (var (period, reason) in new[] { ("2012-04", "EDITION_UNKNOWN"), ("", "PERIOD_UNKNOWN") })
        {
            var list = bench.Remarks.ListRemarkThreadsAsync(new() { Period = period, Edition = 1 }).ResponseAsync;
            Assert.Equal(reason, (await Bench.RefusedAsync(list)).Reason);
        }

        Assert.Single(Assert.Single(await ListAsync(bench, new())).Remarks);
    }

    private static async Task<long> RemarkAsync(Bench bench, string text, string line = "", string period = "", long thread = 0, bool resolves = false) =>
        (await bench.Remarks.AddRemarkAsync(new()
        {
            RequestId = bench.NextRequest(), Text = text, Line = line, Period = period, Thread = thread, Resolves = resolves,
        }, Bench.Actor)).Thread;

    private static async Task<IReadOnlyList<RemarkThread>> ListAsync(Bench bench, ListRemarkThreadsRequest request)
    {
        var threads = new List<RemarkThread>();
        for (var next = request; ;)
        {
            var page = await bench.Remarks.ListRemarkThreadsAsync(next);
            threads.AddRange(page.Threads);
            if (page.NextPageToken.Length == 0)
                return threads;
            next = new(next) { PageToken = page.NextPageToken };
        }
    }

    private sealed record Said(long Thread, string Line, string Period, string Text, string Actor, bool Resolves);
}
