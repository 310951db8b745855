using Iij.Contracts;
using Iij.Platform;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Iij.Reporting;

/// <summary>
/// Verifies every record of reporting at intervals and on request: the digests that bind them, and the signature of the source on each event. What is
/// wrong is logged and shown by the health check "records", and no figure is shown.
/// </summary>
public sealed partial class RecordAudit(
    Views views, ReportingStore store, PublicKeys keys, Database database, Readiness readiness, TimeProvider clock, ILogger<RecordAudit> log)
    : BackgroundService, IHealthCheck
{
    private const int PageSize = 500;
    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _running = new(1);
    private volatile string _problem = "";

    /// <summary>Verifies everything; returns the last position and what is wrong with an event, empty where nothing is.</summary>
    public async Task<(long Knowledge, string Problem)> AuditAsync(CancellationToken cancel)
    {
        await _running.WaitAsync(cancel); // it reads everything: one at a time
        try
        {
            var knowledge = await views.AuditAsync(cancel);
            _problem = await FindUnsignedAsync(cancel);
            return (knowledge, _problem);
        }
        catch (Refusal altered) when (RecordChain.IsAltered(altered))
        {
            _problem = altered.Message;
            throw;
        }
        finally
        {
            _running.Release();
        }
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_problem.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(_problem));

    /// <inheritdoc/>
    public override void Dispose()
    {
        _running.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WhenReadyAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAuditAsync(stoppingToken);
            await Task.Delay(_interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TryAuditAsync(CancellationToken stop)
    {
        try
        {
            if ((await AuditAsync(stop)).Problem is { Length: > 0 } problem)
                RecordsWrong(problem);
        }
        catch (Refusal altered)
        {
            RecordsWrong(altered.Message);
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            NotAudited(error.Message);
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    // A statement's text is bound by its hash; that the hash is of this text, and the source's word, shows only here.
    private async Task<string> FindUnsignedAsync(CancellationToken cancel)
    {
        var events = (await views.LatestAsync(cancel)).History.Events.ToDictionary(row => row.Knowledge);
        for (var after = 0L; ;)
        {
            var page = await database.ReadAsync(transaction => store.ListBodiesAsync(transaction, after, PageSize), cancel);
            if (page.Count == 0)
                return "";
            foreach (var (knowledge, body) in page.Where(one => events.ContainsKey(one.Knowledge)))
            {
                var row = events[knowledge];
                if (row.BodyHash.Length > 0 && row.BodyHash != SignedContent.HashOf(body))
                    return $"the statement of {row.Source} {row.Month} at position {knowledge} is not what was received";
                if (row.Signature.Length > 0 && keys.ProblemOf(row.ToMessage(body)) is { } wrong)
                    return $"the event {row.Sequence} of {row.Source} at position {knowledge}: {wrong.Detail}";
            }

            after = page[^1].Knowledge;
        }
    }

    [LoggerMessage(LogLevel.Critical, "records are not what was stored: {Problem}")]
    private partial void RecordsWrong(string problem);

    [LoggerMessage(LogLevel.Warning, "records could not be verified; it is tried again: {Error}")]
    private partial void NotAudited(string error);
}
