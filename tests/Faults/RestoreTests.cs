using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Reporting.V1;
using Iij.Tests.Model;
using Iij.Tests.Servers;
using NodaTime;
using Npgsql;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>
/// The source's database comes back from an older copy: what it tells from then on is another life, which reporting holds until
/// group accounting accepts it. Nothing is trusted in silence, nothing held for ever.
/// </summary>
public sealed class RestoreTests(ITestOutputHelper output)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task A_copy_swapped_in_under_the_same_name()
    {
        await using var world = await World.StartAsync(new Plan { FillGaps = true });
        var (server, name) = (world.Plan.SourceServer, new NpgsqlConnectionStringBuilder(world.AtmDatabase).Database!);
        await LiveAsync(
            world,
            () => server.ExecuteAsync($"CREATE DATABASE {name}_copy TEMPLATE {name}"),
            async () =>
            {
                await server.ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
                await server.ExecuteAsync($"ALTER DATABASE {name}_copy RENAME TO {name}");
            },
            () => Task.CompletedTask);
    }

    [Fact]
    public async Task A_copy_restored_in_place_that_reporting_notices()
    {
        await using var server = PostgresServer.CreateOwn();
        await using var world = await World.StartAsync(new Plan { FillGaps = true, SourceServer = server });
        await InPlaceAsync(world, server, () => FillAsync(world));
    }

    private Task InPlaceAsync(World world, PostgresServer server, Func<Task> begin) => LiveAsync(
        world,
        async () =>
        {
            await server.StopAsync();
            await server.SaveAsync();
            await server.StartAsync();
        },
        async () =>
        {
            await server.StopAsync();
            await server.RestoreAsync();
            await server.StartAsync();
        },
        begin);

    private async Task LiveAsync(World world, Func<Task> save, Func<Task> restore, Func<Task> begin)
    {
        var load = new Load(world, new Random(Seeds.Seed));
        await load.MonthAsync();
        await load.MonthAsync();
        await world.Atm.StopAsync();
        await save();
        var copied = world.Truth.Deeds;
        await world.Atm.StartAsync();
        await load.MonthAsync(reopens: false);
        await load.ReopenAsync(Load.First);
        await new Check(world).HoldsAsync(_patience);
        var (lost, first) = (world.Truth, (await world.Closing.GetSourceAsync(new GetSourceRequest())).Incarnation);

        await world.Atm.StopAsync();
        await restore();
        world.Truth = lost.Until(copied);
        await world.Atm.StartAsync();
        await begin();
        var second = await HeldAsync(world, first);
        await CompareAsync(world, lost, first, [.. lost.Months.Known.Keys]); // what stood stands: nothing of the copy is trusted yet
        await RelivedAsync(world, lost, first, second);
    }

    // The new life goes on: what it tells is held too, until somebody accepts it; then it stands.
    private async Task RelivedAsync(World world, Truth lost, string first, string second)
    {
        var load = new Load(world, new Random(Seeds.Seed + 1));
        await load.MonthAsync(reopens: false);
        await FillAsync(world);
        await CompareAsync(world, lost, first, [.. lost.Months.Known.Keys]);
        var cells = (await world.Figures.ListDataStatusAsync(new ListDataStatusRequest())).Cells;
        Assert.All(cells.Where(cell => cell.Source == "atm" && world.Truth.Standing(cell.Month.ToYearMonth()!.Value) is not null),
            cell => Assert.Equal(DataStatus.Held, cell.Status));

        await world.Figures.AcceptIncarnationAsync(
            new AcceptIncarnationRequest { RequestId = Load.NewId(), Source = "atm", Incarnation = second }, World.As("accountant"));
        var status = await new Check(world).StatusAsync();
        Assert.Equal((second, 0), (status.Incarnation, status.HeldIncarnations.Count));
        await CompareAsync(world, world.Truth, second, [.. world.Truth.Months.Known.Keys]);
        // Every month that the first life told is told again by the second, so the whole view is its alone.
        while (world.Truth.Months.Known.Count < lost.Months.Known.Count)
            await load.MonthAsync(reopens: false);
        await load.MonthAsync();
        await new Check(world).ArriveAsync(_patience);
        await CompareAsync(world, world.Truth, second, [.. world.Truth.Months.Known.Keys]);
        Assert.Equal(world.Truth.ViewDigest(second), (await world.Figures.GetViewAsync(new GetViewRequest { Period = Load.First.ToIso() })).Digest);
        output.WriteLine($"{lost.Events.Count} events of {first}, then {world.Truth.Events.Count} of {second}, whose copy knew fewer");
    }

    // Asks until the source, which has just come back, has told its new life.
    private static async Task<string> HeldAsync(World world, string first)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var asked = await FillAsync(world); asked.HeldIncarnations.Count == 0; asked = await FillAsync(world))
        {
            Assert.True(watch.Elapsed < _patience, $"nothing is held; the last asking failed with \"{asked.LastError}\"\n{world.Output}");
            await Task.Delay(200);
        }

        var second = (await world.Closing.GetSourceAsync(new GetSourceRequest())).Incarnation;
        Assert.NotEqual(first, second);
        var status = await new Check(world).StatusAsync();
        Assert.Equal((first, second), (status.Incarnation, Assert.Single(status.HeldIncarnations)));
        return second;
    }

    private static async Task<SourceStatus> FillAsync(World world) =>
        (await world.Figures.FillGapsAsync(new FillGapsRequest(), deadline: DateTime.UtcNow.AddMinutes(1))).Sources.Single(source => source.Source == "atm");

    private static async Task CompareAsync(World world, Truth truth, string incarnation, IReadOnlyList<YearMonth> months)
    {
        foreach (var month in months)
        {
            var revisions = await world.Figures.ListRevisionsAsync(new ListRevisionsRequest { Source = "atm", Month = month.ToProto() });
            var (stands, must) = (Assert.Single(revisions.Revisions, revision => revision.Stands), truth.Standing(month)!);
            Assert.Equal((incarnation, must.Revision, must.Sequence, Truth.Digest(must.Facts!)),
                (stands.Incarnation, stands.Revision_, stands.Sequence, stands.Digest));
        }
    }
}
