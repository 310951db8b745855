using System.Text.Json.Nodes;
using Google.Protobuf;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.Feed;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// The same answers over plain HTTP for browsers and other clients: JSON is the proto3 JSON of the gRPC responses, the stream is
/// server-sent events. Of the figures it only reads; the close is <see cref="ClosingApi"/>. A refusal is RFC 9457 problem details with the
/// reason, domain and metadata of its ErrorInfo.
/// </summary>
public static class HttpApi
{
    private static readonly string[] _written = ["figures", "table", "several"]; // subjects given as the proto3 JSON of their message
    private static readonly string[] _subjects = ["view", "data_status", "period_events", .. _written];
    private static readonly byte[] _opening = "retry: 2000\n\n"u8.ToArray(); // how long a browser waits before it comes back, in ms

    /// <summary>Maps the paths under /api/v1.</summary>
    public static void MapHttpApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var api = app.MapGroup("/api/v1").At(Door.Http).AddEndpointFilter(HttpProblems.AroundAsync).AddEndpointFilter(HttpActor.ReaderAsync);
        api.MapGet("/views/{period}", (string period, HttpRequest request, Answers answers, CancellationToken cancel) =>
            AnswerAsync(answers.ViewAsync, Read<GetViewRequest>(request, ("period", period)), cancel));
        api.MapGet("/lineage", (HttpRequest request, Answers answers, CancellationToken cancel) =>
            AnswerAsync(answers.LineageAsync, ReadFigure<GetLineageRequest>(request), cancel));
        api.MapGet("/figure-history", (HttpRequest request, FigureHistory history, CancellationToken cancel) =>
            AnswerAsync(history.GetAsync, ReadFigure<GetFigureHistoryRequest>(request), cancel));
        api.MapGet("/data-status", (HttpRequest request, Answers answers, CancellationToken cancel) =>
            AnswerAsync(answers.DataStatusAsync, Read<ListDataStatusRequest>(request), cancel));
        api.MapGet("/sources", (Answers answers, CancellationToken cancel) =>
            AnswerAsync<ListSourcesRequest, ListSourcesResponse>((_, stop) => answers.SourcesAsync(stop), new(), cancel));
        api.MapGet("/watch", WatchAsync);
        api.MapSession();
        api.MapClosingApi();
        api.MapGet("/openapi.json", () => Results.Text(OpenApi.Document().ToJsonString(), "application/json"));
    }

    private static async Task<IResult> AnswerAsync<TRequest, TResponse>(
        Func<TRequest, CancellationToken, Task<TResponse>> answer, TRequest request, CancellationToken cancel)
        where TResponse : IMessage =>
        Results.Text(JsonFormatter.Default.Format(await answer(request, cancel)), "application/json");

    private static async Task WatchAsync(HttpContext context, ViewFeed feed, Database database, IHostApplicationLifetime lifetime)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var request = ReadWatch(context.Request);
        var caller = context.ActorOf().Actor is { Length: > 0 } actor ? actor : context.Connection.RemoteIpAddress?.ToString() ?? "";
        await using var frames = feed.WatchAsync(request, caller, end.Token).GetAsyncEnumerator(end.Token);
        var first = await frames.MoveNextAsync(); // what is refused is refused before the stream begins
        (context.Response.ContentType, context.Response.Headers.CacheControl) = ("text/event-stream", "no-store");
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy hands it on as it comes
        try
        {
            await context.Response.Body.WriteAsync(_opening, end.Token);
            for (var more = first; more; more = await frames.MoveNextAsync())
            {
                await context.Response.Body.WriteAsync(frames.Current.Event, end.Token);
                await context.Response.Body.FlushAsync(end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The browser has gone, or we go: it comes back with its last id.
        }
        catch (Exception error) when (error is Refusal || database.Engine.IsUnavailable(error))
        {
            // What is new cannot be read: the response ends, and the browser comes back likewise.
        }
    }

    // ?view=FY2012-9M&unit=UNIT_JPY, ?data_status=…, ?period_events=…&source=atm, or ?figures=, ?table=, ?several= as proto3 JSON.
    private static WatchRequest ReadWatch(HttpRequest request)
    {
        var token = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : request.Query["token"].ToString();
        if (_subjects.Where(request.Query.ContainsKey).ToList() is { Count: > 1 } several)
            throw Refusal.Field("subject", $"is one, not {string.Join(" and ", several)}; several=… watches several at once");
        var subject = request.Query switch
        {
            var query when query.ContainsKey("view") => new JsonObject
            {
                ["view"] = Object(("period", query["view"]), ("unit", query["unit"])),
            },
            var query when query.ContainsKey("data_status") => new JsonObject { ["dataStatus"] = Object(("period", query["data_status"])) },
            var query when query.ContainsKey("period_events") => new JsonObject
            {
                ["periodEvents"] = Object(("period", query["period_events"]), ("source", query["source"])),
            },
            var query => new JsonObject(_written.Where(query.ContainsKey).Select(key => KeyValuePair.Create(key, Parse(key, query[key].ToString())))),
        };
        subject["token"] = token;
        return Proto<WatchRequest>(subject);
    }

    private static T ReadFigure<T>(HttpRequest request)
        where T : IMessage<T>, new()
    {
        var query = new JsonObject();
        foreach (var (key, value) in request.Query.Where(pair => pair.Key != "as_of"))
            query[key] = value.ToString();
        var whole = new JsonObject { ["query"] = query };
        AddMoment(whole, request);
        return Proto<T>(whole);
    }

    /// <summary>The request in a query string, with additional known fields.</summary>
    internal static T Read<T>(HttpRequest request, params (string Key, string Value)[] known)
        where T : IMessage<T>, new()
    {
        if (known.FirstOrDefault(one => request.Query.ContainsKey(one.Key)).Key is { } twice)
            throw new Refusal(Reason.QueryInvalid, $"{twice} is in the path, not in the query", ("field", twice));
        var whole = Object([.. known.Select(pair => (pair.Key, new Microsoft.Extensions.Primitives.StringValues(pair.Value))),
            .. request.Query.Where(pair => pair.Key != "as_of").Select(pair => (pair.Key, pair.Value))]);
        AddMoment(whole, request);
        return Proto<T>(whole);
    }

    // as_of=1234 is a number of knowledge, as_of=2013-02-13T00:00:00Z a time.
    private static void AddMoment(JsonObject whole, HttpRequest request)
    {
        var moment = request.Query["as_of"].ToString();
        if (moment.Length > 0)
            whole["asOf"] = moment.All(char.IsAsciiDigit) ? new JsonObject { ["knowledge"] = moment } : new JsonObject { ["time"] = moment };
    }

    private static JsonObject Object(params (string Key, Microsoft.Extensions.Primitives.StringValues Value)[] pairs)
    {
        var whole = new JsonObject();
        foreach (var (key, value) in pairs.Where(pair => pair.Value.ToString().Length > 0))
            whole[key] = value.ToString();
        return whole;
    }

    private static JsonNode? Parse(string key, string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (System.Text.Json.JsonException error)
        {
            throw Refusal.Field(key, $"is not JSON: {error.Message}");
        }
    }

    private static T Proto<T>(JsonObject json)
        where T : IMessage<T>, new()
    {
        try
        {
            return JsonParser.Default.Parse<T>(json.ToJsonString());
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new Refusal(Reason.QueryInvalid, $"the query does not fit: {error.Message}", ("field", "query"));
        }
    }
}
