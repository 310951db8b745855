using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Iij.Platform;
using Iij.Reporting;
using Iij.Reporting.V1;
using Iij.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Iij.Tests.Bench;

/// <summary>The view read by 32 callers, beside a bare gRPC service that answers with the same bytes.</summary>
internal static class ViewReads
{
    private const int Callers = 32;
    private static readonly GetViewRequest _request = new() { Period = "FY2012-Q3" };

    public static async Task<BenchPair> StartAsync(string engine)
    {
        var storage = await BenchDatabase.CreateAsync(engine);
        var settings = new ServiceSettings { Listen = "http://127.0.0.1:0", Storage = storage.Settings };
        (settings.Signing.KeyFile, settings.Signing.PublicKeys) = (SourceKeys.FileOf("reporting"), SourceKeys.Folder);
        var app = await ReportingHost.BuildAsync(settings);
        await app.StartAsync();
        var ours = GrpcChannel.ForAddress(app.Address());
        var view = await new ReportingService.ReportingServiceClient(ours).GetViewAsync(_request);
        var twin = await StartTwinAsync(view);
        var theirs = GrpcChannel.ForAddress(twin.Address());
        return new BenchPair(Calls(ours, view), Calls(theirs, view), storage, app, new Stopped(app), twin, new Stopped(twin));
    }

    private static async Task<WebApplication> StartTwinAsync(GetViewResponse view)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(view);
        var app = builder.Build();
        app.MapGrpcService<Twin>();
        await app.StartAsync();
        return app;
    }

    private static Func<int, Task> Calls(GrpcChannel channel, GetViewResponse expected) => operations =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            var invoker = channel.CreateCallInvoker();
            for (var call = 0; call < operations / Callers; call++)
            {
                var bytes = await invoker.AsyncUnaryCall(_bytes, null, default, _request);
                if (bytes.Length != expected.CalculateSize())
                    throw new InvalidOperationException("another view was answered");
            }
        })));

    // The caller does not read the message: what it costs to write one is measured.
    private static readonly Method<GetViewRequest, byte[]> _bytes = new(
        MethodType.Unary, ReportingService.Descriptor.FullName, "GetView",
        Marshallers.Create<GetViewRequest>(request => request.ToByteArray(), _ => throw new NotSupportedException()),
        Marshallers.Create<byte[]>(_ => throw new NotSupportedException(), bytes => bytes));

    private sealed class Twin(GetViewResponse view) : ReportingService.ReportingServiceBase
    {
        public override Task<GetViewResponse> GetView(GetViewRequest request, ServerCallContext context) => Task.FromResult(view);
    }

    private sealed class Stopped(WebApplication app) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await app.StopAsync();
    }
}
