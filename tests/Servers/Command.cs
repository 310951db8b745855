using System.Diagnostics;

namespace Iij.Tests.Servers;

/// <summary>Runs a program to its end; when it fails, what it printed is in the exception.</summary>
internal static class Command
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Returns what the program printed on its standard output.</summary>
    public static async Task<string> RunAsync(
        IReadOnlyList<string> words, string directory, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = new Process { StartInfo = Describe(words, directory, environment) };
        process.StartInfo.RedirectStandardOutput = true;
        process.StartInfo.RedirectStandardError = true;
        process.Start();
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode == 0) return await output;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{string.Join(' ', words)}' did not end within {Limit}.");
        }
        throw new InvalidOperationException(
            $"'{string.Join(' ', words)}' ended with {process.ExitCode}.\n{await output}\n{await error}".TrimEnd());
    }

    /// <summary>Words go to the program as they are; no shell reads them. Standard input is a pipe held by this process.</summary>
    public static ProcessStartInfo Describe(
        IReadOnlyList<string> words, string directory, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1))
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return start;
    }
}
