using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Iij.Platform;

/// <summary>
/// Whether the database takes writes now: a statement that writes nothing is taken, no write is stuck, and the last one did not fail a moment ago. A
/// disk that is full takes the statement, and fails the write that fills it.
/// </summary>
internal sealed class DatabaseHealth(Database database, RequestStore store, Readiness readiness, IHostApplicationLifetime lifetime) : IHealthCheck
{
    private static readonly TimeSpan _writeMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _failureCounts = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return HealthCheckResult.Unhealthy("the service stops: it finishes its calls and takes no new ones");
        if (!readiness.IsReady)
            return HealthCheckResult.Unhealthy($"not ready: {readiness.WaitsFor}");
        if (database.WriteTakes is var takes && takes > _writeMax)
        {
            return HealthCheckResult.Unhealthy(
                $"a write has waited for the database for {Seconds(takes)}: something else holds the write lock, or the disk is stalled");
        }

        try
        {
            await database.ClaimAsync(store.ProbeAsync, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"the database takes no writes: {error.Message}", error);
        }

        return database.LastFailure is var (failure, age) && age < _failureCounts
            ? HealthCheckResult.Unhealthy($"the last write failed {Seconds(age)} ago: {failure}")
            : HealthCheckResult.Healthy();
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}
