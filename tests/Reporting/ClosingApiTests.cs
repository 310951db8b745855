using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>What the close over HTTP says where no source is behind it, or what is asked cannot be.</summary>
public sealed class ClosingApiTests : IAsyncLifetime, IDisposable
{
    private FakePeer _peer = null!;
    private Bench _bench = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _peer = await FakePeer.StartAsync("atm");
        _bench = await Bench.StartAsync("", ("atm", _peer.Address), ("cloud", $"http://127.0.0.1:{FreePort.Next()}"));
        _http = new HttpClient { BaseAddress = _bench.Http };
        (await SessionTests.SendAsync(_http, HttpMethod.Post, "/api/v1/session", """{"actor":"alice"}""")).Dispose();
    }

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _peer.DisposeAsync();
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task An_answer_is_the_proto3_JSON_of_the_source_s_own()
    {
        var json = await _http.GetStringAsync(new Uri("/api/v1/sources/atm", UriKind.Relative));
        Assert.Equal(new GetSourceResponse { Source = "atm", Incarnation = "life-1" }, JsonParser.Default.Parse<GetSourceResponse>(json));
    }

    [Fact]
    public async Task A_source_that_is_away_is_named_and_may_be_asked_again()
    {
        _peer.Down = true;
        foreach (var (method, path, source) in new[]
        {
            (HttpMethod.Get, "sources/atm", "atm"), (HttpMethod.Get, "sources/cloud/periods", "cloud"),
            (HttpMethod.Get, "sources/cloud/periods/2012-04/trial-statement", "cloud"), (HttpMethod.Post, "sources/cloud/periods/2012-04/close", "cloud"),
        })
        {
            using var answer = await SendAsync(method, path);
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "SOURCE_AWAY", source, TimeSpan.FromSeconds(5)),
                (answer.StatusCode, Text(problem, "reason"), Text(problem["metadata"]!, "source"), answer.Headers.RetryAfter?.Delta));
        }
    }

    [Theory]
    [InlineData("GET", "sources/nobody", "", HttpStatusCode.NotFound, "SOURCE_UNKNOWN")]
    [InlineData("GET", "sources/backlog", "", HttpStatusCode.NotFound, "SOURCE_UNKNOWN")]
    [InlineData("POST", "sources/nobody/periods/2012-04/close", "{}", HttpStatusCode.NotFound, "SOURCE_UNKNOWN")]
    [InlineData("GET", "sources/atm/periods/2012-13/trial-statement", "", HttpStatusCode.BadRequest, "FIELD_INVALID")]
    [InlineData("GET", "sources/atm/periods?page_size=many", "", HttpStatusCode.BadRequest, "QUERY_INVALID")]
    [InlineData("GET", "sources/atm/periods?page_sise=1", "", HttpStatusCode.BadRequest, "QUERY_INVALID")]
    [InlineData("POST", "sources/atm/periods/april/close", "{}", HttpStatusCode.BadRequest, "FIELD_INVALID")]
    [InlineData("POST", "sources/atm/periods/2012-04/close", "", HttpStatusCode.BadRequest, "BODY_INVALID")]
    [InlineData("POST", "sources/atm/periods/2012-04/close", "[]", HttpStatusCode.BadRequest, "BODY_INVALID")]
    [InlineData("POST", "sources/atm/periods/2012-04/close", """{"requestid":"1"}""", HttpStatusCode.BadRequest, "BODY_INVALID")]
    [InlineData("POST", "sources/atm/periods/2012-04/close", """{"month":{"year":2012,"month":5}}""", HttpStatusCode.BadRequest, "FIELD_INVALID")]
    [InlineData("POST", "sources/atm/periods/2012-04/close", """{"requestId":"1","reason":"why"}""", HttpStatusCode.BadRequest, "FIELD_INVALID")]
    [InlineData("POST", "sources/atm/periods/2012-04/close", """{"requestId":"1"}""", HttpStatusCode.InternalServerError, "INTERNAL")] // the fake has no close
    public async Task What_cannot_be_asked_is_refused_with_a_reason(string method, string path, string body, HttpStatusCode status, string reason)
    {
        using var answer = await SendAsync(new HttpMethod(method), path, body);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal((status, reason, "reporting.iij"), (answer.StatusCode, Text(problem, "reason"), Text(problem, "domain")));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("lineage?line=atm.cost&period=2012-04&kind=KIND_AMOUNT&unit=UNIT_JPY&decimals=many", "QUERY_INVALID")]
    [InlineData("lineage?line=atm.cost&period=2012-04&kind=KIND_AMOUNT&unit=UNIT_JPY&decimals=10", "FIELD_INVALID")]
    [InlineData("data-status?page_size=99999999999", "QUERY_INVALID")]
    [InlineData("data-status?page_size=1001", "FIELD_INVALID")]
    public async Task A_number_of_a_query_is_one(string path, string reason)
    {
        using var answer = await _http.GetAsync(new Uri("/api/v1/" + path, UriKind.Relative));
        Assert.Equal((HttpStatusCode.BadRequest, reason), (answer.StatusCode, Text(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!, "reason")));
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string body = """{"requestId":"1"}""") =>
        SessionTests.SendAsync(_http, method, "/api/v1/" + path, method == HttpMethod.Get ? "" : body);
}
