using Grpc.Core;

namespace Iij.Tests.GrpcContracts;

/// <summary>The methods and the binding that protoc would generate.</summary>
public static class Echo
{
    public static readonly Method<string, string> Unary = Define(MethodType.Unary, nameof(Unary));
    public static readonly Method<string, string> Split = Define(MethodType.ServerStreaming, nameof(Split));
    public static readonly Method<string, string> Join = Define(MethodType.ClientStreaming, nameof(Join));
    public static readonly Method<string, string> Upper = Define(MethodType.DuplexStreaming, nameof(Upper));

    public static void Bind(ServiceBinderBase binder, EchoService? service)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder.AddMethod(Unary, service is null ? null : new UnaryServerMethod<string, string>(service.Unary));
        binder.AddMethod(Split, service is null ? null : new ServerStreamingServerMethod<string, string>(service.Split));
        binder.AddMethod(Join, service is null ? null : new ClientStreamingServerMethod<string, string>(service.Join));
        binder.AddMethod(Upper, service is null ? null : new DuplexStreamingServerMethod<string, string>(service.Upper));
    }

    private static Method<string, string> Define(MethodType type, string name) =>
        new(type, "iij.tests.Echo", name, Marshallers.StringMarshaller, Marshallers.StringMarshaller);
}

/// <summary>The server's side; a request says what it wants.</summary>
[BindServiceMethod(typeof(Echo), nameof(Echo.Bind))]
public class EchoService
{
    public virtual async Task<string> Unary(string request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        if (request == "wait") await Task.Delay(Timeout.Infinite, context.CancellationToken);
        if (request == "fail")
        {
            var trailers = new Metadata { { "why", "asked" }, { "why-bin", [0, 255] } };
            throw new RpcException(new Status(StatusCode.NotFound, "no such: ü"), trailers);
        }

        await context.WriteResponseHeadersAsync(new Metadata { { "seen", context.RequestHeaders.GetValue("From") ?? "" } });
        context.ResponseTrailers.Add("method", context.Method);
        return request;
    }

    public virtual async Task Split(string request, IServerStreamWriter<string> responses, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responses);
        ArgumentNullException.ThrowIfNull(context);
        foreach (var word in request.Split(' '))
            await responses.WriteAsync(word, context.CancellationToken);
    }

    public virtual async Task<string> Join(IAsyncStreamReader<string> requests, ServerCallContext context)
    {
        var words = new List<string>();
        while (await requests.MoveNext())
            words.Add(requests.Current);
        return string.Join(' ', words);
    }

    public virtual async Task Upper(IAsyncStreamReader<string> requests, IServerStreamWriter<string> responses, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(responses);
        await foreach (var word in requests.ReadAllAsync())
            await responses.WriteAsync(word.ToUpperInvariant());
    }
}

/// <summary>The client that protoc would generate.</summary>
public sealed class EchoClient : ClientBase<EchoClient>
{
    public EchoClient()
    {
    }

    public EchoClient(ChannelBase channel) : base(channel)
    {
    }

    public EchoClient(CallInvoker invoker) : base(invoker)
    {
    }

    private EchoClient(ClientBaseConfiguration configuration) : base(configuration)
    {
    }

    public string Unary(string request, CallOptions options) => CallInvoker.BlockingUnaryCall(Echo.Unary, null, options, request);

    public AsyncUnaryCall<string> UnaryAsync(string request, CallOptions options) =>
        CallInvoker.AsyncUnaryCall(Echo.Unary, null, options, request);

    public AsyncServerStreamingCall<string> Split(string request, CallOptions options) =>
        CallInvoker.AsyncServerStreamingCall(Echo.Split, null, options, request);

    public AsyncClientStreamingCall<string, string> Join(CallOptions options) =>
        CallInvoker.AsyncClientStreamingCall(Echo.Join, null, options);

    public AsyncDuplexStreamingCall<string, string> Upper(CallOptions options) =>
        CallInvoker.AsyncDuplexStreamingCall(Echo.Upper, null, options);

    protected override EchoClient NewInstance(ClientBaseConfiguration configuration) => new(configuration);
}
