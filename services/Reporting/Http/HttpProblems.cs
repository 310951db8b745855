using Grpc.Core;
using Iij.Client;
using Iij.Platform;
using ErrorInfo = Google.Rpc.ErrorInfo;

namespace Iij.Reporting;

/// <summary>
/// The one place where an error becomes an HTTP answer: RFC 9457 problem details with the reason, domain and metadata that its gRPC
/// status would carry in ErrorInfo.
/// </summary>
public static class HttpProblems
{
    private const string Domain = "reporting.iij";
    private const string RetryAfterSeconds = "5";

    /// <summary>The problem of a refusal.</summary>
    public static IResult Of(Refusal refusal, string domain = Domain, int? status = null)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return Results.Problem(refusal.Message, statusCode: status ?? HttpStatus(refusal.Code, refusal.Reason), title: refusal.Reason,
            extensions: new Dictionary<string, object?>
            {
                ["reason"] = refusal.Reason, ["domain"] = domain,
                ["metadata"] = refusal.Metadata.DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value),
            });
    }

    /// <summary>Around every endpoint of the API: what it refuses, and what fails, has a reason; no answer is kept by a cache.</summary>
    public static async ValueTask<object?> AroundAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var (http, services) = (context.HttpContext, context.HttpContext.RequestServices);
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            var readiness = services.GetRequiredService<Readiness>();
            if (!readiness.IsReady)
                throw new Refusal(StatusCode.Unavailable, "NOT_READY", $"the service waits for {readiness.WaitsFor}; try again");
            return WithRetry(await next(context), http.Response);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty; // the caller has gone
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            var foreign = error is RpcException rpc ? RpcErrors.InfoOf(rpc) : null;
            return WithRetry(foreign is not null ? Of((RpcException)error, foreign)
                : Of(error as Refusal ?? Unexpected(error, services, http.Request.Path)), http.Response);
        }
    }

    // What another service refused, in its own words.
    private static IResult Of(RpcException error, ErrorInfo info) => Of(
        new Refusal(error.StatusCode, info.Reason, error.Status.Detail, [.. info.Metadata.Select(pair => (pair.Key, pair.Value))]), info.Domain);

    private static object? WithRetry(object? result, HttpResponse response)
    {
        if (result is IStatusCodeHttpResult { StatusCode: StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout })
            response.Headers.RetryAfter = RetryAfterSeconds;
        return result;
    }

    private static Refusal Unexpected(Exception error, IServiceProvider services, PathString path)
    {
        if (error is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
            return new(StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE", "the body is too large");
        if (error is BadHttpRequestException)
            return new(StatusCode.InvalidArgument, "REQUEST_INVALID", error.Message);
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(HttpProblems));
        if (services.GetRequiredService<Database>().Engine.IsUnavailable(error))
        {
            log.LogWarning("{Path} found no usable database: {Error}", path, error.Message);
            return new(StatusCode.Unavailable, "STORAGE_UNAVAILABLE", "the database does not answer now (it is away, restarting or full); try again");
        }

        log.LogError(error, "{Path} failed", path);
        return new(StatusCode.Internal, "INTERNAL", "the service failed");
    }

    private static int HttpStatus(StatusCode code, string reason) => code switch
    {
        StatusCode.InvalidArgument => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted when reason == "MESSAGE_TOO_LARGE" => StatusCodes.Status413PayloadTooLarge,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
