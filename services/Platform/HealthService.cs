using Grpc.Core;
using Grpc.Health.V1;
using Iij.Contracts;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Iij.Platform;

/// <summary>
/// grpc.health.v1 over ASP.NET's health checks. Hand-written because the feed lacks Grpc.AspNetCore.HealthChecks, which replaces it.
/// The empty service name asks whether the process is ready to serve, "liveness" whether it lives; no other name is known.
/// </summary>
public sealed class HealthService(HealthCheckService checks, IHostApplicationLifetime lifetime, TimeProvider clock) : Health.HealthBase
{
    private static readonly TimeSpan _watchInterval = TimeSpan.FromSeconds(5);

    private const string Liveness = "liveness";

    /// <inheritdoc/>
    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (request.Service == Liveness)
            return new HealthCheckResponse { Status = HealthCheckResponse.Types.ServingStatus.Serving };
        if (request.Service.Length > 0)
            throw new Refusal(Reason.ServiceUnknown, $"ask with an empty service name for readiness, or for \"{Liveness}\"");
        return new HealthCheckResponse { Status = await StatusAsync(context.CancellationToken) };
    }

    /// <inheritdoc/>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var last = HealthCheckResponse.Types.ServingStatus.Unknown;
        while (!end.IsCancellationRequested)
        {
            var now = request.Service switch
            {
                "" => await StatusAsync(end.Token),
                Liveness => HealthCheckResponse.Types.ServingStatus.Serving,
                _ => HealthCheckResponse.Types.ServingStatus.ServiceUnknown,
            };
            if (now != last)
                await responseStream.WriteAsync(new HealthCheckResponse { Status = last = now });
            await Task.Delay(_watchInterval, clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync(CancellationToken cancel)
    {
        // Whoever is stopping takes no new work, though it finishes what it has.
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return HealthCheckResponse.Types.ServingStatus.NotServing;
        var report = await checks.CheckHealthAsync(cancel);
        return report.Status != HealthStatus.Unhealthy
            ? HealthCheckResponse.Types.ServingStatus.Serving
            : HealthCheckResponse.Types.ServingStatus.NotServing;
    }
}
