using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Iij.Platform;

/// <summary>
/// Whether events are exchanged with the broker: the connection stands, and the consumer is attached. It does not stop the service: a source's events
/// wait in its outbox, and reporting requests from the sources what does not come.
/// </summary>
internal sealed class BusHealth(TimeProvider clock) : IHealthCheck
{
    private readonly Lock _turn = new();
    private DateTimeOffset? _since;

    /// <summary>The bus of this process; null where it has none of its own.</summary>
    public EventBus? Bus { get; set; }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var fault = Bus?.Fault() ?? "";
        DateTimeOffset? seen;
        lock (_turn)
            seen = _since = fault.Length == 0 ? null : _since ?? clock.GetUtcNow();
        return Task.FromResult(seen is not { } since
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"no events are exchanged with the broker: {fault}",
                data: new Dictionary<string, object> { ["seen_since"] = $"{since:u}" }));
    }
}
