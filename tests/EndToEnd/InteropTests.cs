using Xunit.Abstractions;

namespace Iij.Tests.EndToEnd;

/// <summary>The services seen from another language.</summary>
public sealed class InteropTests(ITestOutputHelper output) : IDisposable
{
    private const string Serving = "until Ctrl-C";
    private const string WatchedSeconds = "12";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_client_in_another_language_records_reads_and_is_refused_in_words()
    {
        var client = await PythonClient.MakeAsync(_folder["stubs"]);
        var inputs = Inputs.Small(_folder["inputs"], seed: 61);
        await using var process = LocalProcess.Start(inputs.Arguments(_folder["data"]));
        await process.SaysAsync(Serving);
        Assert.Equal($"interop: ok, {inputs.Figures.Count} figures",
            await client.RunAsync("interop.py", _folder["data"], Path.Combine(_folder["inputs"], "figures.csv")));
        var (ended, _) = await process.SignalAsync("TERM");
        Assert.True(ended.ExitCode == 0, ended.Errors);
    }

    [Fact]
    public async Task Subscribers_in_another_language_hold_what_is_over_cuts_closes_and_a_restart()
    {
        var seed = Environment.GetEnvironmentVariable("IIJ_TEST_SEED") ?? $"{Random.Shared.Next()}";
        output.WriteLine($"IIJ_TEST_SEED={seed}");
        var client = await PythonClient.MakeAsync(_folder["stubs"]);
        var words = Inputs.Small(_folder["inputs"], seed: 62).Arguments(_folder["data"], "--port", $"{LocalProcess.FreePorts()}");
        await using var first = LocalProcess.Start(words);
        await first.SaysAsync(Serving);
        var watching = client.RunAsync("watching.py", _folder["data"], WatchedSeconds, seed);
        await Task.WhenAny(watching, Task.Delay(TimeSpan.FromSeconds(4)));
        await first.SignalAsync("TERM");
        await using var second = LocalProcess.Start(words);
        var said = await watching;
        output.WriteLine(said);
        Assert.StartsWith("watching: ok, ", said, StringComparison.Ordinal);
        Assert.Contains("'UNAVAILABLE': ", said, StringComparison.Ordinal); // the restart was noticed
    }

    public void Dispose() => _folder.Dispose();
}
