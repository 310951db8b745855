using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Local;
using Iij.NetworkServices.V1;

namespace Iij.Tests.Access;

/// <summary>./run is an issuer itself: who acts is verified there too, a caller without a token reads and nothing more, and it stays on this machine.</summary>
public sealed class EmbeddedIssuerTests(EmbeddedRun run) : IClassFixture<EmbeddedRun>
{
    private const string Costs = "/api/v1/sources/network/costs:record";
    private static readonly Iij.Period.V1.Month _april = new() { Year = 2012, Month_ = 4 };

    [Fact]
    public async Task A_name_without_a_token_is_worth_nothing_and_reads_need_none()
    {
        var before = await ActorsAsync();
        await RefusedAsync("ACCESS_TOKEN_MISSING", Record(run.Plain, "1", []));
        await RefusedAsync("ACCESS_TOKEN_MISSING", Record(run.Plain, "1", ActorMetadata.Of("alice")));
        await RefusedAsync("ACCESS_TOKEN_INVALID", Record(run.Plain, "1", World.Bearer("alice")));
        await RefusedAsync("ACTOR_NOT_CALLER", Record(run.Plain, "1", World.Bearer(await TokenAsync("bob"), "alice")));
        Assert.Equal(before, await ActorsAsync());
        await RefusedAsync("ACCESS_TOKEN_MISSING", new ClosingService.ClosingServiceClient(run.Plain).AuditTotalsAsync(new()).ResponseAsync);
    }

