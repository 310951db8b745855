using System.Net;
using System.Text.Json;
using Iij.Platform;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>The page and the API are at the HTTP address alone, under its own names, and say to browsers what they may do.</summary>
public sealed class HttpListenerTests
{
    [Fact]
    public async Task The_page_is_there_and_is_sent_again_only_where_it_is_another()
    {
        await using var bench = await Bench.StartAsync();
        using var http = new HttpClient { BaseAddress = bench.Http };
        using var page = await http.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, "text/html", "no-cache"),
            (page.StatusCode, page.Content.Headers.ContentType?.MediaType, page.Headers.CacheControl?.ToString()));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(page.Headers.ETag!);
        using var unchanged = await http.SendAsync(again);
        Assert.Equal((HttpStatusCode.NotModified, ""), (unchanged.StatusCode, await unchanged.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/api/v1/sources", HttpStatusCode.OK)]
    [InlineData("/api/v1/views/never", HttpStatusCode.BadRequest)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    public async Task Every_answer_says_what_a_browser_may_do_with_it(string path, HttpStatusCode status)
    {
        await using var bench = await Bench.StartAsync();
        using var http = new HttpClient { BaseAddress = bench.Http };
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(status, answer.StatusCode);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        foreach (var (name, value) in new[]
        {
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
        })
            Assert.Equal(value, Assert.Single(answer.Headers.GetValues(name)));
        Assert.True(answer.Headers.Contains("Permissions-Policy"));
        if (path.StartsWith("/api", StringComparison.Ordinal))
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/sources")]
    [InlineData("/api/v1/views/never")]
    public async Task HEAD_answers_like_GET_without_a_body(string path)
    {
        await using var bench = await Bench.StartAsync();
        using var http = new HttpClient { BaseAddress = bench.Http, Timeout = TimeSpan.FromSeconds(10) };
        using var get = await http.GetAsync(new Uri(path, UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await http.SendAsync(request);
        Assert.Equal((get.StatusCode, get.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task No_other_address_shows_the_page_or_a_figure()
    {
        var observe = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var bench = await Bench.StartAsync(new BusSettings(), change: settings => settings.Observe = observe.ToString());
        foreach (var path in new[] { "/", "/index.html", "/api/v1/sources", "/api/v1/views/2012-04", "/api/v1/openapi.json", "/api/v1/watch?view=2012-04" })
        {
            foreach (var host in new[] { null, bench.Http.Authority })
            {
                Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new Uri(observe, path), HttpVersion.Version11, host));
                Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new Uri(bench.Grpc, path), HttpVersion.Version20, host));
            }
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(new Uri(observe, "/health/live"), HttpVersion.Version11));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(new Uri(observe, "/metrics"), HttpVersion.Version11));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(new Uri(bench.Http, "/metrics"), HttpVersion.Version11));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(
            new Uri(bench.Http, "/iij.reporting.v1.ReportingService/ListSources"), HttpVersion.Version11));
    }

    [Fact]
    public async Task The_description_of_an_operation_is_the_comment_of_its_proto()
    {
        await using var bench = await Bench.StartAsync();
        using var http = new HttpClient { BaseAddress = bench.Http };
        using var document = JsonDocument.Parse(await http.GetStringAsync(new Uri("/api/v1/openapi.json", UriKind.Relative)));
        var operation = document.RootElement.GetProperty("paths").GetProperty("/api/v1/measures").GetProperty("get");
        Assert.Equal("Every measure that a source reports.", operation.GetProperty("summary").GetString());
    }

    [Fact]
    public async Task How_calls_ended_is_among_the_metrics_by_method()
    {
        var observe = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var bench = await Bench.StartAsync(new BusSettings(), change: settings => settings.Observe = observe.ToString());
        using var http = new HttpClient();
        await bench.SourceAsync("atm");
        await Bench.RefusedAsync(bench.Client.GetViewAsync(new() { Period = "never" }).ResponseAsync);
        foreach (var (method, status) in new[] { ("ListSources", 0), ("GetView", 3) })
        {
            // A call is counted after its answer was sent.
            await ContractTests.UntilAsync(async () => (await http.GetStringAsync(new Uri(observe, "/metrics"))).Split('\n').Any(line =>
                line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)
                && line.Contains($"/iij.reporting.v1.ReportingService/{method}\"", StringComparison.Ordinal)
                && line.Contains($"rpc_grpc_status_code=\"{status}\"", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_name_that_somebody_else_had_resolve_to_this_machine_is_sent_away()
    {
        await using var bench = await Bench.StartAsync(new BusSettings(), change: settings => settings.HttpHosts.AddRange(["view.example", "*.in.example"]));
        foreach (var path in new[] { "/", "/api/v1/sources" })
        {
            foreach (var host in new[] { "localhost", "127.0.0.1", "[::1]", "view.example", "VIEW.example:443", "a.in.example" })
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(new Uri(bench.Http, path), HttpVersion.Version11, host));
            foreach (var host in new[] { "evil.example", "localhost.evil.example", "view.example.evil.example", "in.example", "10.0.0.1" })
                Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(new Uri(bench.Http, path), HttpVersion.Version11, host));
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(bench.Http, "/")) { Headers = { Host = "evil.example" } };
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request);
        Assert.Equal("HOST_UNKNOWN", (await JsonRefusals.InfoOfAsync(answer)).Reason);
    }

    [Fact]
    public async Task At_an_address_of_the_network_figures_for_a_name_are_answered_and_foreign_names_are_not()
    {
        await using var bench = await Bench.StartAsync(new BusSettings(), change: settings => settings.Http = "http://0.0.0.0:0");
        var here = new Uri($"http://127.0.0.1:{bench.Http.Port}/api/v1/sources");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(here, HttpVersion.Version11, "10.0.0.1:8090"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(here, HttpVersion.Version11, "evil.example"));
    }

    [Theory]
    [InlineData("http://view.example")]
    [InlineData("view.example:443")]
    [InlineData("")]
    [InlineData("*")]
    public void A_host_that_is_no_name_is_refused_at_the_start(string name)
    {
        var settings = new Dictionary<string, string?> { ["Storage:Path"] = "x", ["HttpHosts:0"] = name };
        var configuration = Microsoft.Extensions.Configuration.MemoryConfigurationBuilderExtensions.AddInMemoryCollection(
            new Microsoft.Extensions.Configuration.ConfigurationBuilder(), settings).Build();
        Assert.Equal("HttpHosts", Assert.Throws<SettingsException>(() => ServiceSettings.Read(configuration)).Setting);
    }

    private static async Task<HttpStatusCode> StatusAsync(Uri address, Version version, string? host = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Host = host;
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode;
    }
}
