using System.Diagnostics;
using System.Globalization;

namespace Iij.Tests.Servers;

/// <summary>
/// A built service as a process of its own, with its settings in the environment. It may be killed and started again; its addresses
/// stay the same.
/// </summary>
public sealed class ServiceProgram : IAsyncDisposable
{
    private static readonly TimeSpan _startMax = TimeSpan.FromSeconds(60);
    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private readonly string _assembly;
    private readonly List<string> _output = [];
    private Process? _process;

    /// <summary>Names a program; nothing is started yet.</summary>
    /// <param name="name">What it is called in its output.</param>
    /// <param name="assembly">Its .dll.</param>
    /// <param name="settings">Its environment.</param>
    public ServiceProgram(string name, string assembly, IReadOnlyDictionary<string, string> settings) =>
        (Name, _assembly, Settings) = (name, assembly, new(settings) { ["Observe"] = Observed.ToString() });

    /// <summary>What it is called in its output.</summary>
    public string Name { get; }

    /// <summary>Where it shows its health and its metrics.</summary>
    public Uri Observed { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    /// <summary>Its environment, read at each start.</summary>
    public Dictionary<string, string> Settings { get; }

    /// <summary>What it said, in all its lives.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    /// <summary>Where the build put a project of this checkout: services/Reporting gives …/services/Reporting/bin/Release/net10.0/.</summary>
    public static string BuiltAt(string project, string assembly)
    {
        // …/tests/Project/bin/Release/net10.0/ is where the tests themselves run.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Checkout.Root, project, "bin", here.Parent!.Name, here.Name, assembly + ".dll");
    }

    /// <summary>Starts it and waits until it says that it can serve.</summary>
    public async Task StartAsync()
    {
        Launch();
        await WaitUntilReadyAsync();
    }

    /// <summary>Starts it and waits for nothing.</summary>
    public void Launch()
    {
        var start = new ProcessStartInfo("dotnet", _assembly)
        {
            RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (key, value) in Settings)
            start.Environment[key] = value;
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => Say(line.Data);
        process.OutputDataReceived += (_, line) => Say(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _process?.Dispose();
        _process = process;
    }

    /// <summary>Returns when it can serve; throws where it ended instead, or does not within a minute.</summary>
    public async Task WaitUntilReadyAsync()
    {
        var watch = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            if (_process!.HasExited)
                throw new InvalidOperationException($"{Name} ended with {_process.ExitCode}:\n{Output}");
            if (watch.Elapsed > _startMax)
                throw new TimeoutException($"{Name} does not serve after {_startMax}:\n{Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>Whether it can serve now.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(Observed, "/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>What it says of its health, as JSON.</summary>
    public async Task<string> HealthAsync()
    {
        using var answer = await _http.GetAsync(new Uri(Observed, "/health/ready"));
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Whether the process runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Returns its exit code when it has ended; 137 is SIGKILL.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancel = default)
    {
        await _process!.WaitForExitAsync(cancel);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL, as a power cut.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and waits for its end.</summary>
    public async Task<int> StopAsync()
    {
        await Command.RunAsync(["kill", "-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)], Path.GetTempPath());
        return await WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        _process = null;
    }

    private void Say(string? line)
    {
        lock (_output)
        {
            if (line is not null)
                _output.Add($"{Name}: {line}");
        }
    }
}
