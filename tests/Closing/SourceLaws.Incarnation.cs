using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using Iij.Tests.Servers;

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
        // What the original database would have recorded and signed, and this copy of it never saw.
        PeriodEvent Lost(string incarnation, long sequence) => SourceKeys.Sign(PeriodEventPublished.FromProto(held) with
        {
            Incarnation = incarnation,
            Sequence = sequence,
            EventId = $"lost {sequence}",
            KeyId = "",
            Signature = "",
        }).ToProto();
        BeginIncarnationRequest Ask(PeriodEvent witness, string? incarnation = null) => new()
        {
            RequestId = Node.NewId(), Incarnation = incarnation ?? witness.Incarnation, Reason = "a test",
            Witness = new EventWitness { Sequence = witness.Sequence, EventId = witness.EventId, Event = witness },
        };
        Assert.Equal("WITNESS_KNOWN", (await node.AskAsync(Ask(held))).Reason);
        Assert.Equal("INCARNATION_ENDED", (await node.AskAsync(Ask(Lost("another", 99)))).Reason);
        foreach (var forged in Forged(Lost(source.Incarnation, 99), held))
            Assert.Equal("WITNESS_NOT_SIGNED", (await node.AskAsync(Ask(forged, source.Incarnation))).Reason);
        Assert.Equal(source, await SourceAsync(node));
        Assert.Equal("0", await database.ScalarAsync("SELECT COUNT(*) FROM incarnation"));

        var request = Ask(Lost(source.Incarnation, random.Next(2) == 0 ? held.Sequence : held.Sequence + 1));
        var begun = await node.AskAsync<BeginIncarnationResponse>(request);
        Assert.Equal((begun.Incarnation, source.LastSequence), ((await SourceAsync(node)).Incarnation, source.LastSequence));
        Assert.Equal(begun, await node.AskAsync<BeginIncarnationResponse>(request));
        Assert.Equal("INCARNATION_ENDED", (await node.AskAsync(Ask(Lost(source.Incarnation, 99)))).Reason);
        Assert.All(await node.EventsAsync(), Signatures.Verify); // signed again, for the new incarnation
        Assert.Equal($"{source.Incarnation} {begun.Incarnation} {source.LastSequence} recorder a test", await database.ScalarAsync(
            "SELECT ended || ' ' || begun || ' ' || last_sequence || ' ' || actor || ' ' || reason FROM incarnation"));
        Assert.Empty((await node.AuditAsync()).Findings);
    });

    [Fact]
    public Task Every_event_is_signed_by_its_source_and_a_row_that_was_not_recorded_never_is() => HoldsAsync(async (node, database, random, _) =>
    {
        await node.RecordAsync(new Books(), Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        await node.CloseAsync(March);
        var events = await node.EventsAsync();
        Assert.NotEmpty(events);
        Assert.All(events, Signatures.Verify);

        // The role of the service can add rows, and the owner of the tables can change them.
        await database.ExecuteAsync("UPDATE period_event SET actor = 'mallory' WHERE sequence = 1");
        await database.ExecuteAsync($"INSERT INTO period_event SELECT sequence + {events.Count}, 'forged', transition, month, revision + 1, "
            + "has_statement, occurred_at, actor, reason FROM period_event WHERE sequence = 1");
        await database.ExecuteAsync("UPDATE source SET last_sequence = last_sequence + 1");
        var source = await SourceAsync(node);
        var begun = await node.AskAsync<BeginIncarnationResponse>(
            new BeginIncarnationRequest { RequestId = Node.NewId(), Incarnation = source.Incarnation, Reason = "a person decides" });
        foreach (var told in await node.EventsAsync())
        {
            Assert.Equal(begun.Incarnation, told.Incarnation);
            if (told.Sequence == 1 || told.EventId == "forged")
                Assert.Equal("", told.KeyId + told.Signature.ToBase64());
            else
                Signatures.Verify(told);
        }
    });

    [Fact]
    public async Task Events_of_before_are_signed_when_a_key_is_first_there()
    {
        await using var database = await CreateDatabaseAsync();
        await using (var node = await Node.StartAsync(Business, database))
        {
            await node.RecordAsync(new Books(), Business.Ground(March).Append(Business.Sure(new Random(1), March.FirstDay())));
            await node.CloseAsync(March);
            // As the schema of before had left it: events, and nothing that signs them.
            await database.ExecuteAsync("DELETE FROM event_signature");
            await database.ExecuteAsync("UPDATE signing SET last_before = (SELECT MAX(sequence) FROM period_event)");
            Assert.All(await node.EventsAsync(), told => Assert.True(told.Signature.IsEmpty));
        }

        await using var again = await Node.StartAsync(Business, database);
        Assert.All(await again.EventsAsync(), Signatures.Verify);
    }

    // A witness that the source never signed, in every way that one may try.
    private static IEnumerable<PeriodEvent> Forged(PeriodEvent lost, PeriodEvent held)
    {
        yield return new PeriodEvent { Sequence = lost.Sequence, EventId = lost.EventId, Incarnation = lost.Incarnation, Source = lost.Source };
        yield return new PeriodEvent(lost) { Signature = Google.Protobuf.ByteString.Empty };
        yield return new PeriodEvent(lost) { Signature = held.Signature };
        yield return new PeriodEvent(lost) { Sequence = lost.Sequence + 1 };
        yield return new PeriodEvent(lost) { EventId = "another" };
        yield return new PeriodEvent(lost) { Actor = "another" };
        yield return new PeriodEvent(lost) { Source = lost.Source == "atm" ? "cloud" : "atm" };
        using var stranger = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        yield return SourceKeys.Sign(PeriodEventPublished.FromProto(lost) with { KeyId = "", Signature = "" }, stranger).ToProto();
    }

    private static Task<GetSourceResponse> SourceAsync(Node node) => node.AskAsync<GetSourceResponse>(new GetSourceRequest(), null);
}
