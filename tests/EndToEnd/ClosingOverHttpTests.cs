using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Iij.AtmOperations.V1;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Local;
using Iij.Reporting.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.EndToEnd;

/// <summary>A controller's page against real sources: what it asks over HTTP is done there, once, by the one who asked.</summary>
public sealed class ClosingOverHttpTests : IAsyncLifetime, IDisposable
{
    private const string April = "/api/v1/sources/atm/periods/2012/4";
    private readonly TemporaryFolder _folder = new();
    private LocalServices _services = null!;
    private NameTokens _tokens = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _services = await LocalServices.StartAsync(name => _folder[name + ".db"], port: 0, relay: true);
        _tokens = new NameTokens(_services.Endpoints[NameTokens.Service]);
        _http = new HttpClient(new NameTokenHandler(_tokens, new SocketsHttpHandler())) { BaseAddress = _services.Http };
        var (date, clerk) = (new Iij.Period.V1.Date { Year = 2012, Month = 4, Day = 2 }, new CallOptions(new Metadata { { ActorMetadata.Key, "clerk" } }));
        await Atm.RecordExpenseAsync(new() { RequestId = "expense", Date = date, CostJpy = 20, SgaJpy = 5 }, clerk);
        await Atm.InstallAtmAsync(new() { RequestId = "install", AtmId = "ATM-1", InstalledOn = date }, clerk);
        await Atm.RecordDailySettlementAsync(new() { RequestId = "settle", AtmId = "ATM-1", Date = date, Withdrawals = 0, CommissionJpy = 0 }, clerk);
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _tokens.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_month_is_prepared_closed_and_reopened()
    {
        var trial = await AnswerAsync<GetTrialStatementResponse>(HttpMethod.Get, April + "/trial-statement");
        Assert.Equal(trial.TrialStatement.Body, (await AnswerAsync<PreparePeriodResponse>("alice", "prepare", "p1")).TrialStatement.Body);
        Assert.Equal(PeriodState.Open, (await AnswerAsync<ReturnPeriodResponse>("alice", "return", "r1", "too early")).Period.State);
        var prepared = await AnswerAsync<PreparePeriodResponse>("alice", "prepare", "p2");
        Assert.Equal((PeriodState.Prepared, "alice"), (prepared.Period.State, prepared.Period.PreparedBy));
        var periods = await AnswerAsync<ListPeriodsResponse>(HttpMethod.Get, "/api/v1/sources/atm/periods?page_size=7");
        Assert.Equal(prepared.Period, Assert.Single(periods.Periods));

        var (status, problem) = await RefusedAsync("alice", "close", "c1");
        Assert.Equal((HttpStatusCode.Forbidden, "SAME_PERSON", "alice"), (status, problem.Reason, problem.Metadata["prepared_by"]));
        Assert.Equal("atmoperations.iij", problem.Domain);

        var closed = await AnswerAsync<ClosePeriodResponse>("bob", "close", "c2");
        Assert.Equal((PeriodState.Closed, 1), (closed.Period.State, closed.Period.Revision));
        Assert.Equal(closed, await AnswerAsync<ClosePeriodResponse>("bob", "close", "c2"));
        (status, problem) = await RefusedAsync("carol", "close", "c2");
        Assert.Equal((HttpStatusCode.Conflict, "REQUEST_ID_REUSED"), (status, problem.Reason));
        (status, problem) = await RefusedAsync("bob", "close", "c3");
        Assert.Equal((HttpStatusCode.BadRequest, "PERIOD_ALREADY_CLOSED"), (status, problem.Reason));

        var source = await AnswerAsync<GetSourceResponse>(HttpMethod.Get, "/api/v1/sources/atm/source");
        Assert.Equal(("atm", closed.Sequence), (source.Source, source.LastSequence));
        Assert.True(await new TieOut(_services.Channels, TimeProvider.System).WaitAsync(default));
        Assert.Contains((await AnswerAsync<ListDataStatusResponse>(HttpMethod.Get, "/api/v1/data-status?period=2012-04")).Cells,
            cell => cell is { Source: "atm", Status: DataStatus.Received, Revision: 1 });

        (status, problem) = await RefusedAsync("bob", "reopen", "o1");
        Assert.Equal((HttpStatusCode.BadRequest, "FIELD_INVALID", "reason"), (status, problem.Reason, problem.Metadata["field"]));
        Assert.Equal(PeriodState.Reopened, (await AnswerAsync<ReopenPeriodResponse>("bob", "reopen", "o2", "a late invoice")).Period.State);
        var events = (await new ClosingService.ClosingServiceClient(_services.Channels["atm"]).ListPeriodEventsAsync(new())).Events;
        Assert.Equal(["alice", "alice", "alice", "bob", "bob"], events.Select(e => e.Actor));
        Assert.Equal("a late invoice", events[^1].Reason);
    }

