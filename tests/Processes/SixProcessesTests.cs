using Iij.Closing.V1;
using Iij.Local;
using Iij.Local.Ledger;
using Iij.Reporting;
using Iij.Tests.Oracle;
using Xunit;
using Xunit.Abstractions;

namespace Iij.Tests.Processes;

/// <summary>The same tie-out as ./run, over processes, PostgreSQL and RabbitMQ, undisturbed and with processes killed under it.</summary>
public sealed class SixProcessesTests(ITestOutputHelper output) : IDisposable
{
    private const int KillsMax = 6;
    private static readonly TimeSpan _loadMax = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("iij-processes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_ledger_ties_out_over_six_processes()
    {
        await using var processes = await SixProcesses.StartAsync();
        var (ledger, figures) = Generate(seed: 20121231);
        var loader = new LedgerLoader(processes.Channels, ledger);
        await loader.LoadAsync(NoProgress, CancellationToken.None);
        await loader.CloseAsync(NoProgress, CancellationToken.None);
        await TieOutAsync(processes, figures);
    }

    [Fact]
    public async Task Processes_killed_while_a_ledger_is_loaded_lose_and_double_nothing()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IIJ_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"IIJ_TEST_SEED={seed}");
        await using var processes = await SixProcesses.StartAsync();
        var (ledger, figures) = Generate(seed);
        using var enough = new CancellationTokenSource();
        var killer = KillAsync(processes, new Random(seed), enough.Token);
        await UntilItSucceedsAsync(async () =>
        {
            var loader = new LedgerLoader(processes.Channels, ledger);
            await loader.LoadAsync(NoProgress, CancellationToken.None);
            await loader.CloseAsync(NoProgress, CancellationToken.None);
        });
        await enough.CancelAsync();
        output.WriteLine($"{await killer} kills");
        await TieOutAsync(processes, figures);
    }

    private (LedgerFolder Ledger, IReadOnlyList<PrintedFigure> Figures) Generate(int seed)
    {
        FiguresGenerator.WithFigures(LedgerGenerator.Generate(seed), seed).Write(_folder);
        var lines = LineModel.ReadBuiltIn();
        return (LedgerReader.Read(Path.Combine(_folder, "ledger"), lines), FiguresFile.Read(Path.Combine(_folder, "figures.csv"), lines));
    }

    private static async Task TieOutAsync(SixProcesses processes, IReadOnlyList<PrintedFigure> figures)
    {
        var tieOut = new TieOut(processes.Channels, TimeProvider.System);
        Assert.True(await tieOut.WaitAsync(CancellationToken.None), $"reporting did not receive everything:\n{processes.Output}");
        var compared = await tieOut.CompareAsync(figures, CancellationToken.None);
        Assert.Empty(compared.Where(figure => !figure.Reproduced).Select(figure => figure.Difference));
        foreach (var source in LocalServices.Sources)
        {
            var audit = await new ClosingService.ClosingServiceClient(processes.Channels[source]).AuditTotalsAsync(new AuditTotalsRequest());
            Assert.Empty(audit.Findings);
        }
    }

    // One process after another, at random moments, each started again.
    private static async Task<int> KillAsync(SixProcesses processes, Random random, CancellationToken enough)
    {
        var names = SixProcesses.Projects.Keys.ToList();
        var kills = 0;
        while (!enough.IsCancellationRequested && kills < KillsMax)
        {
            await Task.Delay(random.Next(300, 2_000), CancellationToken.None);
            var name = names[random.Next(names.Count)];
            await processes.KillAsync(name);
            await processes.StartAsync(name);
            kills++;
        }

        return kills;
    }

    private static async Task UntilItSucceedsAsync(Func<Task> work)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (InputException) when (watch.Elapsed < _loadMax)
            {
                await Task.Delay(500); // the service is away; the loader says so by row
            }
        }
    }

    private static void NoProgress(string part, long done, long all)
    {
    }
}
