using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Iij.Platform;

/// <summary>
/// What each check said last and since when: at /health/ready, and as the metrics that the alerts under deploy/prometheus ask. iij.health.state is
/// 0 healthy, 1 degraded, 2 unhealthy, by check; iij.health.data are the numbers that a check gives, such as the open dead letters.
/// </summary>
internal sealed class HealthStates : IHealthCheckPublisher, IDisposable
{
    private readonly ConcurrentDictionary<string, (HealthStatus Status, DateTimeOffset Since)> _states = new();
    private readonly ConcurrentDictionary<(string Check, string Name), long> _data = new();
    private readonly Meter _meter = new("Iij.Health");
    private readonly TimeProvider _clock;

    /// <summary>Begins with no state; a check has one from the first round on.</summary>
    /// <param name="service">The service whose checks they are, a tag of the metric.</param>
    /// <param name="clock">Says since when.</param>
    public HealthStates(string service, TimeProvider clock)
    {
        _clock = clock;
        _meter.CreateObservableGauge("iij.health.state", () => _states.Select(state => new Measurement<int>(
            Number(state.Value.Status), new("service", service), new("check", state.Key))), null, "0 healthy, 1 degraded, 2 unhealthy.");
        _meter.CreateObservableGauge("iij.health.data", () => _data.Select(one => new Measurement<long>(
            one.Value, new("service", service), new("check", one.Key.Check), new("name", one.Key.Name))), null, "The numbers that a check gives.");
    }

    /// <inheritdoc/>
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (var (check, entry) in report.Entries)
        {
            SinceOf(check, entry.Status);
            foreach (var (name, value) in entry.Data)
            {
                if (value is long or int)
                    _data[(check, name)] = Convert.ToInt64(value, CultureInfo.InvariantCulture);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Since when a check has said this; from now on where it said another thing before.</summary>
    public DateTimeOffset SinceOf(string check, HealthStatus status)
    {
        var now = _clock.GetUtcNow();
        return _states.AddOrUpdate(check, (status, now), (_, known) => known.Status == status ? known : (status, now)).Since;
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static int Number(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => 0,
        HealthStatus.Degraded => 1,
        _ => 2,
    };
}
