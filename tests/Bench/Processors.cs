using System.Globalization;

namespace Iij.Tests.Bench;

/// <summary>How much other work the machine has.</summary>
internal static class Processors
{
    private static readonly TimeSpan _sample = TimeSpan.FromSeconds(1);

    /// <summary>The share of the processors that is in use while this process waits, 0 to 1; 0 where /proc/stat does not tell.</summary>
    public static async Task<double> BusyAsync()
    {
        var before = await ReadAsync();
        await Task.Delay(_sample);
        var after = await ReadAsync();
        return after.All > before.All ? 1 - ((after.Idle - before.Idle) / (double)(after.All - before.All)) : 0;
    }

    // "cpu user nice system idle iowait …", in ticks since the start of the machine.
    private static async Task<(long Idle, long All)> ReadAsync()
    {
        const string File = "/proc/stat";
        if (!System.IO.File.Exists(File))
            return (0, 0);
        var ticks = (await System.IO.File.ReadAllLinesAsync(File))[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(tick => long.Parse(tick, CultureInfo.InvariantCulture)).ToList();
        return (ticks[3] + ticks[4], ticks.Sum());
    }
}
