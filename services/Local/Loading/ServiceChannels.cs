using Grpc.Net.Client;
using Iij.Client;

namespace Iij.Local;

/// <summary>
/// Where each service listens, by its name, with one channel to each: in this process or anywhere else. Where an issuer is among them, a call
/// brings the token of the person whom it names.
/// </summary>
public sealed class ServiceChannels(IReadOnlyDictionary<string, Uri> endpoints) : IDisposable
{
    private readonly Dictionary<string, GrpcChannel> _channels = [];
    private NameTokens? _tokens;

    /// <summary>The channel to a service, made once.</summary>
    public GrpcChannel this[string service]
    {
        get
        {
            lock (_channels)
            {
                if (!_channels.TryGetValue(service, out var channel))
                    _channels[service] = channel = Open(endpoints[service]);
                return channel;
            }
        }
    }

    private GrpcChannel Open(Uri address)
    {
        if (!endpoints.TryGetValue(NameTokens.Service, out var issuer))
            return GrpcChannel.ForAddress(address);
        _tokens ??= new NameTokens(issuer);
        var handler = new NameTokenHandler(_tokens, new SocketsHttpHandler { EnableMultipleHttp2Connections = true });
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in _channels.Values)
            channel.Dispose();
        _tokens?.Dispose();
    }
}
