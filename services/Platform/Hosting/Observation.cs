using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Iij.Platform;

/// <summary>
/// Health and metrics over plain HTTP at the address of the setting Observe: /health/live, /health/ready (the checks with their
/// numbers as JSON; 503 where the service cannot serve) and /metrics in Prometheus text format.
/// </summary>
public static class Observation
{
    /// <summary>The names of the meters that are shown: this system's own and those of what it is built from.</summary>
    public static string[] Meters { get; } =
        ["Iij.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "MassTransit", "System.Runtime"];

    /// <summary>Maps the pages, where the settings name an address for them; the gRPC address does not serve them.</summary>
    public static void MapObservation(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Services.GetRequiredService<ServiceSettings>().Observe.Length == 0)
            return;
        var metrics = Sdk.CreateMeterProviderBuilder().ConfigureResource(Telemetry.Describe).AddMeter(Meters).AddPrometheusExporter().Build();
        app.Lifetime.ApplicationStopped.Register(metrics.Dispose);
        app.MapWhen(context => context.ListenerOf() == Listener.Observe, pages =>
        {
            pages.UseHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
            pages.UseHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync });
            pages.UseOpenTelemetryPrometheusScrapingEndpoint(metrics, null, "/metrics", null, null);
        });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(entry => entry.Key, entry => new
            {
                status = entry.Value.Status.ToString(),
                since = context.RequestServices.GetRequiredService<HealthStates>().SinceOf(entry.Key, entry.Value.Status),
                description = entry.Value.Description,
                data = entry.Value.Data,
            }),
        }, JsonSerializerOptions.Web, context.RequestAborted);
}
