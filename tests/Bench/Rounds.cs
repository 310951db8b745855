using System.Diagnostics;

namespace Iij.Tests.Bench;

/// <summary>Runs both sides in turns, A B B A, so that a machine that slows down slows both.</summary>
internal static class Rounds
{
    public static async Task<BenchResult> RunAsync(BenchPair pair, int rounds, int operations)
    {
        await RateAsync(pair.Ours, operations); // compiled and connected
        await RateAsync(pair.Twin, operations);
        var (ours, twin) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(await RateAsync(pair.Ours, operations));
            twin.Add(await RateAsync(pair.Twin, operations));
            twin.Add(await RateAsync(pair.Twin, operations));
            ours.Add(await RateAsync(pair.Ours, operations));
        }

        return new BenchResult(ours, twin);
    }

    private static async Task<double> RateAsync(Func<int, Task> side, int operations)
    {
        GC.Collect();
        var clock = Stopwatch.StartNew();
        await side(operations);
        return operations / clock.Elapsed.TotalSeconds;
    }
}
