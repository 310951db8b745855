using System.Diagnostics;

namespace Iij.Tests.Cli;

/// <summary>The built program as a process, with no setting of the environment but those given.</summary>
public sealed class Iij(string? endpoints = null, string? actor = null)
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);
    private static readonly SemaphoreSlim _atOnce = new(3); // more would only wait for each other

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Iij.Cli.dll");

    /// <summary>Runs to the end and wants it to succeed.</summary>
    public async Task<Ended> DoesAsync(params string[] words)
    {
        var ended = await RunAsync(words);
        Assert.True(ended.ExitCode == 0, $"iij {string.Join(' ', words)}: {ended.ExitCode}\n{ended.Errors}");
        return ended;
    }

    /// <summary>Runs to the end and wants it to fail so: with that exit code, one line on standard error and nothing on standard output.</summary>
    public async Task<string> FailsAsync(int exitCode, params string[] words)
    {
        var ended = await RunAsync(words);
        var errors = ended.Errors.TrimEnd('\n').Split('\n').Where(line => !line.Contains(" acts, request id ", StringComparison.Ordinal)).ToList();
        Assert.True((ended.ExitCode, ended.Output) == (exitCode, ""), $"iij {string.Join(' ', words)}: {ended}");
        Assert.StartsWith("iij: ", errors[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        return errors[^1];
    }

    public Task<Ended> RunAsync(params string[] words) => RunAsync("dotnet", [Program, .. words]);

    /// <summary>The program with a terminal around it, on which something is typed.</summary>
    public Task<Ended> InTerminalAsync(string typed, params string[] words) => RunAsync("script",
        ["-q", "-e", "-c", string.Join(' ', new[] { "dotnet", Program }.Concat(words).Select(word => $"'{word}'")), "/dev/null"], typed);

    /// <summary>Any program with this one's environment.</summary>
    public async Task<Ended> RunAsync(string file, IReadOnlyList<string> words, string typed = "", params (string Name, string Value)[] environment)
    {
        var start = Starting(file, words, environment);
        await _atOnce.WaitAsync();
        try
        {
            return await RunAsync(start, typed);
        }
        finally
        {
            _atOnce.Release();
        }
    }

    /// <summary>Starts a command that runs until it is told to end, by Ctrl-C even where the shell of the tests ignores that in the background.</summary>
    public Running Start(params string[] words) => new(Process.Start(Starting("env", ["--default-signal=INT", "dotnet", Program, .. words], []))!);

    /// <summary>The same with a terminal around it.</summary>
    public Running StartInTerminal(params string[] words) => new(Process.Start(Starting("script",
        ["-q", "-e", "-c", $"stty rows 50 columns 120; exec dotnet '{Program}' {string.Join(' ', words.Select(word => $"'{word}'"))}", "/dev/null"], []))!);

    private ProcessStartInfo Starting(string file, IReadOnlyList<string> words, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(file, words)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in new[] { "IIJ_ENDPOINTS", "IIJ_ACTOR", "NO_COLOR" })
            start.Environment.Remove(name);
        foreach (var (name, value) in new[] { ("IIJ_ENDPOINTS", endpoints), ("IIJ_ACTOR", actor), ("TERM", "xterm-256color") })
        {
            if (value is not null)
                start.Environment[name] = value;
        }

        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    private static async Task<Ended> RunAsync(ProcessStartInfo start, string typed)
    {
        using var limit = new CancellationTokenSource(_patience);
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(typed);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return new Ended(process.ExitCode, await output, await errors);
    }
}
