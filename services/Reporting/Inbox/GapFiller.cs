using System.Collections.Concurrent;
using Grpc.Core;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;

namespace Iij.Reporting;

/// <summary>
/// Requests missing events from the sources over gRPC: at start, when a gap appears, at intervals, and on request. Events that a
/// broker lost are recovered in this way. A source that does not answer is asked again the next time; its error is shown.
/// </summary>
public sealed partial class GapFiller(
    Views views, EventInbox inbox, CopyDetector copies, Peers peers, ServiceSettings settings, Readiness readiness, TimeProvider clock,
    ILogger<GapFiller> log)
    : BackgroundService
{
    private const int PageSize = 100;
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(1); // events that overtook each other on the bus leave no gap a moment later

    private readonly WakeUp _wake = new();
    private readonly ConcurrentDictionary<string, (long AskedAt, string Error)> _asked = new();

    /// <summary>When a source was last asked (microseconds since 1970 UTC; 0 before) and why that failed (empty where it did not).</summary>
    public (long AskedAt, string Error) LastAsked(string source) => _asked.GetValueOrDefault(source, (0, ""));

    /// <summary>Requests from every source the events after the last one without a gap. Returns the number of new events.</summary>
    public async Task<long> FillAsync(CancellationToken cancel)
    {
        var counts = await Task.WhenAll(peers.Names.Select(source => TryFillAsync(source, cancel)));
        return counts.Sum();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WhenReadyAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        inbox.AskNow += _wake.Wake;
        while (settings.FillGaps && !stoppingToken.IsCancellationRequested)
        {
            await FillAsync(stoppingToken);
            if (await _wake.WaitAsync(_interval, stoppingToken))
                await Task.Delay(_settle, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        inbox.AskNow -= _wake.Wake;
    }

    private async Task<long> TryFillAsync(string source, CancellationToken cancel)
    {
        var at = clock.Now().ToMicroseconds();
        try
        {
            var count = await FillAsync(source, peers.Find(source)!, cancel);
            _asked[source] = (at, "");
            return count;
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            _asked[source] = (at, error is RpcException rpc ? $"{rpc.StatusCode}: {rpc.Status.Detail}" : error.Message);
            SourceNotAsked(source, error.Message);
            return 0;
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            return 0;
        }
    }

    private async Task<long> FillAsync(string source, ClosingService.ClosingServiceClient client, CancellationToken cancel)
    {
        // Read before the source is asked: what comes in meanwhile is not an event that it does not know.
        var (_, view) = await views.LatestAsync(cancel);
        var described = await client.GetSourceAsync(new GetSourceRequest(), Peers.Options(cancel));
        if (described.Source != source)
            throw new InvalidOperationException($"the address of {source} answers as {described.Source}; correct Peers:{source}");
        var events = Held(view, source, described.Incarnation);
        if (await copies.FindWitnessAsync(client, source, described.LastSequence, events, cancel) is { } witness)
        {
            CopyFound(source, witness.Sequence, described.Incarnation);
            described = await copies.EndIncarnationAsync(client, described.Incarnation, witness, cancel);
            (_, view) = await views.LatestAsync(cancel);
            events = Held(view, source, described.Incarnation);
        }

        var held = events.Select(row => row.Sequence).ToHashSet();
        long next = 0, count = 0;
        while (held.Contains(next + 1))
            next++;
        while (next < described.LastSequence)
        {
            var page = await client.ListPeriodEventsAsync(
                new ListPeriodEventsRequest { AfterSequence = next, PageSize = PageSize }, Peers.Options(cancel));
            if (page.Events.Count == 0)
                break;
            if (page.Events[^1].Sequence <= next || page.Events.Any(e => e.Source != source))
                throw new InvalidOperationException($"{source} gives {page.Events[^1].Source} {page.Events[^1].Sequence} after {next}");
            var taken = await Task.WhenAll(page.Events.Where(e => !held.Contains(e.Sequence))
                .Select(e => inbox.AcceptAsync(PeriodEventPublished.FromProto(e), cancel)));
            count += taken.Count(isNew => isNew);
            next = page.Events[^1].Sequence;
        }

        return count;
    }

    private static IReadOnlyList<ReceivedEvent> Held(View view, string source, string incarnation) =>
        view.Sources.TryGetValue(source, out var fold) ? fold.Events.Where(row => row.Incarnation == incarnation).ToList() : [];

    [LoggerMessage(LogLevel.Warning, "{Source} could not be asked for what is missing: {Error}")]
    private partial void SourceNotAsked(string source, string error);

    [LoggerMessage(LogLevel.Error,
        "{Source} does not know event {Sequence} of its incarnation {Incarnation}: its database was restored from an older copy")]
    private partial void CopyFound(string source, long sequence, string incarnation);
}
