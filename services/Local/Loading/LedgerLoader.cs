using Grpc.Core;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Local.Ledger;
using NodaTime;

namespace Iij.Local;

/// <summary>One call of a public API that records one row of the ledger.</summary>
/// <param name="Row">The row it comes from: named where the service refuses it.</param>
/// <param name="RequestId">Made from file and line, so that loading again records nothing twice.</param>
/// <param name="Call">Sends it.</param>
public sealed record LoadStep(CsvRow Row, string RequestId, Func<string, CallOptions, Task> Call);

/// <summary>Steps that are sent together; the next stage waits for them.</summary>
/// <param name="Service">Which service they are sent to.</param>
/// <param name="Name">The text of the progress bar.</param>
/// <param name="Count">How many steps.</param>
/// <param name="Steps">The steps, made while they are sent.</param>
/// <param name="InFlightMax">How many at once; 1 keeps their order.</param>
public sealed record LoadStage(string Service, string Name, int Count, IEnumerable<LoadStep> Steps, int InFlightMax);

/// <summary>Tells how far long work is: the name of a part, how much of it is done, and how much there is.</summary>
public delegate void Progress(string part, long done, long all);

/// <summary>Records a ledger row by row through the public gRPC APIs, then prepares and closes every month of every source.</summary>
public sealed class LedgerLoader(ServiceChannels services, LedgerFolder ledger, ServiceRetry? retry = null)
{
    private const string Recorder = "ledger-loader";
    private const string Preparer = "ledger-preparer";
    private const string Controller = "ledger-controller";

    private readonly ServiceRetry _retry = retry ?? ServiceRetry.None;
    private int _waived;

    /// <summary>How many required measures of all months the closes waived, because the ledger has no row of them.</summary>
    public int Waived => _waived;

    /// <summary>Records everything. Loading again after an interruption continues where it stopped. Returns the number of entries sent.</summary>
    public async Task<long> LoadAsync(Progress progress, CancellationToken cancel)
    {
        long sent = 0;
        foreach (var stage in new LedgerStages(services, ledger).All())
            sent += await SendAsync(stage, progress, cancel);
        return sent;
    }

    /// <summary>Closes every month of every source, each by another person than the one who prepared it.</summary>
    public async Task CloseAsync(Progress progress, CancellationToken cancel)
    {
        var months = ledger.ClosedMonths;
        long done = 0;
        var all = months.Values.Sum(source => source.Count);
        progress("closing", 0, all);
        await Task.WhenAll(months.Select(async source =>
        {
            var client = new ClosingService.ClosingServiceClient(services[source.Key]);
            foreach (var month in source.Value)
            {
                await CloseAsync(client, source.Key, month, cancel);
                progress("closing", Interlocked.Increment(ref done), all);
            }
        }));
    }

    private async Task CloseAsync(ClosingService.ClosingServiceClient client, string source, YearMonth month, CancellationToken cancel)
    {
        try
        {
            var prepared = await _retry.CallAsync(source, async () => await client.PreparePeriodAsync(
                new PreparePeriodRequest { RequestId = $"prepare {month.ToIso()}", Month = month.ToProto() }, Options(Preparer, cancel)), cancel);
            var close = new ClosePeriodRequest { RequestId = $"close {month.ToIso()}", Month = month.ToProto(), Waivers = { Waivers(prepared) } };
            Interlocked.Add(ref _waived, close.Waivers.Count);
            await _retry.CallAsync(source, async () => await client.ClosePeriodAsync(close, Options(Controller, cancel)), cancel);
        }
        catch (RpcException error) when (error.StatusCode != StatusCode.Cancelled)
        {
            throw new InputException($"{source}.csv", 0, $"the close of {source} {month.ToIso()} is refused: {error.Status.Detail}");
        }
    }

    // A ledger's monthly files state everything; a stock that none of its rows mentions is not there, and nobody can be asked for it.
    private static IEnumerable<Waiver> Waivers(PreparePeriodResponse prepared) => prepared.Findings
        .Where(finding => finding.Severity == Severity.Waivable)
        .Select(finding => new Waiver { Measure = finding.Measure, Reason = "the ledger has no row of it" });

    private async Task<long> SendAsync(LoadStage stage, Progress progress, CancellationToken cancel)
    {
        long done = 0;
        progress(stage.Name, 0, stage.Count);
        var options = new ParallelOptions { MaxDegreeOfParallelism = stage.InFlightMax, CancellationToken = cancel };
        await Parallel.ForEachAsync(stage.Steps, options, async (step, stop) =>
        {
            try
            {
                await _retry.CallAsync(stage.Service, () => step.Call(step.RequestId, Options(Recorder, stop)), stop);
            }
            catch (RpcException error) when (error.StatusCode != StatusCode.Cancelled)
            {
                throw step.Row.Refuse($"refused by the service: {RpcErrors.InfoOf(error)?.Reason} {error.Status.Detail}");
            }

            progress(stage.Name, Interlocked.Increment(ref done), stage.Count);
        });
        progress(stage.Name, stage.Count, stage.Count);
        return done;
    }

    private static CallOptions Options(string actor, CancellationToken cancel) =>
        new(ActorMetadata.Of(actor), cancellationToken: cancel);
}
