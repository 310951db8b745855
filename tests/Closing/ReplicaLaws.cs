using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;

namespace Iij.Tests.Closing;

/// <summary>What more is asked where several instances of a source may share one database.</summary>
public abstract class ReplicaLaws : SourceLaws
{
    private protected ReplicaLaws(Business business)
        : base(business, "postgres")
    {
    }

    [Fact]
    public Task Two_instances_on_one_database_lose_nothing_and_double_nothing() => Seeds.HoldsAsync(async (random, steps) =>
    {
        var bus = new FakeBus(failPercent: 10);
        await using var database = await CreateDatabaseAsync();
        // Both bring the empty database up to date and name its source at the same time.
        var nodes = await Task.WhenAll(Node.StartAsync(Business, database, bus), Node.StartAsync(Business, database, bus));
        await using var one = nodes[0];
        await using var other = nodes[1];
        await RaceAsync(nodes, random, steps);
        await RepeatAtBothAsync(nodes, random);
        await CompareEventsAsync(one, database, bus);
        Assert.Equal(1, await database.CountAsync("source"));
    });

    // One request sent to both at once: one answer.
    private async Task RepeatAtBothAsync(IReadOnlyList<Node> nodes, Random random)
    {
        var month = March.PlusMonths(20);
        var before = (await nodes[0].AuditAsync()).EntriesRead;
        for (var round = 0; round < 10; round++)
        {
            var request = Wire.WithId(Business.Sure(random, month.FirstDay()).Request, Node.NewId());
            var answers = await Task.WhenAll(nodes.Concat(nodes).Select(node => Task.Run(() => node.AskAsync(request))));
            Assert.Single(answers.Select(answer => answer.As<IMessage>().ToByteString()).Distinct());
        }

        Assert.Equal(before + 10, (await nodes[1].AuditAsync()).EntriesRead);
        var reopens = await Task.WhenAll(nodes.Select(node => Task.Run(() => node.AskAsync(
            new ReopenPeriodRequest { RequestId = Node.NewId(), Month = March.ToProto(), Reason = "both saw it" }))));
        Assert.Single(reopens, answer => answer.IsOk);
    }
}
