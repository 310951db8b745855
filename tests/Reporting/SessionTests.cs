using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Iij.Platform;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>Who acts in a browser, and that no page of another address makes it act.</summary>
public sealed class SessionTests
{
    private const string Prepare = "/api/v1/sources/atm/periods/2012/4:prepare";

    [Fact]
    public async Task A_name_is_kept_in_a_cookie_that_no_script_reads_until_it_is_given_back()
    {
        await using var bench = await Bench.StartAsync();
        using var http = Client(bench);
        Assert.Equal(("", ""), await WhoAsync(http));
        using (var begun = await SendAsync(http, HttpMethod.Post, "/api/v1/session", """{"actor":"alice of accounts; \"a\""}"""))
        {
            Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
            var cookie = Assert.Single(begun.Headers.GetValues("Set-Cookie"));
            Assert.EndsWith("; path=/; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        }

        Assert.Equal(("alice of accounts; \"a\"", "cookie"), await WhoAsync(http));
        using var ended = await SendAsync(http, HttpMethod.Delete, "/api/v1/session", "");
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.Equal(("", ""), await WhoAsync(http));
    }

    [Fact]
    public async Task The_cookie_is_for_https_alone_where_the_page_came_by_it()
    {
        await using var bench = await Bench.StartAsync(new BusSettings(), change: settings => settings.HttpHosts.Add("view.example"));
        using var http = Client(bench);
        using var begun = await SendAsync(http, HttpMethod.Post, "/api/v1/session", """{"actor":"alice"}""",
            ("Host", "view.example"), ("Origin", "https://view.example"));
        Assert.Contains("; secure;", Assert.Single(begun.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"actor":""}""", "FIELD_INVALID")]
    [InlineData("""{"actor":"鈴木"}""", "FIELD_INVALID")]
    [InlineData("""{"actor":"a\nb"}""", "FIELD_INVALID")]
    [InlineData("""{"actor":7}""", "FIELD_INVALID")]
    [InlineData("""{"actor":"a","actor":"b"}""", "BODY_INVALID")]
    [InlineData("""["alice"]""", "FIELD_INVALID")]
    [InlineData("{", "BODY_INVALID")]
    [InlineData("", "BODY_INVALID")]
    public async Task A_name_that_no_service_could_be_told_is_refused(string body, string reason)
    {
        await using var bench = await Bench.StartAsync();
        using var http = Client(bench);
        await RefusedAsync(HttpStatusCode.BadRequest, reason, await SendAsync(http, HttpMethod.Post, "/api/v1/session", body));
        Assert.Equal(("", ""), await WhoAsync(http));
    }

    [Fact]
    public async Task Where_a_proxy_says_who_acts_nothing_else_does()
    {
        await using var bench = await Bench.StartAsync(new BusSettings(), change: settings => settings.HttpActorHeader = "X-Forwarded-User");
        using var http = Client(bench);
        using (var session = await SendAsync(http, HttpMethod.Get, "/api/v1/session", "", ("X-Forwarded-User", "carol"), ("Cookie", "iij-actor=alice")))
            Assert.Equal("""{"actor":"carol","from":"header"}""", await session.Content.ReadAsStringAsync());
        await RefusedAsync(HttpStatusCode.Unauthorized, "ACTOR_MISSING",
            await SendAsync(http, HttpMethod.Get, "/api/v1/session", "", ("Cookie", "iij-actor=alice")));
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Delete })
        {
            await RefusedAsync(HttpStatusCode.BadRequest, "SESSION_ELSEWHERE",
                await SendAsync(http, method, "/api/v1/session", """{"actor":"alice"}""", ("X-Forwarded-User", "carol")));
        }

        await RefusedAsync(HttpStatusCode.Unauthorized, "ACTOR_MISSING", await SendAsync(http, HttpMethod.Post, Prepare, "{}", ("Cookie", "iij-actor=alice")));
        using var twice = new HttpRequestMessage(HttpMethod.Get, "/api/v1/session");
        twice.Headers.TryAddWithoutValidation("X-Forwarded-User", ["mallory", "carol"]);
        await RefusedAsync(HttpStatusCode.Unauthorized, "ACTOR_MISSING", await http.SendAsync(twice));
    }

    [Fact]
    public async Task Where_a_proxy_says_who_asks_nobody_reads_around_it_and_no_token_is_a_permission()
    {
        await using var bench = await Bench.StartAsync(new BusSettings(), change: settings =>
        {
            settings.HttpActorHeader = "X-Forwarded-User";
            settings.HttpReaders.Add("carol");
        });
        using var http = Client(bench);
        using var watch = await WatchAsync(http, ("X-Forwarded-User", "carol"));
        using var told = new StreamReader(await watch.Content.ReadAsStreamAsync());
        var token = "";
        while (token.Length == 0)
            token = await told.ReadLineAsync() is { } line && line.StartsWith("id: ", StringComparison.Ordinal) ? line[4..] : "";

        using (var again = await WatchAsync(http, ("X-Forwarded-User", "carol"), ("Last-Event-ID", token)))
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        await RefusedAsync(HttpStatusCode.Forbidden, "NOT_A_READER", await WatchAsync(http, ("X-Forwarded-User", "dave"), ("Last-Event-ID", token)));
        await RefusedAsync(HttpStatusCode.Unauthorized, "ACTOR_MISSING", await WatchAsync(http, ("Last-Event-ID", token)));
        foreach (var path in new[] { "views/FY2012", "lineage", "figure-history", "data-status", "sources", "sources/atm", "session", "openapi.json" })
        {
            await RefusedAsync(HttpStatusCode.Forbidden, "NOT_A_READER",
                await SendAsync(http, HttpMethod.Get, "/api/v1/" + path, "", ("X-Forwarded-User", "dave")));
            await RefusedAsync(HttpStatusCode.Unauthorized, "ACTOR_MISSING", await SendAsync(http, HttpMethod.Get, "/api/v1/" + path, ""));
        }

        await RefusedAsync(HttpStatusCode.Forbidden, "NOT_A_READER", await SendAsync(http, HttpMethod.Post, Prepare, "{}", ("X-Forwarded-User", "dave")));
        await RefusedAsync(HttpStatusCode.NotFound, "SOURCE_UNKNOWN", await SendAsync(http, HttpMethod.Post, Prepare, "{}", ("X-Forwarded-User", "carol")));
    }

    [Theory]
    [InlineData("", "carol")]
    [InlineData("X-Forwarded-User", " ")]
    public void Readers_whom_nobody_could_name_are_refused_at_the_start(string header, string reader)
    {
        var settings = new Dictionary<string, string?> { ["Storage:Path"] = "x", ["HttpActorHeader"] = header, ["HttpReaders:0"] = reader };
        var configuration = Microsoft.Extensions.Configuration.MemoryConfigurationBuilderExtensions.AddInMemoryCollection(
            new Microsoft.Extensions.Configuration.ConfigurationBuilder(), settings).Build();
        Assert.Equal("HttpReaders", Assert.Throws<SettingsException>(() => ServiceSettings.Read(configuration)).Setting);
    }

    [Fact]
    public async Task A_page_of_another_address_writes_nothing()
    {
        await using var bench = await Bench.StartAsync();
        using var http = Client(bench);
        var own = bench.Http.GetLeftPart(UriPartial.Authority);
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/api/v1/session"), (HttpMethod.Delete, "/api/v1/session"), (HttpMethod.Post, Prepare) })
        {
            foreach (var from in new (string Name, string Value)[]
            {
                ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Site", "none"), ("Origin", "https://evil.example"),
                ("Origin", "null"), ("Origin", own + "0"), ("Origin", "http://127.0.0.1"),
            })
                await RefusedAsync(HttpStatusCode.Forbidden, "CROSS_SITE", await SendAsync(http, method, path, """{"actor":"mallory"}""", from));
            foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "" })
                await RefusedAsync(HttpStatusCode.UnsupportedMediaType, "CONTENT_TYPE",
                    await SendAsync(http, method, path, """{"actor":"mallory"}""", ("Content-Type", type)));
        }

        Assert.Equal(("", ""), await WhoAsync(http));
        foreach (var from in new[] { ("Sec-Fetch-Site", "same-origin"), ("Origin", own) })
        {
            using var begun = await SendAsync(http, HttpMethod.Post, "/api/v1/session", """{"actor":"alice"}""", from);
            Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        }
    }

    [Fact]
    public async Task A_write_that_says_nobody_acts_or_is_too_large_is_refused()
    {
        await using var bench = await Bench.StartAsync();
        using var http = Client(bench);
        await RefusedAsync(HttpStatusCode.Unauthorized, "ACTOR_MISSING", await SendAsync(http, HttpMethod.Post, Prepare, """{"requestId":"1"}"""));
        var large = $$"""{"actor":"{{new string('a', 70_000)}}"}""";
        await RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "MESSAGE_TOO_LARGE", await SendAsync(http, HttpMethod.Post, "/api/v1/session", large));
    }

    [Fact]
    public async Task A_page_that_shows_another_name_than_acts_now_writes_nothing()
    {
        await using var bench = await Bench.StartAsync();
        using var http = Client(bench);
        (await SendAsync(http, HttpMethod.Post, "/api/v1/session", """{"actor":"alice"}""")).Dispose();
        using var differs = await SendAsync(http, HttpMethod.Post, Prepare, "{}", ("Iij-Acting-As", "bob"));
        var problem = await JsonRefusals.InfoOfAsync(differs);
        Assert.Equal((HttpStatusCode.BadRequest, "ACTOR_DIFFERS", "alice"),
            (differs.StatusCode, problem.Reason, problem.Metadata["actor"]));
        foreach (var headers in new (string, string)[][] { [], [("Iij-Acting-As", "alice")] })
            await RefusedAsync(HttpStatusCode.NotFound, "SOURCE_UNKNOWN", await SendAsync(http, HttpMethod.Post, Prepare, "{}", headers));
    }

    [Fact]
    public async Task A_browser_that_comes_back_to_another_database_begins_again()
    {
        await using var bench = await Bench.StartAsync();
        using var http = Client(bench);
        using var watch = await WatchAsync(http, ("Last-Event-ID", "AbCdEf"));
        Assert.Equal(HttpStatusCode.OK, watch.StatusCode);
        using var told = new StreamReader(await watch.Content.ReadAsStreamAsync());
        var data = "";
        while (!data.StartsWith("data: ", StringComparison.Ordinal))
            data = await told.ReadLineAsync() ?? throw new EndOfStreamException();
        Assert.Contains("RESET_REASON_EPOCH", data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streams_are_counted_by_who_acts()
    {
        await using var bench = await Bench.StartAsync(new BusSettings(), change: settings => settings.Feed.StreamsPerCallerMax = 1);
        using var http = Client(bench);
        using var first = await WatchAsync(http, ("Cookie", "iij-actor=alice"));
        using var second = await WatchAsync(http, ("Cookie", "iij-actor=bob"));
        using var nobody = await WatchAsync(http);
        using var third = await WatchAsync(http, ("Cookie", "iij-actor=alice"));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests],
            new[] { first, second, nobody, third }.Select(answer => answer.StatusCode));
    }

    internal static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, HttpMethod method, string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (var (name, value) in headers)
        {
            if (name == "Content-Type")
                request.Content.Headers.Remove(name);
            if (name != "Content-Type")
                request.Headers.TryAddWithoutValidation(name, value);
            else if (value.Length > 0)
                request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request);
    }

    private static async Task RefusedAsync(HttpStatusCode status, string reason, HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(status == answer.StatusCode, text);
            Assert.Equal(reason, JsonRefusals.InfoOf(text).Reason);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    private static async Task<(string Actor, string From)> WhoAsync(HttpClient http)
    {
        var session = JsonNode.Parse(await http.GetStringAsync(new Uri("/api/v1/session", UriKind.Relative)))!;
        return (session["actor"]!.GetValue<string>(), session["from"]!.GetValue<string>());
    }

    private static async Task<HttpResponseMessage> WatchAsync(HttpClient http, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/watch?view=FY2012");
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static HttpClient Client(Bench bench) => new() { BaseAddress = bench.Http };
}
