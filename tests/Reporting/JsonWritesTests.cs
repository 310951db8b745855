using System.Net;
using Google.Protobuf;
using Iij.Reporting.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>The decisions of group accounting over HTTP: what the protos' paths do, and what they refuse.</summary>
public sealed class JsonWritesTests
{
    private const string Lines = """{"requestId":"l1","lines":[{"name":"revenue.only","definition":"+atm.cost"}],"reason":"a test"}""";

    [Fact]
    public async Task A_decision_is_taken_by_the_one_who_acts_once()
    {
        await using var bench = await Bench.StartAsync();
        using var http = new HttpClient { BaseAddress = bench.Http };
        await RefusedAsync(http, "/api/v1/lines:define", Lines, HttpStatusCode.Unauthorized, "ACTOR_MISSING");
        (await SessionTests.SendAsync(http, HttpMethod.Post, "/api/v1/session", """{"actor":"carol"}""")).Dispose();
        var defined = await AnswerAsync<DefineLinesResponse>(http, "/api/v1/lines:define", Lines);
        Assert.Equal(2, defined.Version);
        Assert.Equal(defined, await AnswerAsync<DefineLinesResponse>(http, "/api/v1/lines:define", Lines));
        var lines = JsonParser.Default.Parse<ListLinesResponse>(await http.GetStringAsync(new Uri("/api/v1/lines?version=2", UriKind.Relative)));
        Assert.Equal((2, "revenue.only", LinesState.Prepared), (lines.Version, Assert.Single(lines.Lines).Name, lines.Model.State));
        var approval = $$"""{"requestId":"l2","digest":"{{lines.Model.Digest}}"}""";
        await RefusedAsync(http, "/api/v1/lines/2:approve", approval, HttpStatusCode.Forbidden, "SAME_PERSON");
        await RefusedAsync(http, "/api/v1/lines:define", Lines.Replace("only", "other", StringComparison.Ordinal),
            HttpStatusCode.Conflict, "REQUEST_ID_REUSED");
    }

    [Theory]
    [InlineData("views/FY2012:signOff", """{"requestId":"s1"}""", HttpStatusCode.BadRequest, "PERIOD_INCOMPLETE")]
    [InlineData("views/FY2012:signOff", """{"requestId":"s1","period":"FY2011"}""", HttpStatusCode.BadRequest, "FIELD_INVALID")]
    [InlineData("views/never:signOff", """{"requestId":"s1"}""", HttpStatusCode.BadRequest, "PERIOD_UNKNOWN")]
    [InlineData("revisions/atm/2012/4/2:accept", """{"requestId":"a1"}""", HttpStatusCode.NotFound, "REVISION_UNKNOWN")]
    [InlineData("incarnations/atm/none:accept", """{"requestId":"i1"}""", HttpStatusCode.NotFound, "INCARNATION_UNKNOWN")]
    [InlineData("dead-letters/7:discard", """{"requestId":"d1","reason":"a test"}""", HttpStatusCode.NotFound, "DEAD_LETTER_UNKNOWN")]
    [InlineData("figures:list", """{"queries":[{"line":"none","period":"2012-04","kind":"KIND_AMOUNT"}]}""", HttpStatusCode.BadRequest, "LINE_UNKNOWN")]
    [InlineData("figures:list", """{"queries":[{"lime":"none"}]}""", HttpStatusCode.BadRequest, "BODY_INVALID")]
    public async Task A_refusal_is_that_of_the_RPC(string path, string body, HttpStatusCode status, string reason)
    {
        await using var bench = await Bench.StartAsync();
        using var http = new HttpClient { BaseAddress = bench.Http };
        (await SessionTests.SendAsync(http, HttpMethod.Post, "/api/v1/session", """{"actor":"carol"}""")).Dispose();
        await RefusedAsync(http, "/api/v1/" + path, body, status, reason);
    }

    [Theory]
    [InlineData("figures:list", """{"queries":[{"line":"revenue.total","period":"2012-04","kind":"KIND_AMOUNT","unit":"UNIT_JPY"}]}""")]
    [InlineData("editions:compare", """{"periods":["2012-04"]}""")]
    public async Task A_question_that_is_a_body_needs_no_acting_person(string path, string body)
    {
        await using var bench = await Bench.StartAsync();
        using var http = new HttpClient { BaseAddress = bench.Http };
        using var answer = await SessionTests.SendAsync(http, HttpMethod.Post, "/api/v1/" + path, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<T> AnswerAsync<T>(HttpClient http, string path, string body)
        where T : IMessage<T>, new()
    {
        using var answer = await SessionTests.SendAsync(http, HttpMethod.Post, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonParser.Default.Parse<T>(text);
    }

    private static async Task RefusedAsync(HttpClient http, string path, string body, HttpStatusCode status, string reason)
    {
        using var answer = await SessionTests.SendAsync(http, HttpMethod.Post, path, body);
        Assert.Equal((status, reason), (answer.StatusCode, (await JsonRefusals.InfoOfAsync(answer)).Reason));
    }
}
