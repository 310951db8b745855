using System.Diagnostics;
using Iij.Client;
using Iij.Tests.Servers;

namespace Iij.Tests.EndToEnd;

/// <summary>What a process printed and how it ended.</summary>
public sealed record Ended(int ExitCode, IReadOnlyList<string> Output, string Errors);

/// <summary>The built program as a child process, as ./run starts it; killed when the test ends.</summary>
public sealed class LocalProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly Process _process = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];

    private LocalProcess(ProcessStartInfo start)
    {
        _process.StartInfo = start;
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private const int Ports = 8; // in a row: the issuer, then from --port on six services and the page

    /// <summary>A number for --port whose ports are all free.</summary>
    public static int FreePorts() => FreePort.Next(Ports) + 1;

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Iij.Local.dll");

    /// <summary>Where a run without --data has its folder.</summary>
    public static string Data { get; } = Path.Combine(AppContext.BaseDirectory, ".data");

    public bool HasExited => _process.HasExited;

    public string Errors
    {
        get
        {
            lock (_errors)
                return string.Join('\n', _errors);
        }
    }

    public static LocalProcess Start(params string[] arguments) => StartIn(Path.GetTempPath(), arguments);

    /// <summary>Starts in a folder: relative paths are relative to it.</summary>
    public static LocalProcess StartIn(string folder, params string[] arguments) =>
        // A shell that ignores SIGINT for its background jobs hands that on to their children; here not.
        new(Describe(folder, ["env", "--default-signal=INT", "dotnet", Program, .. arguments]));

    public static async Task<Ended> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        return await process.EndAsync();
    }

    public async Task<Ended> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        lock (_output)
            return new Ended(_process.ExitCode, [.. _output], Errors);
    }

    /// <summary>Waits for a text on standard error; fails when the process ends without it.</summary>
    public async Task SaysAsync(string text)
    {
        var watch = Stopwatch.StartNew();
        while (!Errors.Contains(text, StringComparison.Ordinal))
        {
            if (HasExited && !Errors.Contains(text, StringComparison.Ordinal))
                Assert.Fail($"ended with {_process.ExitCode} without saying \"{text}\":\n{Errors}");
            Assert.True(watch.Elapsed < Patience, $"does not say \"{text}\":\n{Errors}");
            await Task.Delay(20);
        }
    }

    public void KillHard() => _process.Kill();

    /// <summary>SIGINT, as Ctrl-C sends it, or SIGTERM; gives how it ended and how long that took.</summary>
    public async Task<(Ended Ended, TimeSpan After)> SignalAsync(string signal)
    {
        var watch = Stopwatch.StartNew();
        using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        return (await EndAsync(), watch.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static ProcessStartInfo Describe(string folder, string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment.Remove("MSBUILD_EXE_PATH");
        start.Environment[RunData.Variable] = Data;
        return start;
    }

    private static void Keep(List<string> lines, string? line)
    {
        lock (lines)
        {
            if (line is not null)
                lines.Add(line);
        }
    }
}
