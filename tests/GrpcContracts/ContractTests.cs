using System.IO.Compression;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Compression;

namespace Iij.Tests.GrpcContracts;

/// <summary>What the contract types do by themselves; the same must hold of the real packages.</summary>
public sealed class ContractTests
{
    private static readonly byte[] Bytes = [1, 2, 255];

    [Fact]
    public void Metadata_keys_are_kept_in_lower_case_and_found_in_any()
    {
        var metadata = new Metadata { { "X-One", "first" }, { "x-one", "second" }, { "Raw-Bin", Bytes } };
        Assert.Equal(["x-one", "x-one", "raw-bin"], metadata.Select(entry => entry.Key));
        Assert.Equal("second", metadata.GetValue("X-ONE"));
        Assert.Equal(["first", "second"], metadata.GetAll("x-One").Select(entry => entry.Value));
        Assert.Equal(Bytes, metadata.GetValueBytes("RAW-BIN"));
        Assert.Null(metadata.Get("absent"));
        Assert.Null(metadata.GetValue("absent"));
        Assert.Null(metadata.GetValueBytes("absent-bin"));
    }

    [Fact]
    public void Bytes_need_the_binary_suffix_and_text_must_not_have_it()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("raw", Bytes));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("raw-BIN", "text"));
        var binary = new Metadata.Entry("raw-bin", Bytes);
        Assert.True(binary.IsBinary);
        Assert.Throws<InvalidOperationException>(() => binary.Value);
        binary.ValueBytes[0] = 9;
        Assert.Equal(Bytes, binary.ValueBytes);
        var text = new Metadata.Entry("key", "abc");
        Assert.False(text.IsBinary);
        Assert.Equal("abc"u8.ToArray(), text.ValueBytes);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("ä")]
    public void A_key_is_made_of_letters_digits_and_three_signs(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Fact]
    public void Empty_metadata_stays_empty()
    {
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));
        Assert.Empty(Metadata.Empty);
    }

    [Fact]
    public void The_default_status_is_ok()
    {
        Assert.Equal(StatusCode.OK, default(Status).StatusCode);
        Assert.Equal(StatusCode.OK, Status.DefaultSuccess.StatusCode);
        Assert.Equal("", Status.DefaultSuccess.Detail);
        Assert.Equal(StatusCode.Cancelled, Status.DefaultCancelled.StatusCode);
        Assert.Equal("Status(StatusCode=\"NotFound\", Detail=\"no such\")", new Status(StatusCode.NotFound, "no such").ToString());
    }

    [Fact]
    public void An_exception_carries_its_status_trailers_and_message()
    {
        var cause = new InvalidOperationException("why");
        var status = new Status(StatusCode.NotFound, "no such", cause);
        var trailers = new Metadata { { "key", "value" } };
        Assert.Equal(status.ToString(), new RpcException(status).Message);
        Assert.Empty(new RpcException(status).Trailers);
        Assert.Equal("said", new RpcException(status, "said").Message);
        Assert.Same(trailers, new RpcException(status, trailers).Trailers);
        var full = new RpcException(status, trailers, "said");
        Assert.Equal((status, StatusCode.NotFound, "said"), (full.Status, full.StatusCode, full.Message));
        Assert.Same(trailers, full.Trailers);
        Assert.Same(cause, full.InnerException);
    }

    [Fact]
    public void With_methods_change_a_copy_of_the_call_options()
    {
        using var source = new CancellationTokenSource();
        var deadline = new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        var headers = new Metadata();
        var write = new WriteOptions(WriteFlags.NoCompress);
        var plain = new CallOptions();
        var options = plain.WithHeaders(headers).WithDeadline(deadline).WithCancellationToken(source.Token).WithWriteOptions(write)
            .WithCredentials(credentials).WithWaitForReady();
        Assert.Same(headers, options.Headers);
        Assert.Equal(deadline, options.Deadline);
        Assert.Equal(source.Token, options.CancellationToken);
        Assert.Same(write, options.WriteOptions);
        Assert.Same(credentials, options.Credentials);
        Assert.True(options.IsWaitForReady);
        Assert.False(options.WithWaitForReady(false).IsWaitForReady);
        Assert.Equal((null, null, false), (plain.Headers, plain.Deadline, plain.IsWaitForReady));
    }

    [Fact]
    public void A_plain_marshaller_is_contextual_too_and_not_the_reverse()
    {
        var plain = Marshallers.StringMarshaller;
        Assert.Equal("grüezi", plain.Deserializer(plain.Serializer("grüezi")));
        var contextual = Marshallers.Create(plain.ContextualSerializer, plain.ContextualDeserializer);
        Assert.Throws<NotImplementedException>(() => contextual.Serializer("grüezi"));
    }

    [Fact]
    public void Call_credentials_go_with_channel_credentials_and_with_each_other()
    {
        var call = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        Assert.NotNull(ChannelCredentials.Create(new SslCredentials(), call));
        Assert.NotNull(CallCredentials.Compose(call, call));
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(call));
    }

    [Fact]
    public void A_service_definition_takes_a_name_once()
    {
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(Echo.Unary, (request, _) => Task.FromResult(request));
        Assert.Throws<ArgumentException>(() => builder.AddMethod(Echo.Unary, (request, _) => Task.FromResult(request)));
    }

    [Fact]
    public async Task A_client_without_a_channel_fails_every_call() =>
        await Assert.ThrowsAsync<NotImplementedException>(async () => await new EchoClient().UnaryAsync("a", new CallOptions()));

    [Fact]
    public async Task The_call_objects_take_plain_parts_for_test_doubles()
    {
        var disposed = false;
        var call = new AsyncUnaryCall<string>(Task.FromResult("done"), Task.FromResult(new Metadata { { "key", "value" } }),
            () => Status.DefaultSuccess, () => [], () => disposed = true);
        Assert.Equal("done", await call);
        Assert.Equal("value", (await call.ResponseHeadersAsync).GetValue("key"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Empty(call.GetTrailers());
        call.Dispose();
        Assert.True(disposed);
    }

    [Fact]
    public void Compression_comes_back_as_it_went()
    {
        foreach (ICompressionProvider provider in new ICompressionProvider[]
            { new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest) })
        {
            using var packed = new MemoryStream();
            using (var stream = provider.CreateCompressionStream(packed, null)) stream.Write(Bytes);
            packed.Position = 0;
            using var unpacked = new MemoryStream();
            using (var stream = provider.CreateDecompressionStream(packed)) stream.CopyTo(unpacked);
            Assert.Equal(Bytes, unpacked.ToArray());
        }
    }

    [Fact]
    public void The_first_interceptor_given_is_the_first_called()
    {
        var order = new List<string>();
        var client = new EchoClient(new FinalInvoker(order).Intercept(new Noting("a", order), new Noting("b", order)).Intercept(headers =>
        {
            headers.Add("added", "yes");
            return headers;
        })).WithHost("elsewhere");
        Assert.Equal("ping", client.Unary("ping", new CallOptions()));
        Assert.Equal(["a", "b", "elsewhere yes"], order);
    }

    private sealed class Noting(string name, List<string> order) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            ArgumentNullException.ThrowIfNull(continuation);
            order.Add(name);
            return continuation(request, context);
        }
    }

    private sealed class FinalInvoker(List<string> order) : CallInvoker
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            order.Add($"{host} {options.Headers!.GetValue("added")}");
            return (TResponse)(object)request;
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }
}
