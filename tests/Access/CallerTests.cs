using System.Net;
using System.Net.Http.Headers;
using Google.Api;
using Grpc.Core;
using Iij.Client;
using Iij.Closing.V1;
using Iij.NetworkServices.V1;
using Iij.Reporting.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Access;

/// <summary>The acting person is the subject of the token; over HTTP and streams the same rights hold.</summary>
public sealed class CallerTests(World world) : IClassFixture<World>
{
    private static readonly Iij.Period.V1.Date _day = new() { Year = 2012, Month = 4, Day = 2 };

    [Fact]
    public async Task The_subject_of_the_token_acts_whatever_the_call_says()
    {
        var network = new NetworkServicesService.NetworkServicesServiceClient(world["network"]);
        RecordCostRequest Cost(string id) => new() { RequestId = id, Date = _day, AmountJpy = 5 };
        var token = world.Issuer.TokenOf("alice", "recorder:network");
        var error = await Assert.ThrowsAsync<RpcException>(
            () => network.RecordCostAsync(Cost("as bob"), World.Bearer(token, "bob")).ResponseAsync);
        Assert.Equal("ACTOR_NOT_CALLER", RpcErrors.InfoOf(error)!.Reason);

        var own = await network.RecordCostAsync(Cost("as alice"), World.Bearer(token));
        var named = await network.RecordCostAsync(Cost("as alice again"), World.Bearer(token, "alice"));
        var program = world.Issuer.TokenOf("loader", "recorder:network", "service");
        var forBob = await network.RecordCostAsync(Cost("for bob"), World.Bearer(program, "bob"));
        var page = await new ClosingService.ClosingServiceClient(world["network"]).ListEntriesAsync(
            new() { Month = new() { Year = 2012, Month_ = 4 }, PageSize = 100 }, World.Bearer(token));
        var entries = page.Entries.ToDictionary(entry => entry.EntryNumber, entry => entry.Actor);
        Assert.Equal(("alice", "alice", "bob"),
            (entries[own.Receipt.EntryNumber], entries[named.Receipt.EntryNumber], entries[forBob.Receipt.EntryNumber]));
    }

    [Fact]
    public async Task Reporting_asks_the_sources_with_a_token_of_its_own()
    {
        var reporting = new ReportingService.ReportingServiceClient(world["reporting"]);
        await reporting.FillGapsAsync(new(), World.Bearer(world.Issuer.TokenOf("olga", "operator")));
        var sources = (await reporting.ListSourcesAsync(new(), World.Bearer(world.Issuer.TokenOf("vera", "viewer")))).Sources;
        Assert.Equal(5, sources.Count);
        Assert.All(sources, source => Assert.Equal("", source.LastError));
    }

    [Fact]
    public async Task Every_path_over_HTTP_asks_for_the_same_roles()
    {
        using var http = new HttpClient { BaseAddress = world.Http };
        var rules = Methods.Of("reporting").Select(method => (Method: method, Rule: method.GetOptions().GetExtension(AnnotationsExtensions.Http)))
            .Where(one => one.Rule is not null).ToList();
        Assert.True(rules.Count > 25);
        foreach (var (method, rule) in rules)
        {
            Assert.Equal((HttpStatusCode.Unauthorized, "ACCESS_TOKEN_MISSING"), await AskAsync(http, rule, null));
            Assert.Equal((HttpStatusCode.Unauthorized, "ACCESS_TOKEN_INVALID"), await AskAsync(http, rule, "alice"));
            var refused = await AskAsync(http, rule, world.Issuer.TokenOf("alice", "recorder:*"));
            Assert.True((HttpStatusCode.Forbidden, "ROLE_MISSING") == refused, method.FullName);
        }
    }

    [Fact]
    public async Task A_call_that_is_forwarded_to_a_source_has_the_rights_of_its_caller()
    {
        using var http = new HttpClient { BaseAddress = world.Http };
        var path = new HttpRule { Get = "/api/v1/sources/network/periods" };
        Assert.Equal((HttpStatusCode.Unauthorized, "ACCESS_TOKEN_MISSING"), await AskAsync(http, path, null));
        Assert.Equal((HttpStatusCode.Forbidden, "ROLE_MISSING"), await AskAsync(http, path, world.Issuer.TokenOf("olga", "operator")));
        Assert.Equal((HttpStatusCode.OK, ""), await AskAsync(http, path, world.Issuer.TokenOf("rosa", "reader:network")));
    }

