using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Iij.Client;
using Iij.Platform;
using Iij.Reporting.Feed;
using Iij.Reporting.V1;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>The stream and the JSON facade as clients meet them: over gRPC, over HTTP, at several replicas.</summary>
public sealed class FeedTests(PostgresDatabase postgres) : IClassFixture<PostgresDatabase>
{
    private static readonly WatchRequest _view = new() { View = new WatchedView { Period = "FY2012-Q1" } };

    private static readonly WatchRequest[] _parts =
    [
        _view,
        new()
        {
            Table = new WatchedTable
            {
                Lines = { "atm.cost", "atm.sga" }, Periods = { "2012-04", "2012-05", "FY2012-Q1" }, Kind = Kind.Amount,
                Unit = Money.V1.Unit.JpyMillion, Decimals = 1,
            },
        },
        new() { DataStatus = new WatchedDataStatus { Period = "FY2012-Q1" } },
        new() { PeriodEvents = new WatchedPeriodEvents() },
    ];

    private readonly Events _atm = new("atm");

    [Fact]
    public async Task A_view_is_told_whole_and_then_as_it_changes()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1_000_000)));
        using var watch = bench.Watching.Watch(_view);
        var client = await ReadAsync(watch, new FeedClient(), WatchKind.EndOfSnapshot);
        await CompareAsync(bench, client);
        await bench.AcceptAsync(_atm.Close("2012-05", ("atm.cost", 2_000_000)));
        await ReadAsync(watch, client, WatchKind.Change);
        await CompareAsync(bench, client);
        Assert.Equal((1, 0), (client.Changes, client.Resets.Count));
    }

    [Fact]
    public async Task Several_subjects_in_one_stream_are_of_one_moment_and_what_each_alone_would_be()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync([_atm.Close("2012-04", ("atm.cost", 1_500_000)), _atm.Close("2012-05", ("atm.cost", 2_000_000))]);
        var together = await OnceAsync(bench, Several(_parts));
        var alone = new List<string>();
        for (var n = 0; n < _parts.Length; n++)
            alone.AddRange((await OnceAsync(bench, _parts[n])).Items.Values.Select(item => Prefixed(item, n)));
        Assert.Equal(alone.Order(StringComparer.Ordinal), together.Items.Values.Select(item => Prefixed(item, null)).Order(StringComparer.Ordinal));
        Assert.Equal("1.5", together.Items["1/atm.cost/2012-04"].Figure.Value);
        Assert.Equal(ViewState.Provisional, together.Items["1/FY2012-Q1"].Header.State);
        Assert.Equal(2, together.Items["2/atm"].Source.LastSequence);

        await bench.AcceptAsync(_atm.Close("2012-06", ("atm.cost", 3_000_000)));
        await bench.Topics.AdvanceAsync(CancellationToken.None);
        var change = await FirstAsync(bench, Several(_parts), together.Token);
        together.Take(change);
        Assert.Equal(WatchKind.Change, change.Kind);
        Assert.Equal("6.5", together.Items["1/atm.cost/FY2012-Q1"].Figure.Value);
    }

    [Fact]
    public void What_is_as_it_was_is_kept_once_for_many_moments()
    {
        WatchItem[] Items(long last) =>
            [new() { Key = "a", Header = new() { Period = "2012-04" } }, new() { Key = "b", Source = new() { LastSequence = last } }];
        var first = new SubjectState(1, Items(1));
        var (second, third) = (new SubjectState(2, Items(1), first), new SubjectState(3, Items(2), first));
        Assert.Same(first.Items.First(), second.Items.First());
        Assert.Same(first.Items.Last(), second.Items.Last());
        Assert.Same(first.Items.First(), third.Items.First());
        Assert.Equal(new SubjectState(3, Items(2)).Items, third.Items);
        Assert.Equal(2, Assert.Single(third.Since(second).Items).Source.LastSequence);
    }

    [Fact]
    public async Task A_part_a_line_or_a_period_that_does_not_fit_is_named_where_it_stands()
    {
        await using var bench = await Bench.StartAsync();
        var unknown = new WatchedTable(_parts[1].Table) { Lines = { "nothing" } };
        foreach (var (wrong, field, reason) in new[]
        {
            (Several(_view, new() { Table = unknown }), "several.parts[1].table.line", "LINE_UNKNOWN"),
            (Several(Several(_view)), "several.parts[0].subject", "FIELD_INVALID"),
            (Several(new WatchRequest(_view) { Token = "x" }), "several.parts.token", "FIELD_INVALID"),
            (Several(), "several.parts", "FIELD_INVALID"),
            (new WatchRequest { Table = new WatchedTable { Lines = { "atm.cost" } } }, "table.lines", "FIELD_INVALID"),
            (new WatchRequest { Table = new WatchedTable(_parts[1].Table) { Periods = { "2012-04" } } }, "table.periods", "FIELD_INVALID"),
        })
        {
            var refused = await Bench.RefusedAsync(FirstAsync(bench, wrong, ""));
            Assert.Equal((reason, field), (refused.Reason, refused.Metadata["field"]));
        }
    }

    private static WatchRequest Several(params WatchRequest[] parts) => new() { Several = new WatchedSeveral { Parts = { parts } } };

    private static string Prefixed(WatchItem item, int? part) =>
        new WatchItem(item) { Key = part is null ? item.Key : $"{part}/{item.Key}", Etag = "" }.ToString();

    [Fact]
    public async Task A_token_resumes_here_and_nowhere_else()
    {
        await using var bench = await Bench.StartAsync(new BusSettings(), change: settings => settings.Feed.KeptPositions = 3);
        await using var other = await Bench.StartAsync();
        await bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1)));
        var client = await OnceAsync(bench, _view);
        Assert.Equal(WatchKind.Bookmark, (await FirstAsync(bench, _view, client.Token)).Kind);

        var another = new WatchRequest { View = new WatchedView { Period = "FY2012-Q2" } };
        Assert.Equal(ResetReason.Filter, (await FirstAsync(bench, another, client.Token)).ResetReason);
        var tampered = (client.Token[0] == 'A' ? 'B' : 'A') + client.Token[1..];
        foreach (var (asked, token) in new[] { (bench, tampered), (bench, "x"), (other, client.Token), (bench, client.Token + "AAAA") })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => FirstAsync(asked, _view, token));
            Assert.Equal((StatusCode.InvalidArgument, "TOKEN_INVALID"), (refused.StatusCode, RpcErrors.InfoOf(refused)!.Reason));
        }

        for (var n = 0; n < 4; n++)
            await bench.AcceptAsync(_atm.Close($"2012-{5 + n:D2}", ("atm.cost", n)));
        await bench.Topics.AdvanceAsync(CancellationToken.None);
        Assert.Equal(ResetReason.Expired, (await FirstAsync(bench, _view, client.Token)).ResetReason);
    }

    [Fact]
    public async Task A_database_that_is_another_one_resets_its_subscribers()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1)));
        await bench.AcceptAsync(_atm.Close("2012-05", ("atm.cost", 2)));
        var client = await OnceAsync(bench, _view);
        // Restored from a backup that lacks the last event, and gone on since: the number is there, and is another thing.
        await bench.ExecuteAsync("DELETE FROM fact WHERE knowledge = 2; DELETE FROM received_event WHERE knowledge = 2; "
            + "DELETE FROM record_digest WHERE knowledge = 2; UPDATE knowledge SET last = 1");
        await using var restored = await bench.RestartAsync();
        await restored.AcceptAsync(_atm.Close("2012-06", ("atm.cost", 3)));
        Assert.Equal(ResetReason.Epoch, (await FirstAsync(restored, _view, client.Token)).ResetReason);
    }

    [Fact]
    public async Task A_change_at_one_replica_reaches_the_subscribers_of_all_and_tokens_resume_at_any()
    {
        await using var first = await Bench.StartAsync(postgres.ConnectionString);
        await using var second = await Bench.StartAsync(postgres.ConnectionString);
        await first.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1_000_000)));
        using var watch = second.Watching.Watch(_view);
        var client = await ReadAsync(watch, new FeedClient(), WatchKind.EndOfSnapshot);
        await first.AcceptAsync(_atm.Close("2012-05", ("atm.cost", 2_000_000)));
        await ReadAsync(watch, client, WatchKind.Change);
        await CompareAsync(first, client);
        Assert.Equal(WatchKind.Bookmark, (await FirstAsync(first, _view, client.Token)).Kind);
    }

    [Fact]
    public async Task A_caller_has_only_so_many_streams()
    {
        await using var bench = await Bench.StartAsync(new BusSettings(), change: settings => settings.Feed.StreamsPerCallerMax = 2);
        using var one = bench.Watching.Watch(_view, Bench.Actor);
        using var two = bench.Watching.Watch(_view, Bench.Actor);
        await ReadAsync(one, new FeedClient(), WatchKind.EndOfSnapshot);
        await ReadAsync(two, new FeedClient(), WatchKind.EndOfSnapshot);
        using var three = bench.Watching.Watch(_view, Bench.Actor);
        var refused = await Assert.ThrowsAsync<RpcException>(() => three.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((StatusCode.ResourceExhausted, "STREAMS_EXHAUSTED"), (refused.StatusCode, RpcErrors.InfoOf(refused)!.Reason));
        one.Dispose();
        await ContractTests.UntilAsync(async () =>
        {
            using var again = bench.Watching.Watch(_view, Bench.Actor);
            try
            {
                return await again.ResponseStream.MoveNext(CancellationToken.None);
            }
            catch (RpcException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Only_so_many_subjects_are_watched_at_once_and_one_that_nobody_watches_makes_room()
    {
        await using var bench = await Bench.StartAsync(new BusSettings(), change: settings => settings.Feed.TopicsMax = 2);
        using var one = bench.Watching.Watch(_parts[0]);
        using var two = bench.Watching.Watch(_parts[2]);
        await ReadAsync(one, new FeedClient(), WatchKind.EndOfSnapshot);
        await ReadAsync(two, new FeedClient(), WatchKind.EndOfSnapshot);
        var (code, reason, _, _) = await Bench.RefusedAsync(FirstAsync(bench, _parts[3], ""));
        Assert.Equal((StatusCode.ResourceExhausted, "SUBJECTS_EXHAUSTED"), (code, reason));
        await OnceAsync(bench, _parts[0]);
        one.Dispose();
        await ContractTests.UntilAsync(async () =>
        {
            try
            {
                return await FirstAsync(bench, _parts[3], "") is not null;
            }
            catch (RpcException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Server_sent_events_are_the_same_stream_and_resume_by_their_last_id()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1_000_000)));
        using var http = new HttpClient { BaseAddress = bench.Http };
        var client = new FeedClient();
        await foreach (var (kind, id, message) in EventsAsync(http, "/api/v1/watch?view=FY2012-Q1", ""))
        {
            Assert.Equal(message.Kind == WatchKind.EndOfSnapshot ? "end_of_snapshot" : "snapshot", kind);
            Assert.Equal(message.Token, id);
            client.Take(message);
            if (message.Kind == WatchKind.EndOfSnapshot)
                break;
        }

        await CompareAsync(bench, client);
        await bench.AcceptAsync(_atm.Close("2012-05", ("atm.cost", 2_000_000)));
        client.Disconnect();
        await foreach (var (_, _, message) in EventsAsync(http, "/api/v1/watch?view=FY2012-Q1", client.Token))
        {
            client.Take(message);
            if (message.Kind == WatchKind.Change)
                break;
        }

        Assert.Equal((1, 0), (client.Changes, client.Resets.Count));
        await CompareAsync(bench, client);
    }

    [Fact]
    public async Task Some_hundred_line_names_fit_in_the_address_of_a_stream()
    {
        await using var bench = await Bench.StartAsync();
        var lines = (await bench.ViewAsync()).Lines.Lines.Select(line => line.Name).ToList();
        var parts = Enumerable.Range(1, 12).Select(month => new WatchRequest
        {
            Table = new WatchedTable { Lines = { lines }, Periods = { $"2012-{month:D2}" }, Kind = Kind.Amount, Unit = Money.V1.Unit.Jpy },
        });
        var several = Uri.EscapeDataString(JsonFormatter.Default.Format(Several([.. parts]).Several));
        Assert.InRange(several.Length, 9_000, 31_000);
        using var http = new HttpClient { BaseAddress = bench.Http };
        using var answer = await http.GetAsync(new Uri($"/api/v1/watch?several={several}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task JSON_is_the_proto3_JSON_of_the_answers_and_refusals_have_reasons()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1_000_000)));
        using var http = new HttpClient { BaseAddress = bench.Http };
        Assert.Equal(await bench.Client.GetViewAsync(new GetViewRequest { Period = "2012-04", Unit = Money.V1.Unit.Jpy }),
            await GetAsync<GetViewResponse>(http, "/api/v1/views/2012-04?unit=UNIT_JPY"));
        Assert.Equal(await bench.Client.ListDataStatusAsync(new ListDataStatusRequest { Period = "FY2012-Q1", PageSize = 7 }),
            await GetAsync<ListDataStatusResponse>(http, "/api/v1/data-status?period=FY2012-Q1&page_size=7"));
        Assert.Equal(await bench.Client.ListSourcesAsync(new ListSourcesRequest()), await GetAsync<ListSourcesResponse>(http, "/api/v1/sources"));
        var query = new FigureQuery { Line = "atm.cost", Period = "2012-04", Kind = Kind.Amount, Unit = Money.V1.Unit.JpyMillion, Decimals = 1 };
        Assert.Equal(await bench.Client.GetLineageAsync(new GetLineageRequest { Query = query, AsOf = new AsOf { Knowledge = 1 } }),
            await GetAsync<GetLineageResponse>(http,
                "/api/v1/lineage?query.line=atm.cost&query.period=2012-04&query.kind=KIND_AMOUNT&query.unit=UNIT_JPY_MILLION"
                + "&query.decimals=1&as_of.knowledge=1"));
        foreach (var (path, status, reason) in new[]
        {
            ("/api/v1/views/2012-13", HttpStatusCode.BadRequest, "PERIOD_UNKNOWN"),
            ("/api/v1/views/2012-04?unit=YEN", HttpStatusCode.BadRequest, "QUERY_INVALID"),
            ("/api/v1/views/2012-04?period=2012-05", HttpStatusCode.BadRequest, "QUERY_INVALID"),
            ("/api/v1/watch?view=FY2012&data_status=", HttpStatusCode.BadRequest, "FIELD_INVALID"),
            ("/api/v1/watch", HttpStatusCode.BadRequest, "FIELD_INVALID"), ("/api/v1/watch?view=FY2012&token=x", HttpStatusCode.BadRequest, "TOKEN_INVALID"),
            ("/api/v1/watch?figures=no", HttpStatusCode.BadRequest, "FIELD_INVALID"),
            ("/api/v1/lineage?query.line=none&query.period=2012-04&query.kind=KIND_AMOUNT", HttpStatusCode.BadRequest, "LINE_UNKNOWN"),
        })
        {
            var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal((status, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.Equal(reason, (await JsonRefusals.InfoOfAsync(answer)).Reason);
        }
    }

    [Fact]
    public async Task The_OpenAPI_document_describes_what_is_answered()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1_000_000)));
        using var http = new HttpClient { BaseAddress = bench.Http };
        var document = JsonNode.Parse(await http.GetStringAsync(new Uri("/api/v1/openapi.json", UriKind.Relative)))!;
        foreach (var (path, described) in new[]
        {
            ("/api/v1/views/2012-04", "/api/v1/views/{period}"), ("/api/v1/data-status?period=2012-04", "/api/v1/data-status"),
            ("/api/v1/sources", "/api/v1/sources"),
            ("/api/v1/lineage?query.line=atm.cost&query.period=2012-04&query.kind=KIND_AMOUNT&query.unit=UNIT_JPY", "/api/v1/lineage"),
        })
        {
            var content = document["paths"]![described]!["get"]!["responses"]!["200"]!["content"]!["application/json"]!;
            Fits(JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)))!, content["schema"]!, document);
        }

        Assert.NotNull(document["paths"]!["/api/v1/watch"]!["get"]!["responses"]!["200"]!["content"]!["text/event-stream"]);
    }

    // Whatever is there is described, and is of the type that the description gives it.
    private static void Fits(JsonNode value, JsonNode schema, JsonNode document)
    {
        if (schema["$ref"] is { } reference)
            schema = document["components"]!["schemas"]![reference.GetValue<string>().Split('/')[^1]]!;
        switch (schema["type"]!.GetValue<string>())
        {
            case "object":
                Assert.All(value.AsObject(), pair => Fits(pair.Value!, schema["properties"]![pair.Key]!, document));
                break;
            case "array":
                Assert.All(value.AsArray(), item => Fits(item!, schema["items"]!, document));
                break;
            case "string":
                Assert.Equal(System.Text.Json.JsonValueKind.String, value.GetValueKind());
                Assert.True(schema["enum"] is not { } names || names.AsArray().Any(name => name!.GetValue<string>() == value.GetValue<string>()));
                break;
            case "boolean":
                Assert.IsType<bool>(value.GetValue<bool>());
                break;
            default:
                Assert.Equal(System.Text.Json.JsonValueKind.Number, value.GetValueKind());
                break;
        }
    }

    private static async Task<T> GetAsync<T>(HttpClient http, string path)
        where T : IMessage<T>, new() => JsonParser.Default.Parse<T>(await http.GetStringAsync(new Uri(path, UriKind.Relative)));

    private static async IAsyncEnumerable<(string Kind, string Id, WatchResponse Message)> EventsAsync(HttpClient http, string path, string lastId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastId.Length > 0)
            request.Headers.Add("Last-Event-ID", lastId);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var parser = System.Net.ServerSentEvents.SseParser.Create(await response.Content.ReadAsStreamAsync());
        await foreach (var item in parser.EnumerateAsync())
        {
            var message = JsonParser.Default.Parse<WatchResponse>(item.Data);
            // The parser's id stays the last one where an event has none, as a browser's does.
            yield return (item.EventType, message.Token.Length == 0 ? "" : item.EventId ?? "", message);
        }
    }

    internal static async Task<FeedClient> ReadAsync(AsyncServerStreamingCall<WatchResponse> watch, FeedClient client, WatchKind until)
    {
        do
        {
            Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
            client.Take(watch.ResponseStream.Current);
        }
        while (watch.ResponseStream.Current.Kind != until);
        return client;
    }

    internal static async Task<FeedClient> OnceAsync(Bench bench, WatchRequest request)
    {
        using var watch = bench.Watching.Watch(request);
        return await ReadAsync(watch, new FeedClient(), WatchKind.EndOfSnapshot);
    }

    internal static async Task<WatchResponse> FirstAsync(Bench bench, WatchRequest request, string token)
    {
        using var watch = bench.Watching.Watch(new WatchRequest(request) { Token = token });
        Assert.True(await watch.ResponseStream.MoveNext(CancellationToken.None));
        return watch.ResponseStream.Current;
    }

    internal static async Task CompareAsync(Bench bench, FeedClient client)
    {
        var view = await bench.Client.GetViewAsync(new GetViewRequest { Period = "FY2012-Q1" });
        var header = client.Items[""].Header;
        Assert.Equal((view.State, view.LinesVersion), (header.State, header.LinesVersion));
        Assert.Equal(view.Lines, header.Lines.Select(key => client.Items[key].Line));
        Assert.Equal(view.Knowledge, client.Knowledge);
    }
}
