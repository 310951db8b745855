using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Iij.Client;
using Status = Grpc.Core.Status;

namespace Iij.Tests.Fuzzing;

/// <summary>One RPC of one process, as its descriptor tells it; called with bytes, as a client that never saw our code would.</summary>
public sealed record Rpc(string Process, GrpcChannel Channel, MethodDescriptor Method)
{
    /// <summary>The acting person unless a test names another.</summary>
    public const string Actor = "fuzzing";

    private static readonly Marshaller<byte[]> _raw = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <summary>Whether it carries a request id, and so needs an actor.</summary>
    public bool IsWrite =>
        (Method.IsClientStreaming && !Method.IsServerStreaming) || Method.InputType.FindFieldByName("request_id") is not null;

    /// <summary>Whether it is our own: not the gRPC project's health or reflection.</summary>
    public bool IsOwn => Method.Service.FullName.StartsWith("iij.", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{Process}:{Method.Service.FullName}/{Method.Name}";

    /// <summary>Sends a request; a client stream gets the same bytes as its only message.</summary>
    public Task<Answer> SendAsync(IMessage request, string? actor = Actor) => SendAsync(request.ToByteArray(), Options(actor));

    /// <summary>Sends bytes that need not be a request.</summary>
    public async Task<Answer> SendAsync(byte[] bytes, CallOptions options)
    {
        var invoker = Channel.CreateCallInvoker();
        var watch = Stopwatch.StartNew();
        try
        {
            var body = (Method.IsClientStreaming, Method.IsServerStreaming) switch
            {
                (false, false) => await UnaryAsync(invoker, options, bytes),
                (true, false) => await StreamAsync(invoker, options, [bytes]),
                (false, true) =>
                    await FirstAsync(invoker.AsyncServerStreamingCall(Typed(MethodType.ServerStreaming), null, options, bytes)),
                _ => await DuplexAsync(invoker.AsyncDuplexStreamingCall(Typed(MethodType.DuplexStreaming), null, options), bytes),
            };
            return new Answer(this, new Status(StatusCode.OK, ""), [], body, watch.Elapsed);
        }
        catch (RpcException error)
        {
            return new Answer(this, error.Status, error.Trailers, [], watch.Elapsed);
        }
    }

    /// <summary>Sends several messages on a client stream.</summary>
    public async Task<byte[]> StreamAsync(CallInvoker invoker, CallOptions options, IEnumerable<byte[]> messages)
    {
        using var call = invoker.AsyncClientStreamingCall(Typed(MethodType.ClientStreaming), null, options);
        try
        {
            foreach (var message in messages)
                await call.RequestStream.WriteAsync(message);
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception error) when (error is InvalidOperationException or RpcException)
        {
            // The server answered before it had read everything: the answer says why.
        }

        return await call.ResponseAsync;
    }

    /// <summary>The options of a call, with a deadline that no answer may need.</summary>
    public static CallOptions Options(string? actor) =>
        new(actor is null ? [] : new Metadata { { ActorMetadata.Key, actor } }, DateTime.UtcNow + _patience);

    private Method<byte[], byte[]> Typed(MethodType type) => new(type, Method.Service.FullName, Method.Name, _raw, _raw);

    private async Task<byte[]> UnaryAsync(CallInvoker invoker, CallOptions options, byte[] bytes)
    {
        using var call = invoker.AsyncUnaryCall(Typed(MethodType.Unary), null, options, bytes);
        return await call.ResponseAsync;
    }

    private static async Task<byte[]> FirstAsync(AsyncServerStreamingCall<byte[]> call)
    {
        using (call)
            return await call.ResponseStream.MoveNext(CancellationToken.None) ? call.ResponseStream.Current : [];
    }

    private static async Task<byte[]> DuplexAsync(AsyncDuplexStreamingCall<byte[], byte[]> call, byte[] bytes)
    {
        using (call)
        {
            await call.RequestStream.WriteAsync(bytes);
            await call.RequestStream.CompleteAsync();
            var all = new List<byte>();
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
                all.AddRange(call.ResponseStream.Current);
            return [.. all];
        }
    }
}
