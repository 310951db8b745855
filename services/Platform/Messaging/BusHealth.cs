using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Iij.Platform;

/// <summary>
/// Whether events are exchanged with the broker: the connection stands, and the consumer is attached. It does not stop the service: a source's events
/// wait in its outbox, and reporting requests from the sources what does not come.
/// </summary>
internal sealed class BusHealth : IHealthCheck
{
    /// <summary>The bus of this process; null where it has none of its own.</summary>
    public EventBus? Bus { get; set; }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        Bus?.Fault() is { Length: > 0 } fault
            ? HealthCheckResult.Degraded($"no events are exchanged with the broker: {fault}")
            : HealthCheckResult.Healthy());
}
