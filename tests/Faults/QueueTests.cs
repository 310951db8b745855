using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Iij.Tests.Model;
using RabbitMQ.Client.Exceptions;

namespace Iij.Tests.Faults;

/// <summary>Somebody changes the queues of the broker: it is seen, and what can be mended is.</summary>
public sealed class QueueTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_dead_queue_that_was_deleted_is_declared_again()
    {
        await using var world = await World.StartAsync();
        await new Load(world, new Random(Seeds.Seed)).MonthAsync(reopens: false);
        await new Check(world).HoldsAsync([Load.First], _patience);
        Assert.Equal("Healthy", await StateAsync(world, "bus"));
        await PoisonAsync(world, 1);
        await Rabbit.DeleteAsync(world.Bus, Rabbit.DeadQueue);
        await UntilAsync(world, async () => await IsThereAsync(world));
        await UntilAsync(world, () => Task.FromResult(world.Reporting.Output.Contains("is declared again", StringComparison.Ordinal)));

        await PoisonAsync(world, 2);
        // The consumer finds the queue as it declares it itself.
        Assert.Equal(0, await world.Reporting.StopAsync());
        await world.Reporting.StartAsync();
        await UntilAsync(world, async () => await StateAsync(world, "bus") == "Healthy");
    }

    [Fact]
    public async Task A_queue_that_was_declared_otherwise_is_seen()
    {
        await using var world = await World.StartAsync(new Plan
        {
            Way = (what, address) =>
            {
                if (what == "bus")
                    Rabbit.DeclareClassicAsync(address, Rabbit.Queue).GetAwaiter().GetResult();
                return address;
            },
        });
        await UntilAsync(world, async () => await StateAsync(world, "bus") == "Degraded");
        Assert.True(await world.Reporting.IsReadyAsync()); // what it has, it answers
    }

    // A message that nobody can read reaches the dead letters by way of the dead queue.
    private static async Task PoisonAsync(World world, int number)
    {
        await Rabbit.PublishAsync(world.Bus, [Encoding.UTF8.GetBytes($"no event {number}")]);
        await UntilAsync(world, async () => (await new Check(world).DeadLettersAsync()).Count == number);
    }

    private static async Task<bool> IsThereAsync(World world)
    {
        try
        {
            await Rabbit.CountAsync(world.Bus, Rabbit.DeadQueue);
            return true;
        }
        catch (OperationInterruptedException)
        {
            return false;
        }
    }

    private static async Task<string> StateAsync(World world, string check) =>
        JsonDocument.Parse(await world.Reporting.HealthAsync()).RootElement.GetProperty("checks").GetProperty(check).GetProperty("status").GetString()!;

    private static async Task UntilAsync(World world, Func<Task<bool>> holds)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(watch.Elapsed < _patience, $"not within {_patience}:\n{await world.Reporting.HealthAsync()}\n{world.Output}");
            await Task.Delay(200);
        }
    }
}
