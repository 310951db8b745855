using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Period.V1;
using Iij.Platform;

namespace Iij.Reporting;

/// <summary>
/// The close of every source over HTTP, for a controller's page: each call is forwarded to the ClosingService of the source with the acting
/// person, and its answer or refusal is returned unchanged. All rules are in the source; the request id makes a repetition safe.
/// </summary>
public static class ClosingApi
{
    private static readonly Encoding _utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    /// <summary>Maps the paths under /sources/{source}.</summary>
    public static void MapClosingApi(this RouteGroupBuilder api)
    {
        ArgumentNullException.ThrowIfNull(api);
        var source = api.MapGroup("/sources/{source}");
        source.MapGet("", (string source, HttpContext http) =>
            ForwardAsync(http, source, (client, options) => client.GetSourceAsync(new(), options)));
        source.MapGet("/periods", (string source, HttpContext http) =>
        {
            var request = HttpApi.Read<ListPeriodsRequest>(http.Request);
            return ForwardAsync(http, source, (client, options) => client.ListPeriodsAsync(request, options));
        });
        var period = source.MapGroup("/periods/{month}");
        period.MapGet("/trial-statement", (string source, string month, HttpContext http) =>
        {
            var request = new GetTrialStatementRequest { Month = MonthOf(month) };
            return ForwardAsync(http, source, (client, options) => client.GetTrialStatementAsync(request, options));
        });
        MapWrite(period, "/prepare", (client, body, options) => client.PreparePeriodAsync(
            new() { RequestId = body.RequestId, Month = body.Month }, options), hasReason: false);
        MapWrite(period, "/return", (client, body, options) => client.ReturnPeriodAsync(
            new() { RequestId = body.RequestId, Month = body.Month, Reason = body.Reason }, options), hasReason: true);
        MapWrite(period, "/close", (client, body, options) => client.ClosePeriodAsync(
            new() { RequestId = body.RequestId, Month = body.Month }, options), hasReason: false);
        MapWrite(period, "/reopen", (client, body, options) => client.ReopenPeriodAsync(body, options), hasReason: true);
    }

    private static void MapWrite<TResponse>(
        RouteGroupBuilder period, string path,
        Func<ClosingService.ClosingServiceClient, ReopenPeriodRequest, CallOptions, AsyncUnaryCall<TResponse>> call, bool hasReason)
        where TResponse : IMessage =>
        period.MapPost(path, async (string source, string month, HttpContext http) =>
        {
            var actor = http.RequireActor();
            var body = await ReadAsync(http.Request, MonthOf(month), hasReason);
            return await ForwardAsync(http, source, (client, options) => call(client, body, options), actor);
        }).AddEndpointFilter(HttpActor.OwnPageAsync);

    private static async Task<IResult> ForwardAsync<TResponse>(
        HttpContext http, string source, Func<ClosingService.ClosingServiceClient, CallOptions, AsyncUnaryCall<TResponse>> call, string actor = "")
        where TResponse : IMessage
    {
        var client = http.RequestServices.GetRequiredService<Peers>().Find(source)
            ?? throw new Refusal(Reason.SourceUnknown, $"\"{source}\" is no source whose address is known here", ("source", source));
        try
        {
            using var asked = call(client, Peers.Options(http.RequestAborted, actor));
            return Results.Text(JsonFormatter.Default.Format(await asked.ResponseAsync), "application/json");
        }
        catch (RpcException) when (http.RequestAborted.IsCancellationRequested)
        {
            throw new OperationCanceledException(http.RequestAborted);
        }
        catch (RpcException error) when (RpcErrors.InfoOf(error) is null && error.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            var away = new Refusal(Reason.SourceAway,
                $"{source} does not answer now; whether it did what was asked is not known, and the same request id may be sent again", ("source", source));
            return HttpProblems.Of(away, status: error.StatusCode == StatusCode.DeadlineExceeded ? StatusCodes.Status504GatewayTimeout : null);
        }
    }

    // The widest of the four requests has the fields of all.
    private static async Task<ReopenPeriodRequest> ReadAsync(HttpRequest request, Month month, bool hasReason)
    {
        try
        {
            using var reader = new StreamReader(request.Body, _utf8);
            var body = JsonParser.Default.Parse<ReopenPeriodRequest>(await reader.ReadToEndAsync(request.HttpContext.RequestAborted));
            if (body.Month is not null)
                throw Refusal.Field("month", "is in the path, not in the body");
            if (!hasReason && body.Reason.Length > 0)
                throw Refusal.Field("reason", "is not taken: this transition has none");
            body.Month = month;
            return body;
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or InvalidJsonException or DecoderFallbackException)
        {
            throw new Refusal(Reason.BodyInvalid, $"the body does not fit: {error.Message}");
        }
    }

    private static Month MonthOf(string text) =>
        Calendar.ParseMonth(text)?.ToProto() ?? throw Refusal.Field("month", "is not a month; write 2012-12");
}
