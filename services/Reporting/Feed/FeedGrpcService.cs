using System.Buffers;
using Grpc.Core;
using Iij.Client;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Iij.Reporting.Feed;

/// <summary>
/// FeedService over gRPC. Bound by hand instead of by the generated base class, so that a message's bytes are written as they are
/// and not serialised again for every subscriber; the binder wants its methods virtual.
/// </summary>
[BindServiceMethod(typeof(FeedGrpcService), nameof(Bind))]
public class FeedGrpcService(ViewFeed feed, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    private static readonly Method<WatchRequest, Frame> _watch = new(
        MethodType.ServerStreaming, FeedService.Descriptor.FullName, nameof(Watch),
        new Marshaller<WatchRequest>(
            (_, _) => throw new NotSupportedException(), context => WatchRequest.Parser.ParseFrom(context.PayloadAsReadOnlySequence())),
        new Marshaller<Frame>(Write, _ => throw new NotSupportedException()));

    /// <summary>The descriptor for reflection.</summary>
    public static ServiceDescriptor Descriptor => FeedService.Descriptor;

    /// <summary>Says which methods there are.</summary>
    public static void Bind(ServiceBinderBase binder, FeedGrpcService? service)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder.AddMethod(_watch, service is null ? null : service.Watch);
    }

    /// <summary>Streams the subject until the subscriber disconnects or the service stops.</summary>
    public virtual async Task Watch(WatchRequest request, IServerStreamWriter<Frame> responseStream, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(responseStream);
        var http = context.GetHttpContext();
        using var end = Caller.UntilExpiry(http, clock, context.CancellationToken, lifetime.ApplicationStopping);
        var caller = (Caller.Of(http) is { IsGuest: false } known ? known.Subject : null) ?? context.RequestHeaders.GetValue(ActorMetadata.Key) ?? context.Peer;
        try
        {
            await foreach (var frame in feed.WatchAsync(request, caller, isTokenSentByItself: false, end.Token))
                await responseStream.WriteAsync(frame, end.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            throw new Refusal(Reason.Stopping, "the service stops; resume with the last token");
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw new Refusal(Reason.AccessTokenInvalid, "the access token has expired; resume with the last token of the stream and a new access token");
        }
    }

    private static void Write(Frame frame, SerializationContext context)
    {
        context.SetPayloadLength(frame.Proto.Length);
        context.GetBufferWriter().Write(frame.Proto);
        context.Complete();
    }
}
