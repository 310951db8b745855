using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Iij.Platform;

/// <summary>
/// Adds how a call ended to the durations that /metrics shows of it: to HTTP a refused gRPC call is a success like any other.
/// </summary>
internal sealed class CallStatus : IStartupFilter
{
    private const string Header = "grpc-status";
    private const string Tag = "rpc.grpc.status_code";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (HttpContext context, RequestDelegate call) =>
        {
            await call(context);
            if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics && Of(context) is { Length: > 0 } status)
                metrics.Tags.Add(new(Tag, status));
        });
        next(app);
    };

    // A call without an answer has its status among the headers, one with an answer behind it.
    private static string? Of(HttpContext context) =>
        context.Response.Headers.TryGetValue(Header, out var status) ? status : context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers[Header];
}
