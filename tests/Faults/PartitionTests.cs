using Iij.Reporting.V1;
using Iij.Tests.Model;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>The wire between reporting and the broker, or a source, stalls or is cut; each way, and both.</summary>
public sealed class PartitionTests(ITestOutputHelper output)
{
    private static readonly TimeSpan _for = TimeSpan.FromSeconds(Seeds.IsLong ? 30 : 4);
    private static readonly Passage[] _passages = [Passage.Stalled, Passage.Deaf, Passage.Mute, Passage.Cut];

    // A source that is silent is given up after ten seconds, so each silence takes that long.
    private static readonly Passage[] _ofSource = Seeds.IsLong ? _passages : [Passage.Deaf, Passage.Cut];
    private static readonly TimeSpan _granted = TimeSpan.FromSeconds(40); // stop_grace_period of the container stack
    private static readonly TimeSpan _fillMax = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Between_reporting_and_the_broker()
    {
        Gate? gate = null;
        await using var world = await World.StartAsync(new Plan { Way = (what, address) => what == "bus" ? (gate = new Gate(address)).Address : address });
        await using (gate)
        {
            var said = await UnderLoad.HoldsAsync(world, async random =>
            {
                foreach (var passage in _passages)
                {
                    gate!.Passage = passage;
                    await Task.Delay(_for);
                    gate.Passage = Passage.Open;
                    await Task.Delay(random.Next(1_000));
                }
            });
            output.WriteLine($"{string.Join(", ", _passages)}, {_for.TotalSeconds:F0} s each; {said}");
        }
    }

    [Fact]
    public async Task A_process_ends_in_the_time_that_it_is_granted_while_the_broker_is_frozen()
    {
        Gate? gate = null;
        await using var world = await World.StartAsync(new Plan { Way = (what, address) => what == "bus" ? (gate = new Gate(address)).Address : address });
        await using (gate)
        {
            await new Load(world, new Random(Seeds.Seed)).MonthAsync(reopens: false);
            await new Check(world).HoldsAsync([Load.First], _fillMax); // the consumer is attached
            gate!.Passage = Passage.Stalled;
            var watch = System.Diagnostics.Stopwatch.StartNew();
            Assert.Equal(0, await world.Reporting.StopAsync());
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, _granted);
            output.WriteLine($"reporting ended {watch.Elapsed.TotalSeconds:F1} s after it was told to");
        }
    }

    [Fact]
    public async Task Between_reporting_and_a_source()
    {
        // The way over the broker is cut for good: what reporting learns, it learns by asking.
        var gates = new Dictionary<string, Gate>();
        await using var world = await World.StartAsync(new Plan
        {
            FillGaps = true, Way = (what, address) => (gates[what] = new Gate(address) { Passage = what == "bus" ? Passage.Cut : Passage.Open }).Address,
        });
        await using (gates["bus"])
        await using (gates["atm"])
        {
            var said = await UnderLoad.HoldsAsync(world, async _ =>
            {
                foreach (var passage in _ofSource)
                {
                    await AskAsync(world, passage, gates["atm"]);
                    gates["atm"].Passage = Passage.Open;
                    Assert.Equal("", (await FillAsync(world)).LastError);
                }
            });
            output.WriteLine($"{string.Join(", ", _ofSource)}, {_for.TotalSeconds:F0} s or more each; {said}");
        }
    }

    // While nothing comes through, reporting says so, with the reason, and answers everything else.
    private static async Task AskAsync(World world, Passage passage, Gate gate)
    {
        gate.Passage = passage;
        var asked = FillAsync(world);
        await Task.Delay(_for);
        await world.Figures.ListSourcesAsync(new ListSourcesRequest());
        Assert.NotEqual("", (await asked).LastError);
    }

    private static async Task<SourceStatus> FillAsync(World world) =>
        (await world.Figures.FillGapsAsync(new FillGapsRequest(), deadline: DateTime.UtcNow + _fillMax)).Sources.Single(source => source.Source == "atm");
}
