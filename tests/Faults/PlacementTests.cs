using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>
/// That a step is where its name says: what was committed, published, taken in and acknowledged when the process died of it. A step
/// that strikes a moment early would make its rounds prove something else.
/// </summary>
public sealed class PlacementTests(ITestOutputHelper output)
{
    // Where the one event is: rows of period_event and outbox at the source, of received_event at reporting, messages in the queue.
    private static readonly (string Step, string Must)[] _places =
    [
        ("close.commit.before", "event 0, outbox 0, received 0, queued 0"), ("close.commit.after", "event 1, outbox 1, received 0, queued 0"),
        ("relay.claim.before", "event 1, outbox 1, received 0, queued 0"), ("relay.claim.after", "event 1, outbox 1, received 0, queued 0"),
        ("relay.publish.before", "event 1, outbox 1, received 0, queued 0"), ("relay.publish.after", "event 1, outbox 1, received 1, queued 0"),
        ("relay.confirm.before", "event 1, outbox 1, received 1, queued 0"), ("relay.confirm.after", "event 1, outbox 1, received 1, queued 0"),
        ("relay.delete.before", "event 1, outbox 1, received 1, queued 0"), ("relay.delete.after", "event 1, outbox 0, received 1, queued 0"),
        ("inbox.consume.before", "event 1, outbox 0, received 0, queued 1"), ("inbox.consume.after", "event 1, outbox 0, received 0, queued 1"),
        ("inbox.commit.before", "event 1, outbox 0, received 0, queued 1"), ("inbox.commit.after", "event 1, outbox 0, received 1, queued 1"),
        ("inbox.acknowledge.before", "event 1, outbox 0, received 1, queued 1"),
        ("inbox.acknowledge.after", "event 1, outbox 0, received 1, queued 0"),
    ];

    // A message and an acknowledgement are given to the connection's writer: a process that died at once might take them along.
    private static readonly string[] _handsOver = ["relay.publish.after", "relay.confirm.before", "inbox.acknowledge.after"];
    private static readonly TimeSpan _settled = TimeSpan.FromMilliseconds(1_500);
    private static readonly TimeSpan _restMax = TimeSpan.FromSeconds(15);
    private readonly List<string> _wrong = [];

    [Fact]
    public async Task Each_step_is_where_its_name_says()
    {
        await Task.WhenAll(EntriesAsync(), EventsAsync("relay."), EventsAsync("inbox."), EventsAsync("close."));
        Assert.Empty(_wrong);
        Assert.Equal(Failpoint.Steps.Except(["entry.commit.before", "entry.commit.after"]), _places.Select(place => place.Step));
    }

    private async Task EntriesAsync()
    {
        await using var world = await World.StartAsync();
        foreach (var (step, added) in new[] { ("entry.commit.before", 0), ("entry.commit.after", 1) })
        {
            var before = await CountAsync(world.AtmDatabase, "SELECT COUNT(*) FROM entry");
            world.Arm(step, 0);
            var draft = world.Truth.Business.Sure(new Random(1), Load.First.FirstDay());
            var asked = new Load(world, new Random(1)).RecordAsync(world.Truth.Business.Ground(Load.First)[added]);
            await world.Atm.WaitForExitAsync();
            Say(step, $"entry {added}", $"entry {await CountAsync(world.AtmDatabase, "SELECT COUNT(*) FROM entry") - before}");
            await world.Atm.StartAsync();
            await asked;
        }
    }

    private async Task EventsAsync(string prefix)
    {
        await using var world = await World.StartAsync();
        var load = new Load(world, new Random(2));
        await load.MonthAsync(reopens: false);
        foreach (var (step, must) in _places.Where(place => place.Step.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var before = await RestAsync(world);
            world.Arm(step, 0, _handsOver.Contains(step) ? _settled : default);
            var asked = load.TransitAsync(Next(world.Truth.Months[Load.First].State), Load.First, $"{step} tester");
            await world.ProgramOf(step).WaitForExitAsync();
            await Task.Delay(_settled);
            Say(step, must, await RestsAsync(world, before, must));
            await world.ProgramOf(step).StartAsync();
            await asked;
        }
    }

    // A process that still lives continues for a moment on a busy machine: the state is read once it rests.
    private static async Task<string> RestsAsync(World world, IReadOnlyList<(string What, long Count)> before, string must)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var after = await PlaceAsync(world);
            var does = string.Join(", ", after.Zip(before, (one, other) => $"{one.What} {one.Count - other.Count}"));
            if (does == must || watch.Elapsed > _restMax)
                return does;
            await Task.Delay(100);
        }
    }

    // Whose transition follows is all one: it is one event.
    private static Transition Next(PeriodState state) => state switch
    {
        PeriodState.Closed => Transition.Reopened,
        PeriodState.Reopened => Transition.Prepared,
        _ => Transition.Closed,
    };

    /// <summary>Waits until everything has arrived and nothing is on its way. A claim that died is let lapse at once.</summary>
    private static async Task<IReadOnlyList<(string What, long Count)>> RestAsync(World world)
    {
        await World.ScalarAsync(world.AtmDatabase, "UPDATE outbox SET not_before = 0");
        await new Check(world).ArriveAsync(TimeSpan.FromSeconds(30));
        await Task.Delay(_settled); // what the queue gives once more, because its consumer died, is on its way too
        for (var turn = 0; turn < 100; turn++)
        {
            var place = await PlaceAsync(world);
            if (place[1].Count == 0 && place[3].Count == 0)
                return place;
            await Task.Delay(100);
        }

        throw new TimeoutException($"something is still on its way:\n{world.Output}");
    }

    private static async Task<IReadOnlyList<(string What, long Count)>> PlaceAsync(World world) =>
    [
        ("event", await CountAsync(world.AtmDatabase, "SELECT COUNT(*) FROM period_event")),
        ("outbox", await CountAsync(world.AtmDatabase, "SELECT COUNT(*) FROM outbox")),
        ("received", await CountAsync(world.ReportingDatabase, "SELECT COUNT(*) FROM received_event")),
        ("queued", await Rabbit.CountAsync(world.Bus, Rabbit.Queue)),
    ];

    private static async Task<long> CountAsync(string database, string sql) =>
        long.Parse(await World.ScalarAsync(database, sql), System.Globalization.CultureInfo.InvariantCulture);

    private void Say(string step, string must, string does)
    {
        lock (_wrong)
        {
            output.WriteLine($"{step,-26} {does}");
            if (does != must)
                _wrong.Add($"{step}: must be {must}, is {does}");
        }
    }
}
