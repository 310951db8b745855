using Iij.Contracts;
using Iij.Reporting.V1;
using Iij.Tests.Model;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>Events through the inbox into real databases, and what is dead-lettered there.</summary>
public sealed class InboxTests(PostgresDatabase postgres) : IClassFixture<PostgresDatabase>
{
    private readonly Events _atm = new("atm");

    [Fact]
    public Task Any_order_and_duplication_gives_the_same_view_on_SQLite() => Seeded.CheckAsync(12, random => SameViewAsync(random, ""));

    [Fact]
    public async Task Any_order_and_duplication_gives_the_same_view_on_PostgreSQL()
    {
        var told = Story.OfAll(new Random(7), 4, 25);
        var expected = Iij.Reporting.Fold.Of(Known.Of(told));
        await using var bench = await Bench.StartAsync(postgres.ConnectionString);
        await CheckViewAsync(bench, told, new Random(8), expected);
    }

    [Fact]
    public async Task The_same_event_twice_is_one_event_and_no_alarm()
    {
        await using var bench = await Bench.StartAsync();
        var close = _atm.Close("2012-04", ("atm.cost", 5));
        Assert.True(await bench.AcceptAsync(close));
        Assert.False(await bench.AcceptAsync(close));
        // The same facts in other bytes are the same statement.
        Assert.False(await bench.AcceptAsync(close with { Body = "{ \"costJpy\" : 5 , \"laterField\": [1] }" }));
        Assert.Empty(await bench.DeadLettersAsync());
        var request = new ListRevisionsRequest { Source = "atm", Month = new() { Year = 2012, Month_ = 4 } };
        Assert.Single((await bench.Client.ListRevisionsAsync(request)).Revisions);
    }

    [Fact]
    public async Task The_same_text_that_an_earlier_version_understood_in_part_is_no_alarm()
    {
        await using var bench = await Bench.StartAsync();
        var close = _atm.Close("2012-04", ("atm.cost", 5));
        await bench.AcceptAsync(close);
        await bench.ExecuteAsync("UPDATE received_event SET digest = 'of fewer facts'");
        Assert.False(await bench.AcceptAsync(close));
        Assert.Empty(await bench.DeadLettersAsync());
        Assert.False(await bench.AcceptAsync(close with { Body = Statements.Body("atm", ("atm.cost", 6)) }));
        Assert.Single(await bench.DeadLettersAsync());
    }

    [Fact]
    public async Task What_contradicts_or_cannot_be_read_is_put_aside_once_and_its_neighbours_are_stored()
    {
        await using var bench = await Bench.StartAsync();
        var first = _atm.Close("2012-04", ("atm.cost", 5));
        await bench.AcceptAsync(first);
        var (second, third) = (_atm.Close("2012-05", ("atm.cost", 6)), _atm.Close("2012-06", ("atm.cost", 7)));
        var bad = Bad(first).ToList();
        var batch = new[] { second }.Concat(bad.Select(one => one.Message)).Append(third).ToList();
        for (var round = 0; round < 2; round++)
            await bench.AcceptAsync(batch);
        await bench.AcceptAsync(bad[0].Message);
        Assert.Equal(bad.Select(one => one.Reason).Order(), (await bench.DeadLettersAsync()).Select(row => row.Reason).Order());
        Assert.Equal("18", await bench.FigureAsync("atm.cost", "FY2012-Q1"));
        Assert.Equal(bad.Count, (await bench.DeadLettersAsync()).Select(row => row.Number).Distinct().Count());
    }