    [Fact]
    public async Task The_page_learns_from_the_token_who_acts_and_signs_nobody_in()
    {
        using var http = new HttpClient { BaseAddress = world.Http };
        http.DefaultRequestHeaders.Authorization = new("Bearer", world.Issuer.TokenOf("vera", "viewer"));
        Assert.Equal("""{"actor":"vera","from":"token"}""", await http.GetStringAsync(new Uri("/api/v1/session", UriKind.Relative)));
        using var body = new StringContent("""{"actor":"bob"}""", new MediaTypeHeaderValue("application/json"));
        using var answer = await http.PostAsync(new Uri("/api/v1/session", UriKind.Relative), body);
        Assert.Equal("SESSION_ELSEWHERE", JsonRefusals.InfoOf(await answer.Content.ReadAsStringAsync()).Reason);
    }

    [Fact]
    public async Task A_stream_ends_with_the_token_that_opened_it()
    {
        var lasts = TimeSpan.FromSeconds(3);
        var token = world.Issuer.Token(new() { ["sub"] = "vera", ["roles"] = "viewer" }, lasts: lasts);
        var watch = new WatchRequest { View = new WatchedView { Period = "FY2012" } };
        using var stream = new FeedService.FeedServiceClient(world["reporting"]).Watch(watch, World.Bearer(token));
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await stream.ResponseStream.MoveNext(CancellationToken.None))
            {
                // What comes until then.
            }
        });
        Assert.Equal("ACCESS_TOKEN_INVALID", RpcErrors.InfoOf(error)!.Reason);

        using var http = new HttpClient { BaseAddress = world.Http };
        http.DefaultRequestHeaders.Authorization = new("Bearer", world.Issuer.Token(new() { ["sub"] = "vera", ["roles"] = "viewer" }, lasts: lasts));
        var events = await http.GetStringAsync(new Uri("/api/v1/watch?view=FY2012", UriKind.Relative)); // returns when the stream has ended
        Assert.Contains("data:", events, StringComparison.Ordinal);
        http.DefaultRequestHeaders.Authorization = null;
        using var refused = await http.GetAsync(new Uri("/api/v1/watch?view=FY2012", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task A_viewer_of_published_figures_is_told_nothing_of_what_is_not_published()
    {
        var reporting = new ReportingService.ReportingServiceClient(world["reporting"]);
        var (published, whole) = (World.Bearer(world.Issuer.TokenOf("paula", "published_viewer")), World.Bearer(world.Issuer.TokenOf("vera", "viewer")));
        var query = new FigureQuery { Line = "revenue.total", Period = "FY2012", Kind = Kind.Amount, Unit = Iij.Money.V1.Unit.Jpy };
        var since = new FigureQuery(query) { Line = "group.balance.total_assets", Kind = Kind.ChangeSince, Since = "FY2011" };
        await reporting.GetViewAsync(new() { Period = "FY2012" }, whole);
        foreach (var call in new Func<AsyncUnaryCall<GetViewResponse>>[]
        {
            () => reporting.GetViewAsync(new() { Period = "FY2012" }, published),
            () => reporting.GetViewAsync(new() { Period = "FY2012", Latest = true }, published),
            () => reporting.GetViewAsync(new() { Period = "FY2012", Edition = 1 }, published),
            () => reporting.GetViewAsync(new() { Period = "FY2012", AsOf = new() { Knowledge = 0 } }, published),
        })
        {
            Assert.Equal("FIGURES_UNPUBLISHED", RpcErrors.InfoOf(await Assert.ThrowsAsync<RpcException>(() => call().ResponseAsync))!.Reason);
        }

        ListFiguresRequest[] requests = [new() { Queries = { query } }, new() { Queries = { query }, Latest = true }, new() { Queries = { since } }];
        foreach (var request in requests)
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => reporting.ListFiguresAsync(request, published).ResponseAsync);
            Assert.Equal("FIGURES_UNPUBLISHED", RpcErrors.InfoOf(error)!.Reason);
        }
    }

    [Fact]
    public async Task Reflection_is_off_where_callers_bring_tokens()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, "grpc.reflection.v1.ServerReflection", "ServerReflectionInfo",
                new(bytes => bytes, bytes => bytes), new(bytes => bytes, bytes => bytes));
            using var call = world["network"].CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions());
            await call.RequestStream.CompleteAsync();
            await call.ResponseStream.MoveNext(CancellationToken.None);
        });
        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string Reason)> AskAsync(HttpClient http, HttpRule rule, string? token)
    {
        var isPost = rule.Post.Length > 0;
        var path = System.Text.RegularExpressions.Regex.Replace(isPost ? rule.Post : rule.Get, @"\{[^}]*\}", "1");
        using var request = new HttpRequestMessage(isPost ? HttpMethod.Post : HttpMethod.Get, path);
        if (isPost)
            request.Content = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, answer.IsSuccessStatusCode ? "" : JsonRefusals.InfoOf(text).Reason);
    }
}
