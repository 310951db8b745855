using System.Text.Json.Nodes;
using Google.Protobuf;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.Feed;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>The stream of FeedService.Watch as server-sent events, which transcoding does not write: each data is one message as proto3 JSON.</summary>
internal static class EventStream
{
    private static readonly string _watch = CallAccess.PathOf(FeedService.Descriptor.FindMethodByName("Watch"));
    private static readonly string[] _written = ["figures", "table", "several"]; // subjects given as the proto3 JSON of their message
    private static readonly string[] _subjects = ["view", "data_status", "period_events", .. _written];
    private static readonly byte[] _opening = "retry: 2000\n\n"u8.ToArray(); // how long a browser waits before it comes back, in ms

    /// <summary>Writes the stream until the caller or the service goes.</summary>
    public static async Task WriteAsync(
        HttpContext context, ViewFeed feed, CallAccess access, Database database, IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        access.Require(context, _watch);
        using var end = Caller.UntilExpiry(context, clock, context.RequestAborted, lifetime.ApplicationStopping);
        var request = ReadWatch(context.Request);
        var caller = context.ActorOf().Actor is { Length: > 0 } actor ? actor : context.Connection.RemoteIpAddress?.ToString() ?? "";
        await using var frames = feed.WatchAsync(request, caller, LastId(context.Request).Length > 0, end.Token).GetAsyncEnumerator(end.Token);
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
        var token = LastId(request) is { Length: > 0 } last ? last : request.Query["token"].ToString();
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
        return Parse(subject);
    }

    private static string LastId(HttpRequest request) => request.Headers["Last-Event-ID"].ToString();

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

    private static WatchRequest Parse(JsonObject json)
    {
        try
        {
            return JsonParser.Default.Parse<WatchRequest>(json.ToJsonString());
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new Refusal(Reason.QueryInvalid, $"the query does not fit: {error.Message}", ("field", "query"));
        }
    }
}
