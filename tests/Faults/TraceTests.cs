using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Iij.Atm;
using Iij.Closing;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting;
using Iij.Reporting.V1;
using Iij.Tests.Model;
using Iij.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Xunit.Abstractions;

namespace Iij.Tests.Faults;

/// <summary>
/// One trace joins a close and what it changes on the stream, over either bus and over a restart of the source: between the commit and
/// the relay the trace has only the outbox to live in.
/// </summary>
public sealed class TraceTests(ITestOutputHelper output, RabbitVirtualHost broker) : IClassFixture<RabbitVirtualHost>, IDisposable
{
    private const string Closing = "iij.closing.v1.ClosingService/ClosePeriod";
    private static readonly TimeSpan _arrivesMax = TimeSpan.FromSeconds(60);
    private static readonly ActivitySource _caller = new("caller");
    private static readonly Iij.Period.V1.Month _month = Load.First.ToProto();

    private readonly string _folder = Directory.CreateTempSubdirectory("iij-trace-").FullName;

    [Theory]
    [InlineData("memory", "urn:message:Iij.Contracts:PeriodEventPublished send")]
    [InlineData("rabbitmq", "period-events send")]
    public async Task One_trace_joins_a_close_and_what_it_changes_on_the_stream(string transport, string send)
    {
        var spans = new List<Activity>();
        using var tracing = Sdk.CreateTracerProviderBuilder().AddSource(_caller.Name).AddSpans().AddInMemoryExporter(spans).Build();
        var trace = await FollowAsync(new BusSettings { Transport = transport, Uri = transport == "memory" ? "" : broker.Uri.ToString() });
        tracing.ForceFlush();
        var followed = spans.Where(span => span.TraceId == trace).ToDictionary(span => span.SpanId);
        foreach (var span in followed.Values.OrderBy(span => span.StartTimeUtc))
            output.WriteLine($"{span.SpanId} < {span.ParentSpanId} {span.Source.Name} {span.Kind} {span.DisplayName}");
        foreach (var last in new[] { "fold", "feed" })
        {
            var way = Way(followed, followed.Values.Single(span => span.DisplayName == last)).ToList();
            output.WriteLine(string.Join(" < ", way));
            Assert.Equal([last, "inbox", "reporting-period-events process", "reporting-period-events receive", send, "relay",
                "commit", $"POST /{Closing}", Closing, "close"], way);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // From what was caused to its cause.
    private static IEnumerable<string> Way(Dictionary<ActivitySpanId, Activity> spans, Activity last)
    {
        for (var span = last; span is not null; span = spans.GetValueOrDefault(span.ParentSpanId))
            yield return span.DisplayName;
    }

    // Everything has stopped, and every span ended, when this returns.
    private async Task<ActivityTraceId> FollowAsync(BusSettings settings)
    {
        await using var reporting = await ReportingHost.BuildAsync(Settings("reporting"));
        await reporting.StartAsync();
        await using var bus = await EventBus.StartAsync(settings, ReportingHost.Consumer(reporting));
        using var channel = GrpcChannel.ForAddress(reporting.Address());
        using var watching = new FeedService.FeedServiceClient(channel).Watch(
            new WatchRequest { PeriodEvents = new() }, deadline: DateTime.UtcNow + _arrivesMax);
        await UntilAsync(watching.ResponseStream, message => message.Kind == WatchKind.EndOfSnapshot);
        await InSourceAsync(bus, relay: true, async source =>
        {
            await PrepareAsync(source);
            await UntilAsync(watching.ResponseStream, message => Tells(message, Transition.Prepared));
        });
        var trace = default(ActivityTraceId);
        await InSourceAsync(bus, relay: false, async source => trace = await CloseAsync(source));
        await InSourceAsync(bus, relay: true, source => UntilAsync(watching.ResponseStream, message => Tells(message, Transition.Closed)));
        await reporting.StopAsync();
        return trace;
    }

    private static async Task<ActivityTraceId> CloseAsync(WebApplication source)
    {
        using var close = _caller.StartActivity("close")!;
        await CallAsync(source, new ClosePeriodRequest { RequestId = Load.NewId(), Month = _month }, "beni");
        return close.TraceId;
    }

    private static async Task PrepareAsync(WebApplication source)
    {
        var business = new AtmBusiness();
        foreach (var draft in business.Ground(Load.First).Concat(business.Zeros(Load.First)))
            await CallAsync(source, Wire.WithId(draft.Request, Load.NewId()), "recorder");
        await CallAsync(source, new PreparePeriodRequest { RequestId = Load.NewId(), Month = _month }, "akira");
    }

    private static async Task CallAsync(WebApplication source, IMessage request, string actor)
    {
        using var channel = GrpcChannel.ForAddress(source.Address());
        (await Wire.CallAsync(channel.CreateCallInvoker(), request, actor)).As<IMessage>();
    }

    // One life of the source.
    private async Task InSourceAsync(EventBus bus, bool relay, Func<WebApplication, Task> act)
    {
        var settings = Settings("atm");
        settings.Relay = relay;
        await using var source = await SourceHost.BuildAsync<AtmSource, AtmStore, AtmGrpcService>(settings, bus.PublishAsync);
        await source.StartAsync();
        await act(source);
        await source.StopAsync();
    }

    private ServiceSettings Settings(string name) =>
        new()
        {
            FillGaps = false, Storage = new StorageSettings { Path = Path.Combine(_folder, name + ".db") },
            Signing = new SigningSettings { KeyFile = SourceKeys.FileOf("atm"), PublicKeys = SourceKeys.Folder },
        };

    private static bool Tells(WatchResponse message, Transition transition) =>
        message.Items.Any(item => item.PeriodEvent?.Transition == transition);

    private static async Task UntilAsync(IAsyncStreamReader<WatchResponse> stream, Func<WatchResponse, bool> isIt)
    {
        while (await stream.MoveNext(CancellationToken.None))
        {
            if (isIt(stream.Current))
                return;
        }

        throw new InvalidOperationException("the stream ended");
    }
}
