using Microsoft.Win32.SafeHandles;

namespace Iij.Cli;

/// <summary>
/// Standard output where it is a pipe. The console's own stream keeps silent when nobody reads the pipe any more, and a watch whose
/// reader is content (head -1) would go on for ever; a stream of our own says so.
/// </summary>
internal static class StandardOutput
{
    private const int Handle = 1;
    private const int BrokenPipe = 32; // EPIPE, on Linux and macOS alike

    /// <summary>Takes the place of the console's stream; a file or a terminal keeps it.</summary>
    public static void Open()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return;
        var pipe = new FileStream(new SafeFileHandle(Handle, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (!pipe.CanSeek)
            Console.SetOut(new StreamWriter(pipe) { AutoFlush = true });
    }

    /// <summary>Whether an error means that the reader has gone.</summary>
    public static bool IsUnread(Exception error) => error is IOException { HResult: BrokenPipe };
}
