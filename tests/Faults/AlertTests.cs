using System.Text;
using Grpc.Core;
using Iij.Closing.V1;
using Iij.Tests.Model;
using Iij.Tests.Servers;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>
/// Each fault is made for real, and Prometheus raises its alert from what the services tell; before the first one it raises none. A clock that is
/// set cannot be made here (ClockHealthTests), nor a service that hangs (the tests of the rules beside them).
/// </summary>
public sealed class AlertTests(ITestOutputHelper output)
{
    private const int Letters = 12; // one more than a quarter of an hour may have, and one

    [Fact]
    public async Task Each_fault_raises_its_alert()
    {
        await using var broker = RabbitServer.CreateOwn();
        await using var server = PostgresServer.CreateOwn();
        await using var world = await World.StartAsync(new Plan { Broker = broker, SourceServer = server, FillGaps = true });
        var load = new Load(world, new Random(Seeds.Seed));
        await load.MonthAsync(reopens: false);
        await new Check(world).HoldsAsync(TimeSpan.FromSeconds(30));
        await using var prometheus = await Prometheus.StartAsync(world.Atm.Observed, world.Reporting.Observed);
        await prometheus.SeesAsync(services: 2);
        await Task.Delay(3_000); // some rounds in which nothing is wrong
        Assert.Empty(await prometheus.RaisedAsync());

        await DeadLettersAsync(world, RaisesAsync);
        await broker.KillAsync();
        await load.MonthAsync(reopens: false); // its events wait in the outbox from now on
        await RaisesAsync("BrokerAway");
        await RecordsAsync(world, RaisesAsync);
        await RaisesAsync("OutboxStalled");

        await server.CrashAsync();
        await RaisesAsync("DatabaseTakesNoWrites");
        await world.Atm.KillAsync();
        await RaisesAsync("ServiceDown");
        await RaisesAsync("SourceAway");

        async Task RaisesAsync(string alert) => output.WriteLine($"{alert}: raised after {(await prometheus.RaisesAsync(alert)).TotalSeconds:F0} s");
    }

    private static async Task DeadLettersAsync(World world, Func<string, Task> raises)
    {
        for (var letter = 0; letter < Letters; letter++)
            await Rabbit.PublishAsync(world.Bus, [Encoding.UTF8.GetBytes($"not an event {letter}")]);
        await raises("DeadLettersOpen");
        await raises("DeadLettersGrow");
    }

    private static async Task RecordsAsync(World world, Func<string, Task> raises)
    {
        var source = await world.Closing.GetSourceAsync(new());
        await world.Closing.BeginIncarnationAsync(
            new BeginIncarnationRequest { RequestId = "restored", Incarnation = source.Incarnation, Reason = "a copy was restored" }, World.As("olga"));
        await world.Figures.FillGapsAsync(new());
        await raises("IncarnationHeld");
        await World.ScalarAsync(world.ReportingDatabase, "UPDATE received_event SET actor = 'mallory' WHERE knowledge = 1 RETURNING 1");
        await Assert.ThrowsAsync<RpcException>(() => world.Figures.AuditRecordsAsync(new()).ResponseAsync);
        await raises("RecordsAltered");
    }
}
