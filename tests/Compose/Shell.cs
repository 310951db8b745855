using System.ComponentModel;
using System.Diagnostics;

namespace Iij.Tests.Compose;

/// <summary>How a program ended and what it printed.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors);

/// <summary>Runs programs to their end.</summary>
internal static class Shell
{
    /// <summary>Runs a program; one that cannot be started ends with 127.</summary>
    public static async Task<Ended> TryRunAsync(
        string program, IEnumerable<string> words, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, words)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return new(process.ExitCode, await output, await errors);
        }
        catch (Win32Exception error)
        {
            return new(127, "", error.Message);
        }
    }

    /// <summary>Runs a program that must succeed; what it printed is in the exception where it does not.</summary>
    public static async Task<string> RunAsync(
        string program, IReadOnlyList<string> words, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var ended = await TryRunAsync(program, words, folder, environment);
        return ended.ExitCode == 0
            ? ended.Output
            : throw new InvalidOperationException($"{program} {string.Join(' ', words)} ended with {ended.ExitCode}:\n{ended.Output}\n{ended.Errors}");
    }
}
