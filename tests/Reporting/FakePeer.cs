using Grpc.Core;
using Iij.Closing.V1;
using Iij.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Iij.Platform;

namespace Iij.Tests.Reporting;

/// <summary>A source's ClosingService in this process, with the faults a test gives it.</summary>
internal sealed class FakePeer : ClosingService.ClosingServiceBase, IAsyncDisposable
{
    private WebApplication _app = null!;

    public string Name { get; set; } = "";

    public string Incarnation { get; set; } = "life-1";

    public List<PeriodEventPublished> Events { get; } = [];

    /// <summary>Pages are never longer, whatever is asked.</summary>
    public int PageMax { get; set; } = 1_000;

    public bool Down { get; set; }

    /// <summary>Serves the first page again and again.</summary>
    public bool Stuck { get; set; }

    /// <summary>The last number it claims; its events say it where this is null.</summary>
    public long? LastSequence { get; set; }

    /// <summary>What happens between its saying what it has and that being heard.</summary>
    public Func<Task>? Meanwhile { get; set; }

    /// <summary>Changes an event on its way out.</summary>
    public Action<PeriodEvent>? Spoil { get; set; }

    public List<long> AskedAfter { get; } = [];

    public string Address => _app.Address().ToString();

    public static async Task<FakePeer> StartAsync(string name)
    {
        var peer = new FakePeer { Name = name };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc().AddJsonTranscoding();
        builder.Services.AddSingleton(peer);
        peer._app = builder.Build();
        peer._app.MapGrpcService<FakePeer>();
        await peer._app.StartAsync();
        return peer;
    }

    public override async Task<GetSourceResponse> GetSource(GetSourceRequest request, ServerCallContext context)
    {
        if (Down)
            throw new RpcException(new Status(StatusCode.Unavailable, "the books are being moved"));
        var answer = new GetSourceResponse { Source = Name, Incarnation = Incarnation, LastSequence = LastSequence ?? Last };
        await (Meanwhile?.Invoke() ?? Task.CompletedTask);
        return answer;
    }

    public override Task<ListPeriodEventsResponse> ListPeriodEvents(ListPeriodEventsRequest request, ServerCallContext context)
    {
        AskedAfter.Add(request.AfterSequence);
        var page = Events.Where(e => Stuck || e.Sequence > request.AfterSequence).OrderBy(e => e.Sequence)
            .Take(Math.Min(PageMax, request.PageSize)).Select(ToProto).ToList();
        page.ForEach(e => Spoil?.Invoke(e));
        return Task.FromResult(new ListPeriodEventsResponse { Events = { page }, LastSequence = Last });
    }

    /// <summary>What somebody held that this source may not know.</summary>
    public List<EventWitness> Witnesses { get; } = [];

    public override Task<BeginIncarnationResponse> BeginIncarnation(BeginIncarnationRequest request, ServerCallContext context)
    {
        Witnesses.Add(request.Witness);
        if (Events.Any(e => e.Sequence == request.Witness.Sequence && e.EventId == request.Witness.EventId))
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "the witness is known"));
        Incarnation += "+";
        return Task.FromResult(new BeginIncarnationResponse { Incarnation = Incarnation });
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private long Last => Events.Select(e => e.Sequence).DefaultIfEmpty(0).Max();

    private PeriodEvent ToProto(PeriodEventPublished message) => (message with { Incarnation = Incarnation }).ToProto();
}
