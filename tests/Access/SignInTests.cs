using System.Net;
using System.Text;
using Iij.Platform;
using Iij.Reporting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;

namespace Iij.Tests.Access;

/// <summary>
/// The page signs in at an issuer by the authorization-code flow; the session is a cookie that is worth what its token is. A browser here is an
/// HTTP client with cookies that follows redirects one by one.
/// </summary>
public sealed class SignInTests : IAsyncLifetime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-sign-in-").FullName;
    private readonly List<HttpClient> _browsers = [];
    private readonly List<WebApplication> _replicas = [];
    private Issuer _issuer = null!;

    public async Task InitializeAsync()
    {
        _issuer = await Issuer.StartAsync();
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var replica in _replicas)
            await replica.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    public void Dispose()
    {
        foreach (var browser in _browsers)
            browser.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_person_signs_in_reads_and_signs_out()
    {
        var browser = Browser();
        Assert.Equal("""{"actor":"","from":"","signIn":"/sign-in"}""", await browser.GetStringAsync("/api/v1/session"));
        await RefusedAsync(browser, "/api/v1/lines", "ACCESS_TOKEN_MISSING");
        var cookie = await SignInAsync(browser, "/?line=revenue.total");
        Assert.StartsWith("iij-session=ey", cookie, StringComparison.Ordinal);
        Assert.Contains("; path=/; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        Assert.Matches("max-age=3[56][0-9]{2}", cookie); // the token's own hour
        Assert.Equal("""{"actor":"alice","from":"cookie","signIn":"/sign-in"}""", await browser.GetStringAsync("/api/v1/session"));
        Assert.Contains("revenue.total", await browser.GetStringAsync("/api/v1/lines"), StringComparison.Ordinal);
        using (var ended = await SendAsync(browser, HttpMethod.Delete))
            Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        await RefusedAsync(browser, "/api/v1/lines", "ACCESS_TOKEN_MISSING");
    }

    [Fact]
    public async Task A_sign_in_that_was_begun_at_one_replica_ends_at_another()
    {
        await StartAsync();
        var browser = Browser();
        var callback = await CallbackAsync(browser);
        var elsewhere = new UriBuilder(callback) { Port = _replicas[1].HttpAddress()!.Port }.Uri; // cookies are of a host, whatever its port
        using var answer = await browser.GetAsync(elsewhere);
        Assert.StartsWith("iij-session=ey", Session(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_without_proof_is_no_session()
    {
        var browser = Browser();
        using var answer = await SendAsync(browser, HttpMethod.Post, """{"actor":"alice"}""");
        Assert.Contains("\"SESSION_ELSEWHERE\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        browser.DefaultRequestHeaders.Add("Cookie", "iij-session=alice; iij-actor=alice");
        await RefusedAsync(browser, "/api/v1/lines", "ACCESS_TOKEN_MISSING");
    }

    [Fact]
    public async Task A_code_counts_in_the_browser_that_asked_for_it_and_once()
    {
        var (attacker, victim) = (Browser(), Browser());
        var callback = await CallbackAsync(attacker);
        await FailsAsync(victim, callback);
        using (var taken = await attacker.GetAsync(callback))
            Assert.NotEmpty(Session(taken));
        await FailsAsync(attacker, callback);
    }

    [Theory]
    [InlineData("bob", "another-audience")] // a token for another system
    [InlineData("no name\u0001", Issuer.Audience)] // nobody's name
    [InlineData(null, Issuer.Audience)] // gave up
    public async Task What_no_service_would_take_begins_no_session(string? person, string audience)
    {
        (_issuer.Person, _issuer.PageAudience) = (person, audience);
        var browser = Browser();
        await FailsAsync(browser, await CallbackAsync(browser));
        await RefusedAsync(browser, "/api/v1/lines", "ACCESS_TOKEN_MISSING");
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task The_browser_returns_to_no_other_site(string to)
    {
        var browser = Browser();
        using var answer = await browser.GetAsync(await CallbackAsync(browser, to));
        Assert.Equal("/", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Its_cookies_are_open_to_no_other_site_and_of_https_alone_where_the_page_is()
    {
        await StartAsync(page => page.Address = "https://figures.example/");
        using var answer = await Browser().GetAsync(new Uri(_replicas[1].HttpAddress()!, "/sign-in"));
        Assert.Contains(Uri.EscapeDataString("https://figures.example/sign-in/callback"), answer.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.Contains("code_challenge_method=S256", answer.Headers.Location.Query, StringComparison.Ordinal);
        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        Assert.Equal(2, cookies.Count);
        Assert.All(cookies, cookie => Assert.Matches("(?i)path=/sign-in/callback; secure; samesite=lax; httponly", cookie));
    }

    [Fact]
    public async Task The_address_of_programs_knows_no_sign_in()
    {
        var browser = Browser();
        (browser.DefaultRequestVersion, browser.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        foreach (var path in new[] { "/sign-in", "/sign-in/callback?code=1&state=2" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_replicas[0].Address(), path))
            {
                Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var answer = await browser.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private async Task StartAsync(Action<SignInSettings>? change = null)
    {
        var settings = _issuer.SettingsOfPage(Path.Combine(_folder, "reporting.db"));
        change?.Invoke(settings.Identity.SignIn);
        _replicas.Add(await ReportingHost.BuildAsync(settings));
        await _replicas[^1].StartAsync();
    }

    private HttpClient Browser()
    {
        _browsers.Add(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true, CookieContainer = new CookieContainer() })
        {
            BaseAddress = _replicas[0].HttpAddress(),
        });
        return _browsers[^1];
    }

    // From the page to the issuer, which sends the browser back there.
    private static async Task<Uri> CallbackAsync(HttpClient browser, string to = "/")
    {
        using var leaving = await browser.GetAsync($"/sign-in?to={Uri.EscapeDataString(to)}");
        Assert.Equal(HttpStatusCode.Redirect, leaving.StatusCode);
        using var issuer = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var returning = await issuer.GetAsync(leaving.Headers.Location);
        Assert.Equal(HttpStatusCode.Redirect, returning.StatusCode);
        return returning.Headers.Location!;
    }

    private static async Task<string> SignInAsync(HttpClient browser, string to)
    {
        using var answer = await browser.GetAsync(await CallbackAsync(browser, to));
        Assert.Equal((HttpStatusCode.Redirect, to), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        return Session(answer);
    }

    private static string Session(HttpResponseMessage answer) => !answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? ""
        : cookies.SingleOrDefault(cookie => cookie.StartsWith("iij-session=", StringComparison.Ordinal)) ?? "";

    private static async Task FailsAsync(HttpClient browser, Uri callback)
    {
        using var answer = await browser.GetAsync(callback);
        Assert.Equal((HttpStatusCode.Redirect, "/?signIn=failed"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        Assert.Equal("", Session(answer));
    }

    private static async Task RefusedAsync(HttpClient browser, string path, string reason)
    {
        using var answer = await browser.GetAsync(path);
        Assert.Contains($"\"{reason}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient browser, HttpMethod method, string body = "{}")
    {
        using var request = new HttpRequestMessage(method, "/api/v1/session") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await browser.SendAsync(request);
    }
}
