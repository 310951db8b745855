using Iij.Tests.Servers;
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
    private readonly Lock _turn = new(); // calls come one after another, as at a source
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
        lock (_turn)
        {
            AskedAfter.Add(request.AfterSequence);
            var page = Events.Where(e => Stuck || e.Sequence > request.AfterSequence).OrderBy(e => e.Sequence)
                .Take(Math.Min(PageMax, request.PageSize)).Select(ToProto).ToList();
            return Task.FromResult(new ListPeriodEventsResponse { Events = { page }, LastSequence = Last });
        }
    }

    /// <summary>The locks of editions, by month and edition, with their keys.</summary>
    public SortedDictionary<(string Month, string Edition), string> Locks { get; } = [];

    /// <summary>Throws on a call to lock, before anything is locked.</summary>
    public Action? Locking { get; set; }

    /// <summary>Its database is an older copy: it has none of the revisions that reporting asks for.</summary>
    public bool IsRestored { get; set; }

    /// <summary>What the group said of revisions.</summary>
    public List<(string Month, int Revision, string Reason)> Rejections { get; } = [];

    public override Task<LockForEditionResponse> LockForEdition(LockForEditionRequest request, ServerCallContext context)
    {
        lock (_turn)
        {
            Locking?.Invoke();
            var months = request.Months.Select(month => $"{month.Year:D4}-{month.Month_:D2}").ToList();
            if (months.All(month => Locks.ContainsKey((month, request.Edition))))
                return Task.FromResult(new LockForEditionResponse());
            if (request.ExpectedSequence != Last || request.ExpectedIncarnation != Incarnation)
                throw new Refusal(Reason.SourceAhead, $"{Name} is at event {Last}", ("source", Name), ("sequence", $"{Last}")).ToRpcException("closing.iij");
            foreach (var month in months)
            {
                var isHeld = Locks.Keys.Any(key => key.Month == month);
                Locks[(month, request.Edition)] = request.Key;
                if (!isHeld)
                    Tell(month, nameof(Transition.Locked), request.Edition);
            }

            return Task.FromResult(new LockForEditionResponse());
        }
    }

    public override Task<UnlockFromEditionsResponse> UnlockFromEditions(UnlockFromEditionsRequest request, ServerCallContext context)
    {
        lock (_turn)
        {
            if (Down)
                throw new RpcException(new Status(StatusCode.Unavailable, "the books are being moved"));
            foreach (var month in request.Months.Select(month => $"{month.Year:D4}-{month.Month_:D2}"))
            {
                var released = request.Editions.Select(edition => (month, edition.Edition)).Where(Locks.ContainsKey).ToList();
                foreach (var key in released)
                    Locks.Remove(key);
                if (released.Count > 0 && !Locks.Keys.Any(key => key.Month == month))
                    Tell(month, nameof(Transition.Unlocked), request.Reason);
            }

            return Task.FromResult(new UnlockFromEditionsResponse());
        }
    }

    public override Task<NoteRejectionResponse> NoteRejection(NoteRejectionRequest request, ServerCallContext context)
    {
        lock (_turn)
        {
            if (Down)
                throw new RpcException(new Status(StatusCode.Unavailable, "the books are being moved"));
            if (IsRestored)
                throw Unknown(request.Month, request.Revision);
            Rejections.Add(($"{request.Month.Year:D4}-{request.Month.Month_:D2}", request.Revision, request.Reason));
            return Task.FromResult(new NoteRejectionResponse());
        }
    }

    public override Task<ListEntrySumsResponse> ListEntrySums(ListEntrySumsRequest request, ServerCallContext context) =>
        IsRestored ? throw Unknown(request.Month, request.Revision) : Task.FromResult(new ListEntrySumsResponse());

    private static RpcException Unknown(Iij.Period.V1.Month month, int revision)
    {
        var text = $"{month.Year:D4}-{month.Month_:D2}";
        return new Refusal(Reason.RevisionUnknown, $"{text} has no revision {revision}", ("month", text)).ToRpcException("closing.iij");
    }

    private void Tell(string month, string transition, string reason) => Events.Add(new PeriodEventPublished(
        Guid.NewGuid().ToString(), Name, Incarnation, transition, month, Events.Where(e => e.Month == month).Max(e => e.Revision), Last + 1, Last,
        1_345_000_000_000_000 + Last, "approver", reason, "", ""));

    /// <summary>What somebody held that this source may not know.</summary>
    public List<EventWitness> Witnesses { get; } = [];

    public override Task<BeginIncarnationResponse> BeginIncarnation(BeginIncarnationRequest request, ServerCallContext context)
    {
        lock (_turn)
        {
            Witnesses.Add(request.Witness);
            if (Events.Any(e => e.Sequence == request.Witness.Sequence && e.EventId == request.Witness.EventId))
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "the witness is known"));
            Incarnation += "+";
            return Task.FromResult(new BeginIncarnationResponse { Incarnation = Incarnation });
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private long Last
    {
        get
        {
            lock (_turn)
                return Events.Select(e => e.Sequence).DefaultIfEmpty(0).Max();
        }
    }

    private PeriodEvent ToProto(PeriodEventPublished message)
    {
        var served = (message with { Incarnation = Incarnation }).ToProto();
        Spoil?.Invoke(served);
        var signed = SourceKeys.Sign(PeriodEventPublished.FromProto(served));
        (served.KeyId, served.Signature) = (signed.KeyId, Google.Protobuf.ByteString.FromBase64(signed.Signature));
        return served;
    }
}
