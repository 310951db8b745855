using System.Collections.Concurrent;
using System.Diagnostics;

namespace Iij.Tests.Cli;

/// <summary>The program while it runs: what it has printed so far, by line.</summary>
public sealed class Running : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly ConcurrentQueue<string> _errors = [];

    public Running(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Take(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public IReadOnlyList<string> Output => [.. _output];

    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Waits for a line of standard output.</summary>
    public Task<string> PrintsAsync(Func<string, bool> line) => FindAsync(_output, line);

    /// <summary>Waits for a line of standard error that holds this.</summary>
    public Task<string> SaysAsync(string text) => FindAsync(_errors, line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits for its end.</summary>
    public async Task<int> EndsAsync()
    {
        using var limit = new CancellationTokenSource(_patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Ends it as Ctrl-C does.</summary>
    public Task<int> InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        return EndsAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static void Take(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }

    private async Task<string> FindAsync(ConcurrentQueue<string> lines, Func<string, bool> wanted)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(limit) < _patience)
        {
            if (lines.FirstOrDefault(wanted) is { } line)
                return line;
            await Task.Delay(_look);
        }

        throw new TimeoutException($"not printed so far; output:\n{string.Join('\n', _output)}\nerrors:\n{string.Join('\n', _errors)}");
    }
}
