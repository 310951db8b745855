using Iij.Tests.Model;
using Iij.Tests.Servers;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>The broker is killed, or loses everything it had.</summary>
public sealed class BrokerTests(ITestOutputHelper output)
{
    private static readonly int _kills = Seeds.IsLong ? 20 : 2;

    [Fact]
    public async Task A_broker_killed_under_load_loses_nothing_that_it_confirmed()
    {
        await using var broker = RabbitServer.CreateOwn();
        await using var world = await World.StartAsync(new Plan { Broker = broker });
        var said = await UnderLoad.HoldsAsync(world, async random =>
        {
            for (var kill = 0; kill < _kills; kill++)
            {
                await Task.Delay(random.Next(1_000, 3_000)); // a queue younger than a second may come back without a leader
                await broker.KillAsync();
                await Task.Delay(random.Next(2_000));
                await broker.StartAsync();
            }
        });
        output.WriteLine($"{_kills} kills; {said}");
    }

    [Fact]
    public async Task A_broker_that_comes_back_empty_loses_nothing_for_the_view()
    {
        await using var broker = RabbitServer.CreateOwn();
        await using var world = await World.StartAsync(new Plan { Broker = broker, FillGaps = true });
        var said = await UnderLoad.HoldsAsync(world, async random =>
        {
            await Task.Delay(random.Next(1_000, 2_000));
            await broker.WipeAsync();
            await Task.Delay(random.Next(1_000));
            await broker.StartAsync();
            await Task.Delay(3_000);
        });
        output.WriteLine(said);
        // And what comes after it goes the usual way: through a queue that is there again.
        var load = new Load(world, new Random(Seeds.Seed));
        await load.MonthAsync();
        await new Check(world).HoldsAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, await Rabbit.CountAsync(world.Bus, Rabbit.Queue));
    }
}
