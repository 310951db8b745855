using System.Diagnostics;
using System.Globalization;

namespace Iij.Platform;

/// <summary>
/// Named steps at which a fault test ends this process as a power cut would (SIGKILL, exit 137). Without the environment variable
/// IIJ_FAILPOINTS, which names a folder, a step costs one comparison and does nothing. A step is armed by a file of its name in
/// that folder, holding how many times it is passed before it strikes and perhaps, after a space, for how many milliseconds the process
/// stands still first, so that what was handed to others (a message, an acknowledgement) has left; a strike is told by a file "name.hit".
/// </summary>
public static class Failpoint
{
    private static readonly string? _folder = Environment.GetEnvironmentVariable("IIJ_FAILPOINTS");
    private static readonly Lock _turn = new();

    /// <summary>Every step, in the order in which a close passes them on its way into reporting's facts.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        "entry.commit.before", "entry.commit.after", "close.commit.before", "close.commit.after",
        "relay.claim.before", "relay.claim.after", "relay.publish.before", "relay.publish.after",
        "relay.confirm.before", "relay.confirm.after", "relay.delete.before", "relay.delete.after",
        "inbox.consume.before", "inbox.consume.after", "inbox.commit.before", "inbox.commit.after",
        "inbox.acknowledge.before", "inbox.acknowledge.after",
    ];

    /// <summary>Passes a step; does not return where the step strikes.</summary>
    public static void Hit(string step)
    {
        if (_folder is not null)
            Strike(step, Path.Combine(_folder, step));
    }

    private static void Strike(string step, string file)
    {
        lock (_turn)
        {
            if (!File.Exists(file))
                return;
            var armed = File.ReadAllText(file).Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            if (armed[0] > 0)
            {
                File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"{armed[0] - 1} {armed.ElementAtOrDefault(1)}"));
                return;
            }

            Thread.Sleep(armed.ElementAtOrDefault(1));
            File.Move(file, $"{file}.hit", overwrite: true);
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite); // the signal comes; nothing more is done until then
        }
    }
}
