using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Iij.Platform;

/// <summary>
/// grpc.health.v1 over ASP.NET's health checks. Hand-written because the feed lacks Grpc.AspNetCore.HealthChecks, which replaces it.
/// The empty service name asks for the process as a whole; it is the only name known.
/// </summary>
public sealed class HealthService(HealthCheckService checks, IHostApplicationLifetime lifetime, TimeProvider clock) : Health.HealthBase
{
    private static readonly TimeSpan _watchInterval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (request.Service.Length > 0)
            throw new Refusal(StatusCode.NotFound, "SERVICE_UNKNOWN", "ask with an empty service name for the whole process");
        return new HealthCheckResponse { Status = await StatusAsync(context.CancellationToken) };
    }

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var last = HealthCheckResponse.Types.ServingStatus.Unknown;
        while (!end.IsCancellationRequested)
        {
            var now = request.Service.Length > 0
                ? HealthCheckResponse.Types.ServingStatus.ServiceUnknown
                : await StatusAsync(end.Token);
            if (now != last)
                await responseStream.WriteAsync(new HealthCheckResponse { Status = last = now });
            await Task.Delay(_watchInterval, clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync(CancellationToken cancel)
    {
        var report = await checks.CheckHealthAsync(cancel);
        return report.Status == HealthStatus.Healthy
            ? HealthCheckResponse.Types.ServingStatus.Serving
            : HealthCheckResponse.Types.ServingStatus.NotServing;
    }
}
