using Iij.Tests.Model;

namespace Iij.Tests.Faults;

/// <summary>A fault while months are recorded and closed without a pause.</summary>
internal static class UnderLoad
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Lets faults happen under load, then holds everything against the truth. Returns what was sent and how long the view took.</summary>
    public static async Task<string> HoldsAsync(World world, Func<Random, Task> faults)
    {
        var random = new Random(Seeds.Seed);
        var load = new Load(world, random);
        using var enough = new CancellationTokenSource();
        await load.MonthAsync();
        var months = Task.Run(() => load.MonthsAsync(enough.Token));
        try
        {
            await faults(new Random(Seeds.Seed + 1));
        }
        finally
        {
            await enough.CancelAsync();
            await months;
        }

        var took = await HeldAsync(world);
        Assert.True(load.Wrong.Count == 0, string.Join('\n', load.Wrong.Distinct()));
        var (attempts, answers) = load.Sent;
        return $"IIJ_TEST_SEED={Seeds.Seed}: {answers} requests, {attempts - answers} sent again, {world.Truth.Events.Count} events, "
            + $"view complete {took.TotalSeconds:F1} s after the last answer";
    }

    private static async Task<TimeSpan> HeldAsync(World world)
    {
        try
        {
            return await new Check(world).HoldsAsync(_patience);
        }
        catch (WrongFiguresException wrong)
        {
            throw new LawBrokenException($"IIJ_TEST_SEED={Seeds.Seed}: {wrong.Message}\n{world.Output}", wrong);
        }
    }
}
