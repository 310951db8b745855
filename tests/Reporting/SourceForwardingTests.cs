using System.Net;
using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>What the close over HTTP says where no source is behind it, or what is asked cannot be.</summary>
public sealed class SourceForwardingTests : IAsyncLifetime, IDisposable
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
        var json = await _http.GetStringAsync(new Uri("/api/v1/sources/atm/source", UriKind.Relative));
        Assert.Equal(new GetSourceResponse { Source = "atm", Incarnation = "life-1" }, JsonParser.Default.Parse<GetSourceResponse>(json));
    }

    [Fact]
    public async Task A_source_that_is_away_is_named_and_may_be_asked_again()
    {
        foreach (var (method, path, source) in new[]
        {
            (HttpMethod.Get, "sources/cloud/periods", "cloud"),
            (HttpMethod.Get, "sources/cloud/periods/2012/4/trial-statement", "cloud"), (HttpMethod.Post, "sources/cloud/periods/2012/4:close", "cloud"),
        })
        {
            using var answer = await SendAsync(method, path);
            var problem = await JsonRefusals.InfoOfAsync(answer);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "SOURCE_AWAY", source, TimeSpan.FromSeconds(5)),
                (answer.StatusCode, problem.Reason, problem.Metadata["source"], answer.Headers.RetryAfter?.Delta));
        }
    }

    [Theory]
    [InlineData("GET", "sources/nobody/source", "", HttpStatusCode.NotFound, "SOURCE_UNKNOWN")]
    [InlineData("GET", "sources/backlog/source", "", HttpStatusCode.NotFound, "SOURCE_UNKNOWN")]
    [InlineData("POST", "sources/nobody/periods/2012/4:close", "{}", HttpStatusCode.NotFound, "SOURCE_UNKNOWN")]
    public async Task What_cannot_be_asked_is_refused_with_a_reason(string method, string path, string body, HttpStatusCode status, string reason)
    {
        using var answer = await SendAsync(new HttpMethod(method), path, body);
        var problem = await JsonRefusals.InfoOfAsync(answer);
        Assert.Equal((status, reason, "reporting.iij"), (answer.StatusCode, problem.Reason, problem.Domain));
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("lineage?query.line=atm.cost&query.period=2012-04&query.kind=KIND_AMOUNT&query.unit=UNIT_JPY&query.decimals=many", "QUERY_INVALID")]
    [InlineData("lineage?query.line=atm.cost&query.period=2012-04&query.kind=KIND_AMOUNT&query.unit=UNIT_JPY&query.decimals=10", "FIELD_INVALID")]
    [InlineData("data-status?page_size=99999999999", "QUERY_INVALID")]
    [InlineData("data-status?page_size=1001", "FIELD_INVALID")]
    public async Task A_number_of_a_query_is_one(string path, string reason)
    {
        using var answer = await _http.GetAsync(new Uri("/api/v1/" + path, UriKind.Relative));
        Assert.Equal((HttpStatusCode.BadRequest, reason), (answer.StatusCode, (await JsonRefusals.InfoOfAsync(answer)).Reason));
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string body = """{"requestId":"1"}""") =>
        SessionTests.SendAsync(_http, method, "/api/v1/" + path, method == HttpMethod.Get ? "" : body);
}
