using System.ComponentModel;
using System.Diagnostics;

namespace Iij.Tests.Servers;

/// <summary>How a program ended and what it printed.</summary>
public sealed record Ended(int ExitCode, string Output, string Errors);

/// <summary>Runs programs to their end.</summary>
public static class Command
{
    private const int NotFound = 127; // what a shell says of a program that is not there
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Runs a program, however it ends; one that is not there ends with 127. One that does not end within the limit (two minutes) is
    /// killed, and it is an error.
    /// </summary>
    public static async Task<Ended> TryRunAsync(
        IReadOnlyList<string> words, string directory, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? limit = null)
    {
        using var process = new Process { StartInfo = Describe(words, directory, environment) };
        process.StartInfo.RedirectStandardOutput = true;
        process.StartInfo.RedirectStandardError = true;
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            return new(NotFound, "", error.Message);
        }

        process.StandardInput.Close();
        using var late = new CancellationTokenSource(limit ?? _limit);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(late.Token), process.StandardError.ReadToEndAsync(late.Token));
        try
        {
            await process.WaitForExitAsync(late.Token);
            return new(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{string.Join(' ', words)}' did not end within {limit ?? _limit}.");
        }
    }

    /// <summary>Runs a program that must succeed and returns its standard output; what it printed is in the exception where it does not.</summary>
    public static async Task<string> RunAsync(
        IReadOnlyList<string> words, string directory, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? limit = null)
    {
        var ended = await TryRunAsync(words, directory, environment, limit);
        return ended.ExitCode == 0
            ? ended.Output
            : throw new InvalidOperationException($"'{string.Join(' ', words)}' ended with {ended.ExitCode}.\n{ended.Output}\n{ended.Errors}".TrimEnd());
    }

    /// <summary>Words go to the program as they are; no shell reads them. Standard input is a pipe held by this process.</summary>
    public static ProcessStartInfo Describe(IReadOnlyList<string> words, string directory, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { WorkingDirectory = directory, RedirectStandardInput = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return start;
    }
}
