using Grpc.Core;
using Grpc.Health.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using Iij.Tests.Servers;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>
/// The disk of the source's database is full: it refuses by name, acknowledges nothing that it does not keep, and goes on by itself
/// when there is space again.
/// </summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private const int SqliteMegabytes = 8;
    private const int PostgresMegabytes = 160;
    private static readonly TimeSpan _recoveredMax = TimeSpan.FromSeconds(30);

    [WhereASmallDiskMounts]
    public async Task Of_SQLite()
    {
        await using var disk = await SmallDisk.MountAsync(SqliteMegabytes);
        await using var world = await World.StartAsync(new Plan { SourceFile = Path.Combine(disk.Folder, "atm.db") });
        await FillAsync(world, disk, () => Task.CompletedTask);
    }

    [WhereASmallDiskMounts(OnlyLong = true)]
    public async Task Of_PostgreSQL()
    {
        await using var disk = await SmallDisk.MountAsync(PostgresMegabytes);
        await using var server = PostgresServer.CreateOn(disk.Folder);
        await using var world = await World.StartAsync(new Plan { SourceServer = server });
        // PostgreSQL itself ends where it has no space for its log; its operator starts it again.
        await FillAsync(world, disk, async () =>
        {
            if (!await server.RunsAsync())
                await server.StartAsync();
        });
    }

    private async Task FillAsync(World world, SmallDisk disk, Func<Task> mend)
    {
        var load = new Load(world, new Random(Seeds.Seed));
        await load.MonthAsync();
        var (random, month) = (new Random(Seeds.Seed), Load.First.PlusMonths(1));
        var (refused, kept) = (0, 0);
        disk.Fill();
        var unanswered = new List<(Draft Draft, Google.Protobuf.IMessage Request)>();
        for (var turn = 0; turn < 2_000 && refused < 20; turn++)
        {
            var draft = world.Truth.Business.Sure(random, month.FirstDay());
            var request = Wire.WithId(draft.Request, Load.NewId());
            var answer = await Wire.CallAsync(world.AtmInvoker, request, "recorder");
            if (answer.IsOk)
            {
                kept++;
                world.Truth.Record(draft, answer.Receipt);
                continue;
            }

            refused++;
            unanswered.Add((draft, request));
            Assert.Equal((StatusCode.Unavailable, "STORAGE_UNAVAILABLE"), (answer.Code, answer.Reason));
        }

        Assert.True(refused > 0, "the disk was never full");
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing,
            (await new Health.HealthClient(world.AtmInvoker).CheckAsync(new HealthCheckRequest())).Status);
        disk.Free();
        await mend();
        await RecoverAsync(world, load, unanswered);
        output.WriteLine($"{kept} entries were kept in the last pages, {refused} refused as STORAGE_UNAVAILABLE");
    }

    private async Task RecoverAsync(World world, Load load, IReadOnlyList<(Draft Draft, Google.Protobuf.IMessage Request)> unanswered)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        foreach (var (draft, request) in unanswered)
            world.Truth.Record(draft, (await load.AnswerAsync(request, "recorder")).Receipt);
        output.WriteLine($"the first {unanswered.Count} entries were taken within {watch.Elapsed.TotalSeconds:F1} s of there being space");
        Assert.True(world.Atm.IsRunning, world.Output);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, _recoveredMax);
        await load.MonthAsync();
        await new Check(world).HoldsAsync(TimeSpan.FromSeconds(45));
        Assert.Empty(load.Wrong);
    }
}
