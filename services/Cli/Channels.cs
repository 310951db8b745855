using Grpc.Net.Client;

namespace Iij.Cli;

/// <summary>Connections to services.</summary>
internal static class Channels
{
    private static readonly TimeSpan _connecting = TimeSpan.FromSeconds(5);

    /// <summary>A channel with a short connection timeout that accepts a lineage of any length.</summary>
    public static GrpcChannel Open(Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { ConnectTimeout = _connecting }, DisposeHttpClient = true, MaxReceiveMessageSize = null,
    });

    /// <summary>A deadline.</summary>
    public static DateTime In(TimeSpan time) => TimeProvider.System.GetUtcNow().UtcDateTime + time;
}
