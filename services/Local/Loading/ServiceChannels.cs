using Grpc.Net.Client;

namespace Iij.Local;

/// <summary>Where each service listens, by its name, with one channel to each: in this process or anywhere else.</summary>
public sealed class ServiceChannels(IReadOnlyDictionary<string, Uri> endpoints) : IDisposable
{
    private readonly Dictionary<string, GrpcChannel> _channels = [];

    /// <summary>The channel to a service, made once.</summary>
    public GrpcChannel this[string service]
    {
        get
        {
            lock (_channels)
            {
                if (!_channels.TryGetValue(service, out var channel))
                    _channels[service] = channel = GrpcChannel.ForAddress(endpoints[service]);
                return channel;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in _channels.Values)
            channel.Dispose();
    }
}
