using Iij.Local.Ledger;
using Iij.Platform;

namespace Iij.Local;

/// <summary>What a person asked for on the command line.</summary>
public sealed record LocalOptions(bool Once, string? Ledger, string? Figures, string? Data, int Port, bool Relay);

/// <summary>One run: read and check the inputs, start, load, close, show, tie out, and go on serving unless told otherwise.</summary>
public static class LocalRun
{
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
            await Console.Error.WriteLineAsync("interrupted; the same command continues where it stopped");
            return Interrupted;
        }
    }

    private static async Task<int> TryRunAsync(LocalOptions options, CancellationToken cancel)
    {
        using var telemetry = Telemetry.Export();
        var inputs = LedgerInputs.Read(options.Ledger, options.Figures);
        var ledger = inputs.Ledger;
        using var folder = options.Data is { } data ? DataFolder.Open(data) : DataFolder.OpenFirstFree(Places.DefaultData(ledger));
        var loaded = folder.Begin(ledger.Path, ledger.Digest);
        await using var services = await LocalServices.StartAsync(name => folder.PathOf(name + ".db"), options.Port, options.Relay);
        folder.WriteWhole("endpoints.json", EndpointsFile.Write(services.Endpoints));
        var run = new LedgerRun(services.Channels, inputs, ServiceRetry.None, new Terminal());
        if (loaded)
        {
            await Console.Error.WriteLineAsync($"{folder.Path} holds the ledger {ledger.Path} already; nothing is loaded again");
        }
        else
        {
            await run.LoadAsync(cancel);
            folder.Complete(ledger.Path, ledger.Digest);
        }

        var code = await run.TieOutAsync(wait: options.Relay, cancel);
        return options.Once ? code : await ServeAsync(services, folder, cancel);
    }

    private static async Task<int> ServeAsync(LocalServices services, DataFolder folder, CancellationToken cancel)
    {
        await Console.Error.WriteLineAsync($"serving gRPC, and tokens by name (also in {folder.PathOf("endpoints.json")}) until Ctrl-C:");
        foreach (var (name, address) in services.Endpoints)
            await Console.Error.WriteLineAsync($"  {name,-10} {address}");
        await Console.Error.WriteLineAsync($"and over HTTP the page and its API (/api/v1/openapi.json): {services.Http}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return LedgerRun.Reproduced;
    }
}
