using System.Net;
using Iij.Contracts;
using Iij.Platform;
using Yarp.ReverseProxy.Forwarder;

namespace Iij.Reporting;

/// <summary>
/// The JSON of every source below /api/v1/sources/{source}, for a controller's page: a call is forwarded with the acting person, and its
/// answer or refusal is returned unchanged. All rules are in the source; the request id makes a repetition safe.
/// </summary>
internal sealed class SourceForwarding : HttpTransformer
{
    private const string Route = JsonCalls.Root + "/sources/{source}/{**path}";
    private static readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false });

    // As of every call to a source; gRPC's port takes HTTP/2 alone.
    private static readonly ForwarderRequestConfig _request = new()
    {
        ActivityTimeout = TimeSpan.FromSeconds(10), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private static readonly SourceForwarding _transformer = new();

    /// <summary>Maps the paths of the sources.</summary>
    public static void Map(WebApplication app) => app.Map(Route, ForwardAsync).ExcludeFromDescription().At(Listener.Http);

    /// <inheritdoc/>
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var (source, path) = (httpContext.Request.RouteValues["source"], httpContext.Request.RouteValues["path"]);
        proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, $"{JsonCalls.Root}/{path}", httpContext.Request.QueryString);
        proxyRequest.Headers.Host = null; // the source's own
        proxyRequest.Headers.Remove("Cookie");
        proxyRequest.Headers.Add("X-Forwarded-Prefix", $"{JsonCalls.Root}/sources/{source}");
    }

    private static async Task ForwardAsync(HttpContext context, string source, IHttpForwarder forwarder, ServiceSettings settings)
    {
        if (!settings.Peers.TryGetValue(source, out var address))
            throw new Refusal(Reason.SourceUnknown,
                $"source \"{source}\" is unknown here; the setting Peers names the sources that can be asked", ("source", source));
        var error = await forwarder.SendAsync(context, address, _client, _request, _transformer);
        if (error != ForwarderError.None && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
            throw new Refusal(Reason.SourceAway,
                $"{source} does not answer now; whether it did what was asked is not known, and the same request id may be sent again", ("source", source));
    }
}
