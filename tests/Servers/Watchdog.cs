using System.Diagnostics;

namespace Iij.Tests.Servers;

/// <summary>
/// A directory and the servers that live in it end with this process, however it ends: a shell in a session of its own waits at a
/// pipe, and the kernel closes the pipe even after SIGKILL (the test host is killed 100 ms after its last test).
/// A parent-death signal would be wrong here: it follows the thread that started the child, and threads of the pool come and go.
/// The shell is nobody's child, because the test platform kills a hanging host together with its children.
/// </summary>
internal sealed class Watchdog : IAsyncDisposable
{
    private const string Script =
        """
        cat
        eval "$1"
        cd / && rm -rf -- "$2"
        """;

    private const string Orphan = "setsid bash -c \"$@\" <&0 >/dev/null 2>&1 &";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _pipe;
    private bool _released;

    private Watchdog(string directory, Process pipe)
    {
        Directory = directory;
        _pipe = pipe;
        AppDomain.CurrentDomain.ProcessExit += AtExit;
    }

    /// <summary>The directory that goes when the process goes.</summary>
    public string Directory { get; }

    /// <summary>Makes a directory; <paramref name="cleanup"/> is the shell text that stops what runs in it, which may be nothing.</summary>
    public static Watchdog Start(string prefix, Func<string, string> cleanup, Func<string, IReadOnlyDictionary<string, string>> environment)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory(prefix).FullName;
        string[] words = ["bash", "-c", Orphan, "bash", Script, "watchdog", cleanup(directory), directory];
        var start = Command.Describe(words, directory, environment(directory));
        return new Watchdog(directory, Process.Start(start) ?? throw new InvalidOperationException("The watchdog did not start."));
    }

    /// <summary>Stops the servers and deletes the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Release()) return;
        var gone = await Task.Run(WaitUntilGone);
        _pipe.Dispose();
        if (!gone) throw new TimeoutException($"{Directory} and its servers are still there after {Patience}.");
    }

    private void AtExit(object? sender, EventArgs e)
    {
        if (Release()) WaitUntilGone();
    }

    /// <summary>The directory goes last.</summary>
    private bool WaitUntilGone() => SpinWait.SpinUntil(() => !System.IO.Directory.Exists(Directory), Patience);

    private bool Release()
    {
        if (Interlocked.Exchange(ref _released, true)) return false;
        AppDomain.CurrentDomain.ProcessExit -= AtExit;
        _pipe.StandardInput.Close();
        return true;
    }
}
