using Iij.Platform;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Iij.Reporting;

/// <summary>Whether the sources answer: one that does not cannot give what the broker lost, take a lock of an edition or name its entries.</summary>
public sealed class SourcesHealth(GapFiller gaps, Peers peers, ServiceSettings settings) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var away = peers.Names.Order(StringComparer.Ordinal).Select(source => (Source: source, gaps.LastAsked(source).Error))
            .Where(asked => asked.Error.Length > 0).ToList();
        return Task.FromResult(!settings.FillGaps || away.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"not every source can be asked for events: {string.Join("; ", away.Select(one => $"{one.Source}: {one.Error}"))}"));
    }
}
