using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;

namespace Iij.Tests.Closing;

/// <summary>A database restored from an older copy is another life of it, and says so.</summary>
public abstract partial class SourceLaws
{
    [Fact]
    public Task A_database_made_of_other_things_is_a_new_incarnation_of_the_same_events() => Seeds.HoldsAsync(async (random, _) =>
    {
        await using var database = await CreateDatabaseAsync();
        var (before, events) = ("", Array.Empty<string>());
        await using (var node = await Node.StartAsync(Business, database))
        {
            await node.RecordAsync(new Books(), Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
            await node.CloseAsync(March);
            (before, events) = ((await SourceAsync(node)).Incarnation, [.. (await node.EventsAsync()).Select(e => e.EventId)]);
        }

        // What a restored dump changes on PostgreSQL; a file of SQLite shows nothing, and is left to the witness.
        var evidence = await database.ScalarAsync("SELECT evidence FROM source");
        Assert.Equal(database.IsPostgres, evidence!.Length > 0);
        await database.ExecuteAsync("UPDATE source SET evidence = 'another cluster'");
        await using (var restored = await Node.StartAsync(Business, database))
        {
            var source = await SourceAsync(restored);
            Assert.NotEqual(before, source.Incarnation);
            var again = await restored.EventsAsync();
            Assert.Equal(events, again.Select(e => e.EventId));
            Assert.All(again, e => Assert.Equal(source.Incarnation, e.Incarnation));
            before = source.Incarnation;
        }

        Assert.Equal(evidence, await database.ScalarAsync("SELECT evidence FROM source"));
        await using var last = await Node.StartAsync(Business, database);
        Assert.Equal(before, (await SourceAsync(last)).Incarnation);
        Assert.Equal("1", await database.ScalarAsync("SELECT COUNT(*) FROM incarnation"));
    });

    [Fact]
    public Task Only_a_witness_of_what_is_not_here_ends_an_incarnation() => HoldsAsync(async (node, database, random, _) =>
    {
        await node.RecordAsync(new Books(), Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        await node.CloseAsync(March);
        var source = await SourceAsync(node);
        var held = (await node.EventsAsync())[^1];
        BeginIncarnationRequest Ask(string incarnation, long sequence, string eventId) => new()
        {
            RequestId = Node.NewId(), Incarnation = incarnation, Reason = "a test",
            Witness = new EventWitness { Sequence = sequence, EventId = eventId },
        };
        Assert.Equal("WITNESS_KNOWN", (await node.AskAsync(Ask(source.Incarnation, held.Sequence, held.EventId))).Reason);
        Assert.Equal("INCARNATION_ENDED", (await node.AskAsync(Ask("another", 99, "lost"))).Reason);
        Assert.Equal(source, await SourceAsync(node));
        Assert.Equal("0", await database.ScalarAsync("SELECT COUNT(*) FROM incarnation"));

        var request = Ask(source.Incarnation, random.Next(2) == 0 ? held.Sequence : held.Sequence + 1, "lost");
        var begun = await node.AskAsync<BeginIncarnationResponse>(request);
        Assert.Equal((begun.Incarnation, source.LastSequence), ((await SourceAsync(node)).Incarnation, source.LastSequence));
        Assert.Equal(begun, await node.AskAsync<BeginIncarnationResponse>(request));
        Assert.Equal("INCARNATION_ENDED", (await node.AskAsync(Ask(source.Incarnation, 99, "lost"))).Reason);
        Assert.Equal($"{source.Incarnation} {begun.Incarnation} {source.LastSequence} recorder a test", await database.ScalarAsync(
            "SELECT ended || ' ' || begun || ' ' || last_sequence || ' ' || actor || ' ' || reason FROM incarnation"));
        Assert.Empty((await node.AuditAsync()).Findings);
    });

    private static Task<GetSourceResponse> SourceAsync(Node node) => node.AskAsync<GetSourceResponse>(new GetSourceRequest(), null);
}
