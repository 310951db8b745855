using Iij.Contracts;
using Iij.Tests.Model;
using Iij.Tests.Servers;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>PostgreSQL stops without a checkpoint and recovers, under load.</summary>
public sealed class DatabaseTests(ITestOutputHelper output)
{
    private const int Callers = 64;
    private static readonly int _crashes = Seeds.IsLong ? 10 : 2;
    private static readonly TimeSpan _refusedMax = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Of_the_source()
    {
        await using var server = PostgresServer.CreateOwn();
        await using var world = await World.StartAsync(new Plan { SourceServer = server });
        output.WriteLine($"{_crashes} crashes; {await UnderLoad.HoldsAsync(world, random => CrashAsync(server, random))}");
    }

    [Fact]
    public async Task Of_reporting()
    {
        await using var server = PostgresServer.CreateOwn();
        await using var world = await World.StartAsync(new Plan { ReportingServer = server });
        output.WriteLine($"{_crashes} crashes; {await UnderLoad.HoldsAsync(world, random => CrashAsync(server, random))}");
        Assert.Equal(0, await Rabbit.CountAsync(world.Bus, Rabbit.DeadQueue)); // its absence used up no delivery
    }

    [Fact]
    public async Task Many_callers_are_refused_at_once_while_it_is_away()
    {
        await using var server = PostgresServer.CreateOwn();
        await using var world = await World.StartAsync(new Plan { SourceServer = server });
        var load = new Load(world, new Random(Seeds.Seed));
        await load.MonthAsync();
        await server.CrashAsync();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var drafts = Enumerable.Range(0, Callers).Select(_ => world.Truth.Business.Sure(new Random(1), Load.First.PlusMonths(1).FirstDay()));
        var answers = await Task.WhenAll(drafts.Select(draft =>
            Task.Run(() => Wire.CallAsync(world.AtmInvoker, Wire.WithId(draft.Request, Load.NewId()), "recorder"))));
        output.WriteLine($"{Callers} callers were answered within {watch.Elapsed.TotalSeconds:F1} s");
        Assert.All(answers, answer => Assert.Equal((Grpc.Core.StatusCode.Unavailable, "STORAGE_UNAVAILABLE"), (answer.Code, answer.Reason)));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, _refusedMax);
        await server.StartAsync();
        await load.MonthAsync();
        await new Check(world).HoldsAsync(TimeSpan.FromSeconds(30));
    }

    private static async Task CrashAsync(PostgresServer server, Random random)
    {
        for (var crash = 0; crash < _crashes; crash++)
        {
            await Task.Delay(random.Next(500, 2_000));
            await server.CrashAsync();
            await Task.Delay(random.Next(2_000));
            await server.StartAsync();
        }
    }
}
