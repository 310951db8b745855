using Iij.Local;
using Iij.Tests.Oracle;
using Iij.Tests.Servers;
using Xunit;
using Xunit.Abstractions;

namespace Iij.Tests.Processes;

/// <summary>"load" against services that are not there, not there yet, or go away under it.</summary>
public sealed class RemoteRunTests(ITestOutputHelper output) : IDisposable
{
    private const int Unusable = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("iij-remote-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Processes_killed_under_the_loader_do_not_end_it()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IIJ_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"IIJ_TEST_SEED={seed}");
        FiguresGenerator.WithFigures(LedgerGenerator.Generate(seed), seed).Write(_folder);
        await using var processes = await SixProcesses.StartAsync();
        await WriteAsync(EndpointsFile.Write(processes.Endpoints));
        using var enough = new CancellationTokenSource();
        var killer = KillAsync(processes, new Random(seed), enough.Token);
        var code = await RemoteRun.RunAsync(Options(Path.Combine(_folder, "ledger"), seconds: 120), CancellationToken.None);
        await enough.CancelAsync();
        output.WriteLine($"{await killer} kills");
        Assert.Equal(LedgerRun.Reproduced, code);
    }

    [Fact]
    public async Task A_service_that_never_comes_is_named()
    {
        var nobody = EndpointsFile.Names.ToDictionary(name => name, _ => new Uri($"http://127.0.0.1:{FreePort.Next()}"));
        using var services = new ServiceChannels(nobody);
        var retry = new ServiceRetry(TimeSpan.FromSeconds(1), TimeProvider.System, output.WriteLine);
        var error = await Assert.ThrowsAsync<ServiceAwayException>(
            () => retry.WaitUntilServingAsync(services, ["cloud"], (_, _, _) => { }, CancellationToken.None));
        Assert.StartsWith("cloud does not serve, for 1 s now: ", error.Message, StringComparison.Ordinal);

        await WriteAsync(EndpointsFile.Write(nobody));
        Assert.Equal(Unusable, await RemoteRun.RunAsync(Options(null, seconds: 1), CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"network":"http://h:1","backlog":"http://h:1","cloud":"http://h:1","atm":"http://h:1","group":"http://h:1"}""")]
    [InlineData("""{"network":"h","backlog":"http://h:1","cloud":"http://h:1","atm":"http://h:1","group":"http://h:1","reporting":"http://h:1"}""")]
    public async Task Endpoints_that_name_no_address_are_refused(string text)
    {
        await WriteAsync(text);
        Assert.Equal(Unusable, await RemoteRun.RunAsync(Options(null, seconds: 1), CancellationToken.None));
    }

    [Fact]
    public async Task An_absent_file_of_endpoints_is_refused() =>
        Assert.Equal(Unusable, await RemoteRun.RunAsync(Options(null, seconds: 1), CancellationToken.None));

    private RemoteOptions Options(string? ledger, int seconds) => new(
        Path.Combine(_folder, "endpoints.json"), ledger, ledger is null ? null : Path.Combine(_folder, "figures.csv"), true, TimeSpan.FromSeconds(seconds));

    private Task WriteAsync(string text) => File.WriteAllTextAsync(Path.Combine(_folder, "endpoints.json"), text);

    private static async Task<int> KillAsync(SixProcesses processes, Random random, CancellationToken enough)
    {
        var names = SixProcesses.Projects.Keys.ToList();
        var kills = 0;
        for (; kills < 5 && !enough.IsCancellationRequested; kills++)
        {
            await Task.Delay(random.Next(200, 1_500), CancellationToken.None);
            var name = names[random.Next(names.Count)];
            await processes.KillAsync(name);
            await processes.StartAsync(name);
        }

        return kills;
    }
}
