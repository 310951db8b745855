using System.Diagnostics;
using Iij.Local.Ledger;
using Iij.Platform;
using Iij.Reporting;

namespace Iij.Local;

/// <summary>What a person asked for on the command line.</summary>
public sealed record LocalOptions(bool Once, string? Ledger, string? Figures, string? Data, int Port, bool Relay);

/// <summary>One run: read and check the inputs, start, load, close, show, tie out, and go on serving unless told otherwise.</summary>
public static class LocalRun
{
    private const int Reproduced = 0;
    private const int NotReproduced = 1;
    private const int Unusable = 2;
    private const int Interrupted = 130;

    /// <summary>Runs to the exit code: 0 reproduced (or ended by Ctrl-C while serving), 1 not reproduced, 2 unusable input or folder.</summary>
    public static async Task<int> RunAsync(LocalOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            return await TryRunAsync(options, cancel);
        }
        catch (Exception error) when (error is InputException or DataFolderException or SchemaException or SettingsException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return Unusable;
        }
        catch (IOException error) when (error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{error.Message} Choose other ports with --port, or none for free ones.");
            return Unusable;
        }
        catch (Exception error) when (cancel.IsCancellationRequested && error is OperationCanceledException or Grpc.Core.RpcException)
        {
            await Console.Error.WriteLineAsync("interrupted; the same command goes on where it was");
            return Interrupted;
        }
    }

    private static async Task<int> TryRunAsync(LocalOptions options, CancellationToken cancel)
    {
        var lines = LineModel.ReadBuiltIn();
        var ledger = LedgerReader.Read(options.Ledger ?? Places.ReferenceLedger, lines);
        var figures = FiguresFile.Read(options.Figures ?? Places.ReferenceFigures, lines);
        using var folder = options.Data is { } data ? DataFolder.Open(data) : DataFolder.OpenFirstFree(Places.DefaultData(ledger));
        var loaded = folder.Begin(ledger.Path, ledger.Digest);
        await using var services = await LocalServices.StartAsync(name => folder.PathOf(name + ".db"), options.Port, options.Relay);
        folder.WriteWhole("endpoints.json", services.EndpointsJson());
        if (loaded)
            await Console.Error.WriteLineAsync($"{folder.Path} holds the ledger {ledger.Path} already; nothing is loaded again");
        else
            await LoadAsync(services, ledger, folder, cancel);
        var code = await TieOutAsync(services, ledger, figures, options, cancel);
        if (!options.Once)
            code = await ServeAsync(services, folder, cancel);
        return code;
    }

    private static async Task LoadAsync(LocalServices services, LedgerFolder ledger, DataFolder folder, CancellationToken cancel)
    {
        var loader = new LedgerLoader(services.Channels, ledger);
        var watch = Stopwatch.StartNew();
        long entries = 0;
        await Terminal.ProgressAsync(async progress => entries = await loader.LoadAsync(progress, cancel));
        await Console.Error.WriteLineAsync($"{entries:N0} entries recorded one by one in {watch.Elapsed.TotalSeconds:N0} s");
        watch.Restart();
        await Terminal.ProgressAsync(progress => loader.CloseAsync(progress, cancel));
        await Console.Error.WriteLineAsync($"{ledger.ClosedMonths.Values.Sum(months => months.Count)} months closed in {watch.Elapsed.TotalSeconds:N0} s");
        folder.Complete(ledger.Path, ledger.Digest);
    }

    private static async Task<int> TieOutAsync(
        LocalServices services, LedgerFolder ledger, IReadOnlyList<PrintedFigure> figures, LocalOptions options, CancellationToken cancel)
    {
        var tieOut = new TieOut(services.Channels, TimeProvider.System);
        if (options.Relay && !await tieOut.WaitAsync(cancel))
            await Console.Error.WriteLineAsync("reporting has not received every event after a minute; the figures are compared as they are");
        await Terminal.ShowSummaryAsync(services, ledger, cancel);
        var compared = await tieOut.CompareAsync(figures, cancel);
        foreach (var figure in compared.Where(figure => !figure.Reproduced))
            Console.WriteLine(figure.Difference);
        var reproduced = compared.Count(figure => figure.Reproduced);
        Console.WriteLine($"{reproduced} of {compared.Count} printed figures reproduced");
        return reproduced == compared.Count ? Reproduced : NotReproduced;
    }

    private static async Task<int> ServeAsync(LocalServices services, DataFolder folder, CancellationToken cancel)
    {
        await Console.Error.WriteLineAsync($"serving gRPC (also in {folder.PathOf("endpoints.json")}) until Ctrl-C:");
        foreach (var (name, address) in services.Endpoints)
            await Console.Error.WriteLineAsync($"  {name,-10} {address}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Reproduced;
    }
}