    [Fact]
    public async Task A_refused_write_without_an_actor_changes_nothing()
    {
        var (status, problem) = await RefusedAsync("", "prepare", "p1");
        Assert.Equal((HttpStatusCode.Unauthorized, "ACTOR_MISSING"), (status, problem.Reason));
        Assert.Empty((await AnswerAsync<ListPeriodsResponse>(HttpMethod.Get, "/api/v1/sources/atm/periods")).Periods);
    }

    [Fact]
    public async Task The_description_of_a_source_names_the_paths_at_which_it_is_reached()
    {
        var description = JsonNode.Parse(await _http.GetStringAsync(new Uri("/api/v1/sources/atm/openapi.json", UriKind.Relative)))!;
        var server = description["servers"]![0]!["url"]!.GetValue<string>();
        var paths = description["paths"]!.AsObject().Where(path => path.Value!["get"] is not null && !path.Key.Contains('{')).Select(path => path.Key).ToList();
        Assert.Contains("/periods", paths);
        foreach (var path in paths)
        {
            var (status, text) = await SendAsync(HttpMethod.Get, server + path, "auditor", "");
            // A question that needs more than its path is refused by the field that lacks.
            Assert.True(status == HttpStatusCode.OK || JsonRefusals.InfoOf(text).Reason == "FIELD_INVALID", server + path);
        }
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_with_a_reason()
    {
        foreach (var (method, path, body, reason) in new[]
        {
            (HttpMethod.Get, "periods/2012/13/trial-statement", "", "FIELD_INVALID"), (HttpMethod.Get, "periods?page_size=many", "", "QUERY_INVALID"),
            (HttpMethod.Get, "periods?page_sise=1", "", "QUERY_INVALID"), (HttpMethod.Get, "periods/2012/4?month.year=2013", "", "QUERY_INVALID"),
            (HttpMethod.Post, "periods/2012/april:prepare", "{}", "BODY_INVALID"), (HttpMethod.Post, "periods/2012/4:prepare", "", "BODY_INVALID"),
            (HttpMethod.Post, "periods/2012/4:prepare", "[]", "BODY_INVALID"), (HttpMethod.Post, "periods/2012/4:prepare", "{", "BODY_INVALID"),
            (HttpMethod.Post, "periods/2012/4:prepare", """{"requestid":"1"}""", "BODY_INVALID"),
            (HttpMethod.Post, "periods/2012/4:prepare", """{"requestId":"1","reason":"why"}""", "BODY_INVALID"),
            (HttpMethod.Post, "periods/2012/4:prepare", """{"requestId":"1","month":{"year":2012,"month":5}}""", "FIELD_INVALID"),
            (HttpMethod.Post, "periods/2012/4:prepare?requestId=1", "{}", "QUERY_INVALID"),
        })
        {
            var (status, text) = await SendAsync(method, "/api/v1/sources/atm/" + path, "alice", body);
            Assert.Equal((path, body, HttpStatusCode.BadRequest, reason), (path, body, status, JsonRefusals.InfoOf(text).Reason));
            Assert.Equal("atmoperations.iij", JsonRefusals.InfoOf(text).Domain);
        }

        Assert.Empty((await AnswerAsync<ListPeriodsResponse>(HttpMethod.Get, "/api/v1/sources/atm/periods")).Periods);
    }

    private AtmOperationsService.AtmOperationsServiceClient Atm => new(_services.Channels["atm"]);

    private Task<T> AnswerAsync<T>(string actor, string verb, string requestId, string reason = "")
        where T : IMessage<T>, new() => AnswerAsync<T>(HttpMethod.Post, $"{April}:{verb}", actor, Body(requestId, reason));

    private async Task<T> AnswerAsync<T>(HttpMethod method, string path, string actor = "", string body = "")
        where T : IMessage<T>, new()
    {
        var (status, text) = await SendAsync(method, path, actor, body);
        Assert.True(status == HttpStatusCode.OK, text);
        return JsonParser.Default.Parse<T>(text);
    }

    private async Task<(HttpStatusCode Status, ErrorInfo Problem)> RefusedAsync(string actor, string verb, string requestId)
    {
        var (status, text) = await SendAsync(HttpMethod.Post, $"{April}:{verb}", actor, Body(requestId, ""));
        return (status, JsonRefusals.InfoOf(text));
    }

    private static string Body(string requestId, string reason)
    {
        var body = new JsonObject { ["requestId"] = requestId };
        if (reason.Length > 0)
            body["reason"] = reason;
        return body.ToJsonString();
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpMethod method, string path, string actor, string body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (actor.Length > 0)
            request.Headers.Add(ActorMetadata.Key, actor); // for which the client brings the token
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
