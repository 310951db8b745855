using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Iij.Platform;

/// <summary>
/// Traces: a close can be followed from its caller to the change on the stream. Within a process and over gRPC and the bus a span finds
/// its parent by itself; where work waits in a table or a queue, its traceparent (W3C) waits with it and <see cref="Continue"/> takes it up.
/// </summary>
public static class Telemetry
{
    private static readonly ActivitySource _source = new("Iij");

    /// <summary>The traceparent of what runs now; null where nothing does that can be followed.</summary>
    public static string? TraceParent => Activity.Current is { IdFormat: ActivityIdFormat.W3C } running ? running.Id : null;

    /// <summary>Begins a span within what runs now; null where nothing is traced, as for work that the service does by itself.</summary>
    public static Activity? Begin(string name) => Activity.Current is null ? null : _source.StartActivity(name);

    /// <summary>
    /// Begins a span of what was caused elsewhere. It goes on in the trace of the last cause and is linked to the others, since a batch
    /// has many. Null where no cause is followed.
    /// </summary>
    public static Activity? Continue(string name, IEnumerable<string?> traceParents)
    {
        if (!_source.HasListeners())
            return null;
        var causes = traceParents.Distinct().Select(Parse).OfType<ActivityContext>().ToList();
        return causes.Count == 0 ? null : _source.StartActivity(
            name, ActivityKind.Internal, causes[^1], links: causes.SkipLast(1).Select(cause => new ActivityLink(cause)));
    }

    /// <summary>
    /// Sends what this process does to the collector that OpenTelemetry's own environment variables name (OTEL_EXPORTER_OTLP_ENDPOINT and
    /// its like), until it is disposed; null where they name none. Once a process, whatever it serves: sources of spans are the process's.
    /// </summary>
    public static IDisposable? Export()
    {
        var (traces, metrics) = (IsExported("TRACES"), IsExported("METRICS"));
        return !traces && !metrics ? null : OpenTelemetrySdk.Create(telemetry =>
        {
            telemetry.ConfigureResource(Describe).UseOtlpExporter();
            if (traces)
                telemetry.WithTracing(tracing => tracing.AddSpans());
            if (metrics)
                telemetry.WithMetrics(metering => metering.AddMeter(Observation.Meters));
        });
    }

    /// <summary>The spans of closes and of all other requests, without those of health, reflection and metrics.</summary>
    public static TracerProviderBuilder AddSpans(this TracerProviderBuilder tracing) => tracing
        .AddSource(_source.Name, "MassTransit")
        .AddAspNetCoreInstrumentation(requests => requests.Filter = IsFollowed)
        .AddGrpcClientInstrumentation()
        .AddNpgsql();

    // Health and reflection are looked at all the time, by programs.
    private static bool IsFollowed(HttpContext context) =>
        context.ListenerOf() != Listener.Observe
        && context.Request.Path.Value?.StartsWith(RefusalInterceptor.OfThePlatform, StringComparison.Ordinal) != true;

    // The variables are read last, so that OTEL_SERVICE_NAME wins.
    internal static void Describe(ResourceBuilder resource) =>
        resource.Clear().AddService(Assembly.GetEntryAssembly()!.GetName().Name!).AddTelemetrySdk().AddEnvironmentVariableDetector();

    private static bool IsExported(string signal) => Variable($"OTEL_{signal}_EXPORTER") != "none"
        && (Variable("OTEL_EXPORTER_OTLP_ENDPOINT") + Variable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")).Length > 0;

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? "";

    private static ActivityContext? Parse(string? traceParent) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var context) ? context : null;
}