    [Fact]
    public async Task The_token_says_who_acts()
    {
        var before = await ActorsAsync();
        await Record(run.Plain, "1", World.Bearer(await TokenAsync("bob")));
        await Record(run.Services.Channels["network"], "2", ActorMetadata.Of("carol")); // its channel fetches the token of the name
        Assert.Equal([.. before, "bob", "carol"], await ActorsAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("bob ")]
    [InlineData("b\u00f6b")]
    [InlineData("b\nob")]
    [InlineData("reporting")]
    public async Task A_name_that_is_none_gets_no_token(string name)
    {
        using var http = new HttpClient { BaseAddress = run.Services.Endpoints["issuer"] };
        using var form = new FormUrlEncodedContent(IssuedToken.FormOf(name));
        using var answer = await http.PostAsync("token", form);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null((await answer.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]);
    }

    [Fact]
    public async Task Only_reporting_gets_a_token_of_a_program()
    {
        using var http = new HttpClient { BaseAddress = run.Services.Endpoints["issuer"] };
        foreach (var secret in new[] { "", "reporting", new string('0', 64) })
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials", ["client_id"] = "reporting", ["client_secret"] = secret,
            });
            using var answer = await http.PostAsync("token", form);
            Assert.False(answer.IsSuccessStatusCode);
        }

        var reporting = new Iij.Reporting.V1.ReportingService.ReportingServiceClient(run.Services.Channels["reporting"]);
        await reporting.FillGapsAsync(new(), ActorMetadata.Of("olga"));
        Assert.All((await reporting.ListSourcesAsync(new())).Sources, source => Assert.Equal("", source.LastError));
    }

    [Fact]
    public async Task A_foreign_name_of_this_machine_is_not_answered()
    {
        using var http = new HttpClient { BaseAddress = run.Services.Endpoints["issuer"] };
        using var request = new HttpRequestMessage(HttpMethod.Post, "token") { Content = new FormUrlEncodedContent(IssuedToken.FormOf("bob")) };
        request.Headers.Host = "attacker.example";
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain("access_token", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_key_stays()
    {
        var file = Path.Combine(run.Folder, "issuer", "issuer.key.pem");
        var before = await KeyIdAsync();
        await using var again = await EmbeddedIssuer.StartAsync(file, port: 0);
        Assert.Equal(before, await KeyIdAsync(again.Address));
    }

    [Fact]
    public async Task It_starts_again_in_the_same_process()
    {
        var file = Path.Combine(run.Folder, "again", "issuer.key.pem");
        for (var turn = 0; turn < 2; turn++)
        {
            await using var issuer = await EmbeddedIssuer.StartAsync(file, port: 0);
            using var tokens = new NameTokens(issuer.Address);
            Assert.NotEmpty(await tokens.OfAsync("alice", CancellationToken.None));
        }
    }

    [Fact]
    public async Task The_page_signs_in_by_name_and_a_cookie_holds_the_token()
    {
        var before = await ActorsAsync();
        using var http = Page();
        await RefusedAsync(http, "ACTOR_MISSING");
        using (var begun = await PostAsync(http, "/api/v1/session", """{"actor":"alice"}"""))
        {
            var cookie = Assert.Single(begun.Headers.GetValues("Set-Cookie"));
            Assert.Contains("; path=/; samesite=strict; httponly", cookie, StringComparison.Ordinal);
            Assert.StartsWith("iij-session=ey", cookie, StringComparison.Ordinal);
        }

        Assert.Equal("""{"actor":"alice","from":"cookie"}""", await http.GetStringAsync("/api/v1/session"));
        using (var recorded = await PostAsync(http, Costs, Cost("http")))
            Assert.Equal(HttpStatusCode.OK, recorded.StatusCode);
        Assert.Equal([.. before, "alice"], await ActorsAsync());
        using (var ended = await SendAsync(http, HttpMethod.Delete, "/api/v1/session", ""))
            Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        await RefusedAsync(http, "ACTOR_MISSING");
    }

    [Fact]
    public async Task The_name_of_a_service_is_refused_as_a_field_and_not_as_an_absence()
    {
        using var http = Page();
        using var answer = await PostAsync(http, "/api/v1/session", """{"actor":"reporting"}""");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Contains("\"FIELD_INVALID\"", body, StringComparison.Ordinal);
        Assert.Contains("username is 1 to 100 printable ASCII characters", body, StringComparison.Ordinal);
        var call = await Assert.ThrowsAsync<RpcException>(() => Record(run.Services.Channels["network"], "named", ActorMetadata.Of("reporting")));
        Assert.Equal(StatusCode.InvalidArgument, call.StatusCode);
        Assert.False(CallRetry.IsAway(call));
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_in_time_is_away_and_the_call_may_be_repeated()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var tokens = new NameTokens(new Uri($"http://{silent.LocalEndpoint}"), TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAsync<HttpRequestException>(() => tokens.OfAsync("alice", CancellationToken.None));
        using var channel = GrpcChannel.ForAddress(run.Services.Endpoints["network"], new GrpcChannelOptions
        {
            HttpHandler = new NameTokenHandler(tokens, new SocketsHttpHandler()), DisposeHttpClient = true,
        });
        Assert.True(CallRetry.IsAway(await Assert.ThrowsAsync<RpcException>(() => Record(channel, "silent", ActorMetadata.Of("alice")))));
    }

    [Fact]
    public async Task A_session_that_has_ended_leaves_a_guest_who_reads()
    {
        var before = await ActorsAsync();
        using var http = Page("iij-session=ey.of.another-run", "iij-actor=alice");
        Assert.Equal("""{"actor":"","from":""}""", await http.GetStringAsync("/api/v1/session"));
        Assert.Contains("revenue.total", await http.GetStringAsync("/api/v1/lines"), StringComparison.Ordinal);
        await RefusedAsync(http, "ACTOR_MISSING");
        Assert.Equal(before, await ActorsAsync());
    }

    [Fact]
    public async Task The_cookie_is_worth_nothing_where_no_page_is()
    {
        var before = await ActorsAsync();
        using var http = new HttpClient { BaseAddress = run.Services.Endpoints["network"] };
        (http.DefaultRequestVersion, http.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        http.DefaultRequestHeaders.Add("Cookie", $"iij-session={await TokenAsync("alice")}");
        using var answer = await PostAsync(http, "/api/v1/costs:record", Cost("cookie"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(before, await ActorsAsync());
    }

    private static string Cost(string id) => $$"""{"requestId":"{{id}}","date":{"year":2012,"month":4,"day":2},"amountJpy":"5"}""";

    private HttpClient Page(params string[] cookies)
    {
        var http = new HttpClient { BaseAddress = run.Services.Http };
        if (cookies.Length > 0)
            http.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies));
        return http;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string path, string body) => SendAsync(http, HttpMethod.Post, path, body);

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await http.SendAsync(request);
    }

    private static async Task RefusedAsync(HttpClient http, string reason)
    {
        using var answer = await PostAsync(http, Costs, Cost("refused"));
        Assert.Contains($"\"{reason}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(string reason, Task call) =>
        Assert.Equal(reason, RpcErrors.InfoOf(await Assert.ThrowsAsync<RpcException>(() => call))!.Reason);

    private static Task Record(GrpcChannel channel, string id, Metadata metadata) => new NetworkServicesService.NetworkServicesServiceClient(channel)
        .RecordCostAsync(new() { RequestId = id, Date = new() { Year = 2012, Month = 4, Day = 2 }, AmountJpy = 5 }, metadata).ResponseAsync;

    // Of every entry, who recorded it.
    private async Task<IReadOnlyList<string>> ActorsAsync() =>
        [.. (await new ClosingService.ClosingServiceClient(run.Plain).ListEntriesAsync(new() { Month = _april })).Entries.Select(entry => entry.Actor)];

    private async Task<string> TokenAsync(string name)
    {
        using var tokens = new NameTokens(run.Services.Endpoints["issuer"]);
        return await tokens.OfAsync(name, CancellationToken.None);
    }

    private Task<string> KeyIdAsync() => KeyIdAsync(run.Services.Endpoints["issuer"]);

    private static async Task<string> KeyIdAsync(Uri issuer)
    {
        using var http = new HttpClient { BaseAddress = issuer };
        var discovery = await http.GetFromJsonAsync<JsonObject>(".well-known/openid-configuration");
        var keys = await http.GetFromJsonAsync<JsonObject>(discovery!["jwks_uri"]!.GetValue<string>());
        return keys!["keys"]!.AsArray().Select(key => key!["kid"]!.GetValue<string>()).Single();
    }
}