    [Theory]
    [InlineData("a month that is none", "2012-13", "Closed", 9, 1, 1_340_000_000_000_000)]
    [InlineData("a transition by its number", "2012-04", "3", 9, 1, 1_340_000_000_000_000)]
    [InlineData("a transition that is unspecified", "2012-04", "Unspecified", 9, 1, 1_340_000_000_000_000)]
    [InlineData("a statement of no revision", "2012-04", "Closed", 9, 0, 1_340_000_000_000_000)]
    [InlineData("a sequence of zero", "2012-04", "Closed", 0, 1, 1_340_000_000_000_000)]
    [InlineData("a time that no calendar has", "2012-04", "Closed", 9, 1, long.MaxValue)]
    [InlineData("a reopen with a statement", "2012-04", "Reopened", 9, 1, 1_340_000_000_000_000)]
    public async Task A_header_that_says_nothing_is_unreadable(
        string what, string month, string transition, long sequence, int revision, long occurredAt)
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1)) with
        {
            Month = month,
            Transition = transition,
            Sequence = sequence,
            Revision = revision,
            OccurredAt = occurredAt,
        });
        Assert.True((await bench.DeadLettersAsync()).Select(row => row.Reason).SequenceEqual(["UNREADABLE"]), what);
        Assert.Empty((await bench.ViewAsync()).Months);
    }

    [Fact]
    public async Task A_close_without_its_statement_is_unreadable()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(_atm.Tell("2012-04", "Closed"));
        Assert.Equal("UNREADABLE", Assert.Single(await bench.DeadLettersAsync()).Reason);
    }

    [Fact]
    public async Task A_contradiction_names_what_is_held_even_within_one_batch()
    {
        await using var bench = await Bench.StartAsync();
        var close = _atm.Close("2012-04", ("atm.cost", 1));
        await bench.AcceptAsync([close, close with { Actor = "somebody else" }]);
        var row = Assert.Single(await bench.DeadLettersAsync());
        Assert.Equal(("CONTRADICTS_FACT", "atm", 1L, close.EventId), (row.Reason, row.Source, row.Sequence, row.EventId));
    }

    [Fact]
    public async Task Dead_letters_are_listed_in_pages()
    {
        await using var bench = await Bench.StartAsync();
        for (var n = 1; n <= 5; n++)
            await bench.AcceptAsync(_atm.Close("2012-04") with { Body = $"broken {n}" });
        var (numbers, token) = (new List<long>(), "");
        do
        {
            var page = await bench.Client.ListDeadLettersAsync(new ListDeadLettersRequest { PageSize = 2, PageToken = token });
            numbers.AddRange(page.Letters.Select(letter => letter.Number));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        Assert.Equal([1, 2, 3, 4, 5], numbers);
    }

    private IEnumerable<(PeriodEventPublished Message, string Reason)> Bad(PeriodEventPublished held)
    {
        var next = _atm.Tell("2012-07", "Prepared") with { Sequence = 40, Schema = held.Schema, Transition = "Closed", Revision = 1 };
        yield return (held with { Body = Statements.Body("atm", ("atm.cost", 6)) }, "CONTRADICTS_FACT");
        yield return (held with { EventId = Guid.NewGuid().ToString() }, "CONTRADICTS_FACT");
        yield return (held with { OccurredAt = held.OccurredAt + 1 }, "CONTRADICTS_FACT");
        yield return (held with { Sequence = 30, Body = Statements.Body("atm", ("atm.cost", 8)) }, "CONTRADICTS_FACT");
        yield return (next with { Body = "{ this is not JSON" }, "UNREADABLE");
        yield return (next with { Body = "{\"costJpy\": \"many\"}" }, "UNREADABLE");
        yield return (next with { Body = "{\"costJpy\": 99999999999999999999}" }, "UNREADABLE");
        yield return (next with { Body = "{\"placedByDate\":[{\"date\":{\"year\":2012,\"month\":2,\"day\":30},\"amount\":\"1\"}]}" },
            "UNREADABLE");
        yield return (next with { Body = "{\"placedByDate\":[{\"amount\":\"1\"}]}" }, "UNREADABLE");
        yield return (next with
        {
            Source = "group",
            Schema = Statements.Schemas["group"].FullName,
            Body = "{\"targets\":[{\"item\":\"x\"}]}"
        }, "UNREADABLE");
        yield return (next with
        {
            Source = "group",
            Schema = Statements.Schemas["group"].FullName,
            Body = "{\"targets\":[{\"item\":\"x\",\"value\":{\"unscaled\":\"1\",\"scale\":-1}}]}",
        }, "UNREADABLE");
        yield return (next with
        {
            Source = "group",
            Schema = Statements.Schemas["group"].FullName,
            Body = "{\"balance\":[{\"item\":\"cash\",\"amount\":\"1\"},{\"item\":\"cash\",\"amount\":\"2\"}]}",
        }, "UNREADABLE");
        yield return (next with { Schema = "iij.atmoperations.v9.AtmOperationsStatement", Body = "{}" }, "UNREADABLE");
        yield return (next with { Schema = Statements.Schemas["cloud"].FullName, Body = "{}" }, "UNREADABLE");
        yield return (next with { Source = "mail", Body = "{}" }, "UNREADABLE");
        yield return (next with { Schema = null!, Body = null!, Reason = null! }, "UNREADABLE");
    }

    private static async Task SameViewAsync(Random random, string postgresDatabase)
    {
        var told = Story.OfAll(random, 4, 25);
        var expected = Iij.Reporting.Fold.Of(Known.Of(told));
        await using var bench = await Bench.StartAsync(postgresDatabase);
        await CheckViewAsync(bench, told, random, expected);
    }

    private static async Task CheckViewAsync(Bench bench, List<Told> told, Random random, Iij.Reporting.View expected)
    {
        var deliveries = random.Shuffled(told.Concat(told.Where(_ => random.Next(3) == 0)).Select(one => one.Message));
        foreach (var batch in deliveries.Chunk(Math.Max(1, deliveries.Count / 3)))
            await bench.AcceptAsync(batch);
        var view = await bench.ViewAsync();
        Assert.Equal(expected.Digest, view.Digest);
        Assert.Equal(told.Count, view.Knowledge);
        Assert.Empty(await bench.DeadLettersAsync());
        var (stored, naive) = (new Asked(view), new NaiveView(told));
        foreach (var line in NaiveView.Lines)
        {
            var months = Iij.Contracts.ReportingPeriod.Parse("FY2012-Q1")!.Months.ToList();
            Assert.Equal(NaiveView.Rounded(naive.Amount(line, months), 6, 1),
                stored.Text(line, "FY2012-Q1", Kind.Amount, Iij.Money.V1.Unit.JpyMillion, 1));
        }
    }
}
