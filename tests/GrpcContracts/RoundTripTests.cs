using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Iij.Tests.GrpcContracts;

/// <summary>The real server and the real client, both on these contracts, over a real socket.</summary>
public sealed class RoundTripTests : IAsyncLifetime
{
    private static readonly string[] Words = ["one", "two", "three"];
    private static readonly CallOptions Plain = new(deadline: null);

    private readonly WebApplication _server = Server();
    private GrpcChannel _channel = null!;
    private EchoClient _client = null!;

    public async Task InitializeAsync()
    {
        await _server.StartAsync();
        _channel = GrpcChannel.ForAddress(_server.Urls.Single());
        _client = new EchoClient(_channel);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Unary_with_headers_and_trailers()
    {
        using var call = _client.UnaryAsync("grüezi", Plain.WithHeaders(new Metadata { { "From", "test" } }));
        Assert.Equal("test", (await call.ResponseHeadersAsync).GetValue("seen"));
        Assert.Equal("grüezi", await call);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Equal("/iij.tests.Echo/Unary", call.GetTrailers().GetValue("method"));
        Assert.Equal("again", _client.Unary("again", Plain));
    }

    [Fact]
    public async Task Server_stream()
    {
        using var call = _client.Split("one two three", Plain);
        var words = new List<string>();
        await foreach (var word in call.ResponseStream.ReadAllAsync())
            words.Add(word);
        Assert.Equal(Words, words);
    }

    [Fact]
    public async Task Client_stream()
    {
        using var call = _client.Join(Plain);
        foreach (var word in Words)
            await call.RequestStream.WriteAsync(word);
        await call.RequestStream.CompleteAsync();
        Assert.Equal("one two three", await call);
    }

    [Fact]
    public async Task Duplex_stream()
    {
        using var call = _client.Upper(Plain);
        foreach (var word in Words)
        {
            await call.RequestStream.WriteAsync(word);
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(word.ToUpperInvariant(), call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task A_failure_brings_status_detail_and_trailers()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await _client.UnaryAsync("fail", Plain));
        Assert.Equal((StatusCode.NotFound, "no such: ü"), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal("asked", failure.Trailers.GetValue("why"));
        Assert.Equal([0, 255], failure.Trailers.GetValueBytes("why-bin")!);
    }

    [Fact]
    public async Task A_deadline_ends_the_call()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await _client.UnaryAsync("wait", Plain.WithDeadline(DateTime.UtcNow.AddMilliseconds(200))));
        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task Cancellation_ends_the_call()
    {
        using var source = new CancellationTokenSource(200);
        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await _client.UnaryAsync("wait", Plain.WithCancellationToken(source.Token)));
        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
    }

    [Fact]
    public async Task An_interceptor_stands_before_the_channel()
    {
        var client = new EchoClient(_channel.Intercept(headers =>
        {
            headers.Add("from", "interceptor");
            return headers;
        }));
        using var call = client.UnaryAsync("a", Plain);
        Assert.Equal("interceptor", (await call.ResponseHeadersAsync).GetValue("seen"));
    }

    [Fact]
    public async Task A_server_interceptor_stands_before_every_handler()
    {
        var before = ServerInterceptor.Calls;
        await _client.UnaryAsync("a", Plain);
        Assert.True(ServerInterceptor.Calls > before);
    }

    [Fact]
    public async Task A_service_definition_is_served_too()
    {
        var method = new Method<string, string>(
            MethodType.Unary, "iij.tests.Defined", "Reverse", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        using var call = _channel.CreateCallInvoker().AsyncUnaryCall(method, null, Plain, "abc");
        Assert.Equal("cba", await call);
    }

    private static WebApplication Server()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(options =>
        {
            options.Interceptors.Add<ServerInterceptor>();
            options.ResponseCompressionAlgorithm = "gzip";
        });
        var server = builder.Build();
        server.MapGrpcService<EchoService>();
        var reverse = new Method<string, string>(
            MethodType.Unary, "iij.tests.Defined", "Reverse", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        server.MapGrpcService(ServerServiceDefinition.CreateBuilder()
            .AddMethod(reverse, (request, _) => Task.FromResult(new string([.. request.Reverse()]))).Build());
        return server;
    }

    public sealed class ServerInterceptor : Interceptor
    {
        private static int _calls;

        public static int Calls => _calls;

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Interlocked.Increment(ref _calls);
            return base.UnaryServerHandler(request, context, continuation);
        }
    }
}
