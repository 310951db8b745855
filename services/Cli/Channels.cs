using Grpc.Net.Client;
using Iij.Client;

namespace Iij.Cli;

/// <summary>Connections to services.</summary>
internal static class Channels
{
    private static readonly TimeSpan _connecting = TimeSpan.FromSeconds(5);

    /// <summary>A channel with a short connection timeout that accepts a lineage of any length.</summary>
    /// <param name="address">Where the service listens.</param>
    /// <param name="tokens">The tokens of the persons whom calls name; null where calls bring their own, or none.</param>
    public static GrpcChannel Open(Uri address, NameTokens? tokens)
    {
        HttpMessageHandler handler = new SocketsHttpHandler { ConnectTimeout = _connecting };
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = tokens is null ? handler : new NameTokenHandler(tokens, handler), DisposeHttpClient = true, MaxReceiveMessageSize = null,
        });
    }

    /// <summary>A deadline.</summary>
    public static DateTime In(TimeSpan time) => TimeProvider.System.GetUtcNow().UtcDateTime + time;
}
