using Iij.Tests.Servers;
using Grpc.Core;
using Grpc.Net.Client;
using Iij.Client;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Platform;
using Iij.Reporting;
using Iij.Reporting.Feed;
using Iij.Reporting.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Iij.Tests.Reporting;

/// <summary>The real reporting service on a database of its own, with its client and the listener that the bus uses.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly string _folder;
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private int _requests;

    private bool _left;

    private Bench(string folder, WebApplication app)
    {
        (_folder, _app) = (folder, app);
        _channel = GrpcChannel.ForAddress(app.Address());
        Client = new(_channel);
    }

    public ReportingService.ReportingServiceClient Client { get; }

    public RemarkService.RemarkServiceClient Remarks => new(_channel);

    public FeedService.FeedServiceClient Watching => new(_channel);

    public ViewFeed Feed => _app.Services.GetRequiredService<ViewFeed>();

    public Topics Topics => _app.Services.GetRequiredService<Topics>();

    public SubjectStates States => _app.Services.GetRequiredService<SubjectStates>();

    public Uri Http => _app.HttpAddress()!;

    public Uri Grpc => _app.Address();

    public HandClock Clock { get; private init; } = null!;

    public ConsumePeriodEvent Consume => ReportingHost.Consumer(_app);

    public Views Views => _app.Services.GetRequiredService<Views>();

    public Publications Publications => _app.Services.GetRequiredService<Publications>();

    public Approval Approval => _app.Services.GetRequiredService<Approval>();

    public static Metadata Actor { get; } = new() { { "iij-actor", "accountant" } };

    public static Metadata Approver { get; } = new() { { "iij-actor", "approver" } };

    private static SigningSettings Keys => new() { KeyFile = SourceKeys.FileOf("reporting"), PublicKeys = SourceKeys.Folder };

    public static Task<Bench> StartAsync(string postgres = "", params (string Name, string Address)[] peers) =>
        StartAsync(new BusSettings(), postgres, peers);

    public static async Task<Bench> StartAsync(
        BusSettings bus, string postgres = "", (string Name, string Address)[]? peers = null, Action<ServiceSettings>? change = null)
    {
        var folder = Directory.CreateTempSubdirectory("iij-reporting-").FullName;
        var settings = new ServiceSettings
        {
            FillGaps = false, Bus = bus, Http = "http://127.0.0.1:0", Signing = Keys,
            Peers = (peers ?? []).ToDictionary(peer => peer.Name, peer => peer.Address),
            Storage = postgres.Length > 0
                ? new StorageSettings { Engine = "postgres", ConnectionString = postgres }
                : new StorageSettings { Path = Path.Combine(folder, "reporting.db") },
        };
        change?.Invoke(settings);
        return await StartAsync(folder, settings);
    }

    /// <summary>Ends this process and begins another on the same database.</summary>
    public async Task<Bench> RestartAsync()
    {
        var settings = _app.Services.GetRequiredService<ServiceSettings>();
        await StopAsync();
        _left = true;
        return await StartAsync(_folder, settings);
    }

    private static async Task<Bench> StartAsync(string folder, ServiceSettings settings)
    {
        var clock = new HandClock();
        var app = await ReportingHost.BuildAsync(settings, clock);
        await app.StartAsync();
        return new Bench(folder, app) { Clock = clock };
    }

    /// <summary>Hands a message over as its source publishes it: signed, unless it has a signature already.</summary>
    public Task<bool> AcceptAsync(PeriodEventPublished message) => AcceptAsItIsAsync(SourceKeys.Sign(message));

    /// <summary>Hands a message over as it is.</summary>
    /// <param name="message">It may lack a signature.</param>
    /// <param name="sender">The broker's user; null of an event that was requested.</param>
    public Task<bool> AcceptAsItIsAsync(PeriodEventPublished message, string? sender = null) =>
        _app.Services.GetRequiredService<EventInbox>().AcceptAsync(message, CancellationToken.None, sender);

    /// <summary>Hands messages over all at once, as a bus does; they are stored in few transactions.</summary>
    public Task<bool[]> AcceptAsync(IEnumerable<PeriodEventPublished> messages) => Task.WhenAll(messages.Select(AcceptAsync));

    /// <summary>Hands over what the broker gave up on, as the reader of its dead queue does.</summary>
    public Task TakeDeadAsync(DeadMessage message) =>
        _app.Services.GetRequiredService<DeadLetters>().TakeAsync(message, CancellationToken.None);

    /// <summary>Runs SQL beside the service, to make what only another version would have left behind.</summary>
    public Task<int> ExecuteAsync(string sql) =>
        _app.Services.GetRequiredService<Database>().WriteAsync(transaction => transaction.ExecuteAsync(sql));

    public async Task<View> ViewAsync() => (await Views.LatestAsync(CancellationToken.None)).View;

    /// <summary>The body of an event as the database keeps it.</summary>
    public Task<string?> BodyAsync(string source, long sequence) =>
        TextAsync("SELECT body FROM received_event WHERE source = @source AND sequence = @sequence", new { source, sequence });

    /// <summary>The events of a source that a message contradicted: a reason to ask whether the source is a copy.</summary>
    public Task<IReadOnlyList<long>> ContradictedAsync(string source)
    {
        var letters = _app.Services.GetRequiredService<DeadLetterStore>();
        return _app.Services.GetRequiredService<Database>().ReadAsync(transaction => letters.ContradictedAsync(transaction, source));
    }

    /// <summary>The first dead letter, whole.</summary>
    public Task<string?> AsideAsync() => TextAsync("SELECT message FROM quarantine ORDER BY number", null);

    public string NextRequest() => $"request-{++_requests}";

    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(DeadLetterState state = DeadLetterState.Unspecified) =>
        (await Client.ListDeadLettersAsync(new ListDeadLettersRequest { PageSize = 1_000, State = state })).Letters;

    public async Task<string> FigureAsync(string line, string period, AsOf? asOf = null, Unit unit = Unit.Jpy)
    {
        var query = new FigureQuery { Line = line, Period = period, Kind = Kind.Amount, Unit = unit };
        var request = new ListFiguresRequest { AsOf = asOf, Queries = { query } };
        var figure = (await Client.ListFiguresAsync(request)).Figures.Single();
        return figure.OutcomeCase == Figure.OutcomeOneofCase.Value ? figure.Value : figure.OutcomeCase.ToString();
    }

    public async Task<SourceMonth> CellAsync(string source, string month)
    {
        var answer = await Client.ListDataStatusAsync(new ListDataStatusRequest { Period = month });
        return answer.Cells.Single(cell => cell.Source == source);
    }

    public async Task<SourceStatus> SourceAsync(string source) =>
        (await Client.ListSourcesAsync(new ListSourcesRequest())).Sources.Single(known => known.Source == source);

    public async Task<ViewState> StateAsync(string period) => (await Client.GetViewAsync(new GetViewRequest { Period = period })).State;

    public Task<SignOffPeriodResponse> SignOffAsync(string period) =>
        Client.SignOffPeriodAsync(new SignOffPeriodRequest { RequestId = NextRequest(), Period = period }, Actor).ResponseAsync;

    /// <summary>Approves the edition of a period that is prepared.</summary>
    public async Task<Iij.Reporting.V1.Edition> ApproveAsync(string period, Metadata? actor = null, string? digest = null)
    {
        var prepared = (await EditionsAsync(period)).Last(edition => edition.State == EditionState.Prepared);
        var request = new ApproveEditionRequest { RequestId = NextRequest(), Period = period, Number = prepared.Number, Digest = digest ?? prepared.Digest };
        return (await Client.ApproveEditionAsync(request, actor ?? Approver)).Edition;
    }

    /// <summary>Prepares and approves the next edition of a period.</summary>
    public async Task<Iij.Reporting.V1.Edition> PublishAsync(string period, RestatementKind kind = RestatementKind.Unspecified)
    {
        await Client.SignOffPeriodAsync(new SignOffPeriodRequest
        {
            RequestId = NextRequest(), Period = period, Kind = kind, Reason = kind == RestatementKind.Unspecified ? "" : "found later",
        }, Actor);
        return await ApproveAsync(period);
    }

    public async Task<IReadOnlyList<Iij.Reporting.V1.Edition>> EditionsAsync(string period) =>
        (await Client.ListEditionsAsync(new ListEditionsRequest { Period = period })).Editions;

    /// <summary>The reason and the message of a refused call.</summary>
    public static async Task<(StatusCode Code, string Reason, string Message, IDictionary<string, string> Metadata)> RefusedAsync(Task call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        var info = RpcErrors.InfoOf(error);
        return (error.StatusCode, info?.Reason ?? "", error.Status.Detail, info?.Metadata.ToDictionary() ?? []);
    }

    private Task<string?> TextAsync(string sql, object? args) =>
        _app.Services.GetRequiredService<Database>().ReadAsync(transaction => transaction.FirstAsync<string>(sql, args));

    public async ValueTask DisposeAsync()
    {
        if (_left)
            return;
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StopAsync()
    {
        _channel.Dispose();
        await _app.StopAsync();
        var database = _app.Services.GetRequiredService<Database>();
        await _app.DisposeAsync();
        await database.DisposeAsync();
    }
}
