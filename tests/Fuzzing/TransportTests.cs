using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Reporting.V1;

namespace Iij.Tests.Fuzzing;

/// <summary>What is wrong below the request: bytes, frames, encodings, versions, deadlines, names.</summary>
public sealed class TransportTests(World world) : IClassFixture<World>
{
    private static readonly Marshaller<byte[]> _raw = Marshallers.Create(bytes => bytes, bytes => bytes);

    [Fact]
    public async Task Bytes_that_are_no_request_are_refused_as_unreadable_by_every_rpc()
    {
        var random = new Random(1);
        var garbage = new byte[64];
        random.NextBytes(garbage);
        garbage[0] = 0x0f; // a wire type that does not exist
        var wrong = new List<string>();
        foreach (var rpc in world.Rpcs.Where(rpc => rpc.IsOwn))
        {
            var sample = Samples.Of(rpc).ToByteArray();
            byte[][] broken =
            [
                garbage, [0x0a, 0xff, 0xff, 0xff, 0xff, 0x07], [0xff], [.. sample, 0x0a, 0x05, 0x61], [.. sample, 0x0b, 0x0b], [0x00, 0x00],
            ];
            foreach (var bytes in broken)
            {
                var before = world.Version();
                var answer = await rpc.SendAsync(bytes, Rpc.Options(Rpc.Actor));
                var faults = Judge.Faults(answer).ToList();
                if (answer.Info?.Reason != "MESSAGE_UNREADABLE" || faults.Count > 0 || world.Version() != before)
                    wrong.Add($"{rpc} {Convert.ToHexString(bytes[..1])}: {answer} {string.Join(", ", faults)}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(40)));
    }

    [Fact]
    public async Task A_message_over_4_MiB_is_refused_and_one_below_is_read()
    {
        var rpc = world.Find("network", "ListEntries");
        var large = await rpc.SendAsync(new byte[4 * 1024 * 1024 + 1], Rpc.Options(null));
        Assert.Equal((StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE"), (large.Status.StatusCode, large.Info?.Reason));
        Assert.Empty(Judge.Faults(large));
        var request = new ListEntriesRequest { Month = new() { Year = 2012, Month_ = 4 }, Kind = new string('x', 4_000_000) };
        var below = await rpc.SendAsync(request, actor: null);
        Assert.Equal((StatusCode.InvalidArgument, "FIELD_INVALID"), (below.Status.StatusCode, below.Info?.Reason));
    }

    [Fact]
    public async Task Headers_over_32_KiB_are_refused_and_no_other_call_of_the_connection_ends()
    {
        using var channel = GrpcChannel.ForAddress(world.Services.Endpoints["reporting"]);
        using var stream = new FeedService.FeedServiceClient(channel).Watch(new() { View = new() { Period = "2012-04" } });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        var reporting = new ReportingService.ReportingServiceClient(channel);
        foreach (var length in new[] { 33_000, 40_000, 300_000 })
        {
            var metadata = new Metadata { { "one", new string('x', length / 2) }, { "other", new string('x', length / 2) } };
            var call = await Assert.ThrowsAsync<RpcException>(() => reporting.ListMeasuresAsync(new(), metadata).ResponseAsync);
            Assert.Equal((StatusCode.ResourceExhausted, "HEADERS_TOO_LARGE"), (call.StatusCode, RpcErrors.InfoOf(call)?.Reason));
        }

        Assert.NotEmpty((await reporting.ListMeasuresAsync(new(), new Metadata { { "one", new string('x', 30_000) } })).Measures);
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None)); // a bookmark, of the same connection
        using var http = new HttpClient { BaseAddress = world.Services.Http };
        http.DefaultRequestHeaders.Add("x-long", new string('x', 40_000));
        using var page = await http.GetAsync("/api/v1/lines");
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, page.StatusCode);
        Assert.Contains("\"HEADERS_TOO_LARGE\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_message_that_unpacks_to_a_large_one_is_refused()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 256; i++)
                gzip.Write(zeros);
        }

        var before = GC.GetTotalAllocatedBytes();
        var (_, status) = await PostAsync(packed.ToArray(), "gzip", compressed: true);
        Assert.Equal($"{(int)StatusCode.ResourceExhausted}", status);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task A_packed_message_is_read_and_an_unknown_packing_is_unimplemented()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(new ListPeriodsRequest { PageSize = 3 }.ToByteArray());
        Assert.Equal((HttpStatusCode.OK, "0"), await PostAsync(packed.ToArray(), "gzip", compressed: true));
        var unknown = await PostAsync([1, 2, 3], "brotli-of-mine", compressed: true);
        Assert.Equal((HttpStatusCode.OK, $"{(int)StatusCode.Unimplemented}"), unknown);
        var broken = await PostAsync([1, 2, 3], "gzip", compressed: true);
        Assert.Equal((HttpStatusCode.OK, $"{(int)StatusCode.InvalidArgument}"), broken);
    }

    [Fact]
    public async Task Frames_that_lie_about_their_length_are_refused()
    {
        byte[][] frames = [[], [0, 0, 0], [0, 0, 0, 0, 9, 1], [0, 0xff, 0xff, 0xff, 0xff], [7, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]];
        foreach (var frame in frames)
        {
            var (_, status) = await PostFrameAsync(frame, "identity", "application/grpc");
            Assert.False(status is "0" or "2" or "", $"{Convert.ToHexString(frame)}: grpc-status {status}");
        }
    }

    [Fact]
    public async Task Another_content_type_and_http_1_are_turned_away()
    {
        var (code, _) = await PostFrameAsync([0, 0, 0, 0, 0], "identity", "application/json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, code);
        using var client = new HttpClient { BaseAddress = world.Services.Endpoints["network"], Timeout = TimeSpan.FromSeconds(5) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/")
        {
            Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task An_unknown_method_and_an_unknown_service_are_unimplemented()
    {
        var invoker = world.Services.Channels["network"].CreateCallInvoker();
        (string, string)[] unknown = [("iij.closing.v1.ClosingService", "Nothing"), ("iij.nothing.v1.Nothing", "Get"), ("a/b", "c")];
        foreach (var (service, name) in unknown)
        {
            var method = new Method<byte[], byte[]>(MethodType.Unary, service, name, _raw, _raw);
            using var call = invoker.AsyncUnaryCall(method, null, Rpc.Options("a"), []);
            Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        }
    }

    [Fact]
    public async Task A_deadline_or_a_cancellation_leaves_every_rpc_answering_as_before()
    {
        foreach (var rpc in world.Rpcs.Where(rpc => rpc.IsOwn))
        {
            var request = Samples.Of(rpc).ToByteArray();
            var late = await rpc.SendAsync(request, Rpc.Options(Rpc.Actor).WithDeadline(DateTime.UtcNow.AddMilliseconds(1)));
            using var cancel = new CancellationTokenSource();
            var gone = rpc.SendAsync(request, Rpc.Options(Rpc.Actor).WithCancellationToken(cancel.Token));
            await cancel.CancelAsync();
            foreach (var answer in new[] { late, await gone })
            {
                var unclear = answer.Status.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Unavailable;
                Assert.False(unclear, $"{rpc}: {answer}");
            }

            var good = await rpc.SendAsync(request, Rpc.Options(Rpc.Actor));
            Assert.False(Judge.Faults(good).Any(), $"{rpc}: {good} in {good.Took}");
        }
    }

    private Task<(HttpStatusCode Code, string Status)> PostAsync(byte[] message, string encoding, bool compressed)
    {
        byte[] length = [(byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length];
        return PostFrameAsync([compressed ? (byte)1 : (byte)0, .. length, .. message], encoding, "application/grpc");
    }

    private async Task<(HttpStatusCode Code, string Status)> PostFrameAsync(byte[] frame, string encoding, string contentType)
    {
        using var client = new HttpClient { BaseAddress = world.Services.Endpoints["network"], Timeout = TimeSpan.FromSeconds(20) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/iij.closing.v1.ClosingService/ListPeriods")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.Add("grpc-encoding", encoding);
        using var response = await client.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        var status = response.Headers.Concat(response.TrailingHeaders).FirstOrDefault(header => header.Key == "grpc-status");
        return (response.StatusCode, status.Value?.FirstOrDefault() ?? "");
    }
}
