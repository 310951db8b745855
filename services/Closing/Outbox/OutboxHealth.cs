using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Iij.Closing;

/// <summary>The backlog of the outbox. It does not stop the service: recorded events are safe, and reporting receives them later.</summary>
public sealed class OutboxHealth(Relay relay) : IHealthCheck
{
    private static readonly TimeSpan _oldestMax = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (count, oldest) = relay.Backlog;
        var data = new Dictionary<string, object> { ["backlog_events"] = count, ["oldest_s"] = (long)oldest.TotalSeconds };
        return Task.FromResult(oldest > _oldestMax
            ? HealthCheckResult.Degraded("events wait for the broker", data: data)
            : HealthCheckResult.Healthy(data: data));
    }
}
