using Grpc.Core;
using Iij.Local.Ledger;

namespace Iij.Local;

/// <summary>What a person asked for with "load".</summary>
/// <param name="Endpoints">A file as ./run writes it: the address of each service by its name.</param>
/// <param name="Ledger">A folder of ledger files, or null for the reference.</param>
/// <param name="Figures">A file of printed figures, or null for those of the reference.</param>
/// <param name="Load">Whether the ledger is recorded and closed first; otherwise only the figures are compared.</param>
/// <param name="Timeout">For how long a service that does not answer is awaited.</param>
public sealed record RemoteOptions(string Endpoints, string? Ledger, string? Figures, bool Load, TimeSpan Timeout);

/// <summary>Records, closes and ties out a ledger against services that run already, wherever they do.</summary>
public static class RemoteRun
{
    private const int Unusable = 2;
    private const int Interrupted = 130;

    /// <summary>Runs to the exit code: 0 reproduced, 1 not, 2 where an input or a service cannot be used.</summary>
    public static async Task<int> RunAsync(RemoteOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            return await TryRunAsync(options, cancel);
        }
        catch (Exception error) when (error is InputException or ServiceAwayException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return Unusable;
        }
        catch (RpcException error) when (!cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"a service refuses: {error.Status.Detail}");
            return Unusable;
        }
        catch (Exception error) when (cancel.IsCancellationRequested && error is OperationCanceledException or RpcException)
        {
            await Console.Error.WriteLineAsync("interrupted; the same command continues where it stopped");
            return Interrupted;
        }
    }

    private static async Task<int> TryRunAsync(RemoteOptions options, CancellationToken cancel)
    {
        var endpoints = EndpointsFile.Read(options.Endpoints);
        var inputs = LedgerInputs.Read(options.Ledger, options.Figures);
        var terminal = new Terminal();
        var retry = new ServiceRetry(options.Timeout, TimeProvider.System, terminal.Say);
        using var services = new ServiceChannels(endpoints);
        await terminal.ProgressAsync(progress => retry.WaitUntilServingAsync(services, EndpointsFile.Names, progress, cancel));
        var run = new LedgerRun(services, inputs, retry, terminal);
        if (options.Load)
            await run.LoadAsync(cancel);
        return await run.TieOutAsync(wait: true, cancel);
    }
}
