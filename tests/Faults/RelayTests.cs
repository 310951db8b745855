using Iij.Tests.Model;
using Iij.Tests.Servers;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>Several relays on one outbox, and a row in it that no relay can publish.</summary>
public sealed class RelayTests(ITestOutputHelper output)
{
    private static readonly int _kills = Seeds.IsLong ? 10 : 2;
    private static readonly TimeSpan _neighboursMax = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Two_processes_of_one_source_share_an_outbox()
    {
        await using var world = await World.StartAsync();
        var (other, invoker) = world.AnotherAtm();
        await using (other)
        {
            await other.StartAsync();
            var turn = 0;
            var load = new Load(world, new Random(Seeds.Seed))
            {
                Invoker = () => Interlocked.Increment(ref turn) % 2 == 0 ? world.AtmInvoker : invoker,
            };
            using var enough = new CancellationTokenSource();
            var months = Task.Run(() => load.MonthsAsync(enough.Token));
            for (var kill = 0; kill < _kills; kill++)
            {
                await Task.Delay(1_500, CancellationToken.None);
                var program = kill % 2 == 0 ? other : world.Atm;
                await program.KillAsync();
                await program.StartAsync();
            }

            await enough.CancelAsync();
            await months;
            var took = await new Check(world).HoldsAsync(TimeSpan.FromSeconds(45));
            output.WriteLine($"{_kills} kills, {load.Sent.Answers} requests, {world.Truth.Events.Count} events, view complete after {took.TotalSeconds:F1} s");
        }
    }

    [Fact]
    public async Task A_row_that_cannot_be_published_holds_up_nothing()
    {
        await using var world = await World.StartAsync();
        var load = new Load(world, new Random(Seeds.Seed));
        await load.MonthAsync();
        await new Check(world).ArriveAsync(TimeSpan.FromSeconds(30));
        await RestartAsync(world.Atm, relay: false);
        for (var month = 0; month < 3; month++)
            await load.MonthAsync();
        var poisoned = world.Truth.Events.Count - 3;
        var id = await World.ScalarAsync(world.AtmDatabase, $"SELECT event_id FROM period_event WHERE sequence = {poisoned}");
        // An id that is none is what the bus refuses to send.
        await SetIdAsync(world, poisoned, "no id at all");
        await RestartAsync(world.Atm, relay: true);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (await HeldAsync(world) < world.Truth.Events.Count - 1)
        {
            Assert.True(watch.Elapsed < _neighboursMax, $"its neighbours wait:\n{world.Output}");
            await Task.Delay(50);
        }

        output.WriteLine($"{world.Truth.Events.Count - 1} of {world.Truth.Events.Count} events are in {watch.Elapsed.TotalSeconds:F1} s after the start");
        var missing = Assert.Single((await new Check(world).StatusAsync()).Missing);
        Assert.Equal((poisoned, poisoned), (missing.First, missing.Last));
        await SetIdAsync(world, poisoned, id);
        var took = await new Check(world).HoldsAsync(TimeSpan.FromSeconds(30));
        output.WriteLine($"the row itself {took.TotalSeconds:F1} s after it was mended");
    }

    private static async Task<long> HeldAsync(World world) =>
        long.Parse(await World.ScalarAsync(world.ReportingDatabase, "SELECT COUNT(*) FROM received_event"), System.Globalization.CultureInfo.InvariantCulture);

    private static Task SetIdAsync(World world, long sequence, string id) =>
        World.ScalarAsync(world.AtmDatabase, $"UPDATE period_event SET event_id = '{id}' WHERE sequence = {sequence}");

    private static async Task RestartAsync(ServiceProgram program, bool relay)
    {
        await program.StopAsync();
        program.Settings["Relay"] = relay.ToString();
        await program.StartAsync();
    }
}
