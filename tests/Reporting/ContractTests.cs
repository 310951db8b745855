using System.Collections.Concurrent;
using System.Text.Json;
using Iij.Contracts;
using Iij.Platform;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>What crosses the bus: the record's name, its JSON, the statements in it, and what a bus does with a failing consumer.</summary>
public sealed class ContractTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void The_name_of_the_message_is_its_address()
    {
        Assert.Equal("Iij.Contracts.PeriodEventPublished", typeof(PeriodEventPublished).FullName);
        Assert.Equal("urn:message:Iij.Contracts:PeriodEventPublished", MassTransit.MessageUrn.ForTypeString<PeriodEventPublished>());
        Assert.Equal(
            ["EventId", "Source", "Incarnation", "Transition", "Month", "Revision", "Sequence", "PreviousSequence", "OccurredAt", "Actor",
                "Reason",
                "Schema", "Body", "Waivers", "KeyId", "Signature"],
            typeof(PeriodEventPublished).GetConstructors().Single(made => made.GetParameters().Length > 1).GetParameters()
                .Select(p => p.Name));
    }

    [Fact]
    public void The_message_goes_through_JSON_unharmed() => Seeded.Check(200, random =>
    {
        foreach (var told in Story.OfAll(random, 3, 10))
            Assert.Equal(told.Message, JsonSerializer.Deserialize<PeriodEventPublished>(JsonSerializer.Serialize(told.Message)));
    });

    [Fact]
    public void A_stored_message_is_still_read()
    {
        var json = File.ReadAllText(Snapshot("PeriodEventPublished.json"));
        var message = JsonSerializer.Deserialize<PeriodEventPublished>(json)!;
        Assert.Equal(("network", "RolledForward", "2012-12", 3, 41L, 40L),
            (message.Source, message.Transition, message.Month, message.Revision,
            message.Sequence, message.PreviousSequence));
        Assert.Equal((1_358_000_000_123_456, "2012-11 closed again"), (message.OccurredAt, message.Reason));
        Assert.Equal(2, Fact.Of(MeasureCatalog.Parse(message.Schema, message.Body)!).Count);
    }

    [Fact]
    public void Every_schema_is_a_snapshot_and_stored_statements_give_the_same_facts()
    {
        Assert.Equal(Statements.Schemas.Values.Select(schema => schema.FullName).Order(), MeasureCatalog.Schemas.Order());
        foreach (var (source, schema) in Statements.Schemas)
        {
            var body = File.ReadAllText(Snapshot($"{schema.FullName}.json"));
            var facts = Fact.Of(MeasureCatalog.Parse(schema.FullName, body)!);
            var lines = facts.Select(fact => $"{fact.Key}={fact.Unscaled}e-{fact.Scale}");
            Assert.Equal(File.ReadAllLines(Snapshot($"{schema.FullName}.facts")), lines);
            // Every measure of the schema is in its snapshot, and in it alone.
            var measures = MeasureCatalog.Measures.Values.Where(measure => measure.Source == source).ToList();
            Assert.All(measures, measure => Assert.Contains(facts, fact => fact.Measure == measure.Name
                || (measure.IsList && fact.Measure.StartsWith(measure.Name + ".", StringComparison.Ordinal))));
        }
    }

    [Fact]
    public void A_field_of_a_newer_producer_is_passed_over()
    {
        const string Schema = "iij.atmoperations.v1.AtmOperationsStatement";
        const string Newer = """
            {"costJpy":"5","newFigure":"7","newList":[{"a":1}],
             "placedByDate":[{"date":{"year":2012,"month":4,"day":1},"amount":"0"}]}
            """;
        Assert.Equal([new Fact("atm.cost", "", "", 5, 0), new Fact("atm.placed", "", "2012-04-01", 0, 0)],
            Fact.Of(MeasureCatalog.Parse(Schema, Newer)!));
        Assert.Null(MeasureCatalog.Parse("iij.atmoperations.v2.AtmOperationsStatement", Newer));
    }

    [Fact]
    public void Zero_is_stored_and_absent_is_not() => Seeded.Check(100, random =>
    {
        foreach (var (source, schema) in Statements.Schemas)
        {
            var (body, facts) = Statements.Random(source, Story.First, random);
            var read = Fact.Of(MeasureCatalog.Parse(schema.FullName, body)!);
            Assert.Equal(facts.OrderBy(fact => fact.Key, StringComparer.Ordinal), read);
            Assert.Equal(Fact.Digest(facts), Fact.Digest(random.Shuffled(read)));
        }
    });

    [Fact]
    public async Task Two_buses_one_after_another_deliver_everything()
    {
        for (var round = 0; round < 2; round++)
        {
            var (got, events) = (new ConcurrentBag<PeriodEventPublished>(), new Events("atm"));
            for (var n = 0; n < 50; n++)
                events.Close("2012-04", ("atm.cost", n));
            Task Take(PeriodEventPublished message, string? sender, CancellationToken cancel)
            {
                got.Add(message);
                return Task.CompletedTask;
            }

            await using (var bus = await EventBus.StartAsync(new BusSettings(), Take))
            {
                await Task.WhenAll(events.All.Select(message => bus.PublishAsync(message, CancellationToken.None)));
                await UntilAsync(() => got.Count == 50);
            }

            Assert.Equal(events.All, got.OrderBy(message => message.Sequence));
        }
    }

    [Fact]
    public async Task A_consumer_that_fails_for_a_moment_gets_the_event_again()
    {
        var (tries, events) = (0, new Events("atm"));
        await using var bus = await EventBus.StartAsync(new BusSettings(), (_, _, _) =>
            Interlocked.Increment(ref tries) < 3 ? throw new TimeoutException("the database is away") : Task.CompletedTask);
        await bus.PublishAsync(events.Close("2012-04"), CancellationToken.None);
        await UntilAsync(() => Volatile.Read(ref tries) == 3);
    }

    [Fact]
    public async Task What_is_published_on_the_bus_is_in_the_view()
    {
        await using var bench = await Bench.StartAsync();
        var told = Story.OfAll(new Random(3), 4, 20);
        await using (var bus = await EventBus.StartAsync(new BusSettings(), bench.Consume))
        {
            await Task.WhenAll(told.Select(one => bus.PublishAsync(SourceKeys.Sign(one.Message), CancellationToken.None)));
            await UntilAsync(async () => (await bench.ViewAsync()).Knowledge == told.Count);
        }

        Assert.Equal(Iij.Reporting.Fold.Of(Known.Of(told)).Digest, (await bench.ViewAsync()).Digest);
    }

    internal static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    internal static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? _patience);
        while (!await condition())
            await Task.Delay(20, limit.Token);
    }

    private static string Snapshot(string name) => Path.Combine(AppContext.BaseDirectory, "Snapshots", name);
}
