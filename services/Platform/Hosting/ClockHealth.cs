using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Iij.Platform;

/// <summary>
/// Whether the machine's clock was set: the time of day went another way than the time that passed. Nothing waits for that clock, so nothing stops;
/// but what was recorded meanwhile bears a wrong time.
/// </summary>
public sealed class ClockHealth(TimeProvider clock) : IHealthCheck
{
    private static readonly TimeSpan _toleranceMax = TimeSpan.FromSeconds(2); // a clock that is steered drifts by less between two rounds
    private static readonly TimeSpan _toldFor = TimeSpan.FromMinutes(10);
    private readonly Lock _turn = new();
    private (DateTimeOffset Time, long Stamp)? _last;
    private (TimeSpan By, DateTimeOffset To, long Stamp)? _jump;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (_turn)
        {
            var (time, stamp) = (clock.GetUtcNow(), clock.GetTimestamp());
            if (_last is { } last && time - last.Time - clock.GetElapsedTime(last.Stamp, stamp) is var by && by.Duration() > _toleranceMax)
                _jump = (by, time, stamp);
            _last = (time, stamp);
            return Task.FromResult(_jump is { } jump && clock.GetElapsedTime(jump.Stamp, stamp) < _toldFor
                ? HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture,
                    $"the clock of the machine was set by {jump.By.TotalSeconds:+0;-0} s, to {jump.To:u}: what was recorded before bears another time"))
                : HealthCheckResult.Healthy());
        }
    }
}
