using Iij.Tests.Servers;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Tests.Model;
using Microsoft.AspNetCore.Builder;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>A running source with a client's connection to it.</summary>
internal sealed class Node : IAsyncDisposable
{
    private static int _requests;

    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private bool _stopped;

    private Node(Business business, WebApplication app)
    {
        (Business, _app) = (business, app);
        _channel = GrpcChannel.ForAddress(app.Address());
        Invoker = _channel.CreateCallInvoker();
    }

    public Business Business { get; }

    public CallInvoker Invoker { get; }

    /// <summary>The handlers of its calls, without a wire.</summary>
    public Handlers Handlers => new(Business.Name, _app.Services);

    public static async Task<Node> StartAsync(
        Business business, TestDatabase database, FakeBus? bus = null, Action<ServiceSettings>? change = null)
    {
        var settings = new ServiceSettings { Listen = "http://127.0.0.1:0", Storage = database.Settings };
        settings.Signing.KeyFile = SourceKeys.FileOf(business.Name);
        change?.Invoke(settings);
        var app = await Hosts.BuildAsync(business.Name, settings, (bus ?? new FakeBus()).PublishAsync, new FastClock());
        await app.StartAsync();
        return new Node(business, app);
    }

    /// <summary>An id that no other request of this process has.</summary>
    public static string NewId() => $"r{Interlocked.Increment(ref _requests):D8}";

    /// <summary>Calls a method as somebody; a failure that is not a refusal breaks the test.</summary>
    public async Task<Answer> AskAsync(IMessage request, string? actor = "recorder")
    {
        var answer = await Wire.CallAsync(Invoker, request, actor);
        if (!answer.IsOk && (answer.Reason.Length == 0 || answer.Code is StatusCode.Internal or StatusCode.Unknown))
            throw new InvalidOperationException($"{request.Descriptor.Name} {request} failed: {answer}");
        return answer;
    }

    /// <summary>Calls a method that must not refuse.</summary>
    public async Task<T> AskAsync<T>(IMessage request, string? actor = "recorder")
        where T : class, IMessage
    {
        var answer = await AskAsync(request, actor);
        return answer.Response as T ?? throw new InvalidOperationException($"{request.Descriptor.Name} {request} was refused: {answer}");
    }

    /// <summary>Records a draft under a new id; it must be acknowledged.</summary>
    public async Task<Recorded> RecordAsync(Books books, Draft draft)
    {
        var answer = await AskAsync(Wire.WithId(draft.Request, NewId()));
        return answer.IsOk ? books.Add(draft, answer.Receipt) : throw new InvalidOperationException($"{draft} was refused: {answer}");
    }

    public async Task RecordAsync(Books books, IEnumerable<Draft> drafts)
    {
        foreach (var draft in drafts)
            await RecordAsync(books, draft);
    }

    public Task<PreparePeriodResponse> PrepareAsync(YearMonth month, string actor = "preparer") =>
        AskAsync<PreparePeriodResponse>(new PreparePeriodRequest { RequestId = NewId(), Month = month.ToProto() }, actor);

    /// <summary>Hard close of a prepared month; what it does not state is waived.</summary>
    public async Task<ClosePeriodResponse> FixAsync(YearMonth month, string actor = "closer") =>
        await AskAsync<ClosePeriodResponse>(await ClosingAsync(month), actor);

    /// <summary>The close of a month that waives what the month does not state.</summary>
    public async Task<ClosePeriodRequest> ClosingAsync(YearMonth month)
    {
        var trial = await AskAsync<GetTrialStatementResponse>(new GetTrialStatementRequest { Month = month.ToProto() });
        return Waiving.Close(NewId(), month.ToProto(), trial.Findings);
    }

    /// <summary>Soft close and hard close.</summary>
    public async Task<ClosePeriodResponse> CloseAsync(YearMonth month)
    {
        await PrepareAsync(month);
        return await FixAsync(month);
    }

    public Task<ReopenPeriodResponse> ReopenAsync(YearMonth month) =>
        AskAsync<ReopenPeriodResponse>(new ReopenPeriodRequest { RequestId = NewId(), Month = month.ToProto(), Reason = "a late invoice" });

    public async Task<PeriodStatus> PeriodAsync(YearMonth month) =>
        (await AskAsync<GetPeriodResponse>(new GetPeriodRequest { Month = month.ToProto() })).Period;

    public Task<AuditTotalsResponse> AuditAsync() => AskAsync<AuditTotalsResponse>(new AuditTotalsRequest());

    /// <summary>Every event from a number on, page by page.</summary>
    public async Task<IReadOnlyList<PeriodEvent>> EventsAsync(long after = 0, int pageSize = 50)
    {
        var events = new List<PeriodEvent>();
        while (true)
        {
            var request = new ListPeriodEventsRequest { AfterSequence = after + events.Count, PageSize = pageSize };
            var page = await AskAsync<ListPeriodEventsResponse>(request, null);
            events.AddRange(page.Events);
            if (page.Events.Count == 0)
                return after + events.Count == page.LastSequence ? events : throw new InvalidDataException("events end before the last");
        }
    }

    /// <summary>Every entry of a month, page by page.</summary>
    public async Task<IReadOnlyList<Entry>> EntriesAsync(YearMonth month, int pageSize = 1_000, string kind = "")
    {
        var entries = new List<Entry>();
        var token = "";
        do
        {
            var request = new ListEntriesRequest { Month = month.ToProto(), Kind = kind, PageSize = pageSize, PageToken = token };
            var page = await AskAsync<ListEntriesResponse>(request, null);
            entries.AddRange(page.Entries);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        _channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
