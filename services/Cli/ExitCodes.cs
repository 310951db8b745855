namespace Iij.Cli;

/// <summary>How a command ended, for scripts.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The service refused, with a reason.</summary>
    public const int Refused = 1;

    /// <summary>The command line, or a file it names, cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>No service answers there.</summary>
    public const int Unreachable = 3;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>The reader of the standard output has gone: what a shell says of a program that a broken pipe ends.</summary>
    public const int Unread = 141;
}
