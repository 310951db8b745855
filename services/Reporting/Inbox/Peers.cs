using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;

namespace Iij.Reporting;

/// <summary>The sources as reporting reaches them over gRPC: a channel to each, made when it is first needed and kept.</summary>
public sealed class Peers(ServiceSettings settings, ServiceToken token) : IDisposable
{
    private const int MessageBytesMax = 64 * 1024 * 1024; // a page of large statements is larger than the 4 MB a client takes by itself
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, GrpcChannel> _channels = new();

    /// <summary>The sources whose addresses the settings name.</summary>
    public IEnumerable<string> Names => settings.Peers.Keys;

    /// <summary>The close of a source; null where the settings name no address of it.</summary>
    public ClosingService.ClosingServiceClient? Find(string source) =>
        settings.Peers.TryGetValue(source, out var address) ? new(_channels.GetOrAdd(address, Connect)) : null;

    /// <summary>The options of a call: a deadline of ten seconds, and the acting person if any.</summary>
    public static CallOptions Options(CancellationToken cancel, string actor = "")
    {
        // gRPC counts a deadline on the machine's clock, whatever clock the service was given.
        return new(ActorMetadata.Of(actor), TimeProvider.System.GetUtcNow().Add(_deadline).UtcDateTime, cancel);
    }

    /// <summary>
    /// Asks a source. Where it refuses, it is named: SOURCE_AHEAD as it says so, every other refusal of its state as SOURCE_REFUSES. Refuses also
    /// where no address of it is set (SOURCE_UNKNOWN), where it does not answer (SOURCE_AWAY), and where its database does not have the revision
    /// asked for (REVISION_UNKNOWN), as one restored from an older copy.
    /// </summary>
    public async Task<TResponse> AskAsync<TResponse>(string source, Func<ClosingService.ClosingServiceClient, Task<TResponse>> call)
    {
        var client = Find(source)
            ?? throw new Refusal(Reason.SourceUnknown, $"reporting has no address of {source}; set Peers__{source}", ("source", source));
        try
        {
            return await call(client);
        }
        catch (RpcException error) when (RpcErrors.InfoOf(error) is { } info && error.StatusCode == StatusCode.FailedPrecondition)
        {
            throw info.Reason == Reason.SourceAhead.Name
                ? new Refusal(Reason.SourceAhead, error.Status.Detail, ("source", source), ("sequence", info.Metadata["sequence"]))
                : new Refusal(Reason.SourceRefuses, $"{source} refuses: {error.Status.Detail}", ("source", source), ("reason", info.Reason));
        }
        catch (RpcException error) when (RpcErrors.InfoOf(error) is { } info && info.Reason == Reason.RevisionUnknown.Name)
        {
            throw new Refusal(Reason.RevisionUnknown, $"the database of {source} does not have it: {error.Status.Detail}",
                ("source", source), ("month", info.Metadata["month"]));
        }
        catch (RpcException error)
        {
            throw Unavailable(source, $"{error.StatusCode}: {error.Status.Detail}");
        }
    }

    /// <summary>The refusal because a source cannot be asked now.</summary>
    public static Refusal Unavailable(string source, string why) =>
        new(Reason.SourceAway, $"{source} cannot be asked ({why}); try again when it answers", ("source", source));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var channel in _channels.Values)
            channel.Dispose();
    }

    private GrpcChannel Connect(string address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        MaxReceiveMessageSize = MessageBytesMax, HttpHandler = settings.Identity.IsOn ? token : null,
    });
}
