using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Iij.Reporting;

/// <summary>
/// Whether every event received counts: those of a source that was restored from an older copy wait until group accounting accepts its incarnation.
/// While the view cannot be read, which other checks say, it is as it was known last.
/// </summary>
public sealed class IncarnationsHealth(Views views) : IHealthCheck
{
    private HealthCheckResult _known = HealthCheckResult.Healthy();

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var (_, view) = await views.LatestAsync(cancellationToken);
            var held = view.Sources.Values.Where(source => source.Held.Count > 0)
                .Select(source => $"{source.Source} {string.Join(", ", source.Held)}").ToList();
            _known = held.Count == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded($"incarnations of sources are held and await a decision (accept-incarnation): {string.Join("; ", held)}");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A database that does not answer, or an altered record: the checks of those say it.
        }

        return _known;
    }
}
