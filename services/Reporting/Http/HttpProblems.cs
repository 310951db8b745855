using Grpc.Core;
using Iij.Client;
using Iij.Contracts;
using Iij.Platform;
using ErrorInfo = Google.Rpc.ErrorInfo;

namespace Iij.Reporting;

/// <summary>
/// The one place where an error becomes an HTTP answer: RFC 9457 problem details with the reason, domain and metadata that its gRPC
/// status would carry in ErrorInfo.
/// </summary>
public static partial class HttpProblems
{
    private const string Domain = "reporting.iij";
    private const string RetryAfterSeconds = "5";

    /// <summary>The problem of a refusal.</summary>
    /// <param name="refusal">The refusal.</param>
    /// <param name="status">The HTTP status, where it says more than that of the gRPC status.</param>
    public static IResult Of(Refusal refusal, int? status = null)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return Of(refusal.Message, status ?? HttpStatus(refusal.Code, refusal.Reason.Name), refusal.Reason.Name, Domain,
            refusal.Metadata.DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Value));
    }

    /// <summary>Around every endpoint of the API: refusals and failures get a reason; answers are not cached.</summary>
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
                throw new Refusal(Reason.NotReady, $"the service waits for {readiness.WaitsFor}; try again");
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

    // What another service refused, in its own words: its version may know reasons that this one does not.
    private static IResult Of(RpcException error, ErrorInfo info) =>
        Of(error.Status.Detail, HttpStatus(error.StatusCode, info.Reason), info.Reason, info.Domain, new Dictionary<string, string>(info.Metadata));

    private static IResult Of(string message, int status, string reason, string domain, Dictionary<string, string> metadata) =>
        Results.Problem(message, statusCode: status, title: reason,
            extensions: new Dictionary<string, object?> { ["reason"] = reason, ["domain"] = domain, ["metadata"] = metadata });

    private static object? WithRetry(object? result, HttpResponse response)
    {
        if (result is IStatusCodeHttpResult { StatusCode: StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout })
            response.Headers.RetryAfter = RetryAfterSeconds;
        return result;
    }

    private static Refusal Unexpected(Exception error, IServiceProvider services, PathString path)
    {
        if (error is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
            return new(Reason.MessageTooLarge, "the body is too large");
        if (error is BadHttpRequestException)
            return new(Reason.RequestInvalid, error.Message);
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(HttpProblems));
        if (services.GetRequiredService<Database>().Engine.IsUnavailable(error))
        {
            DatabaseUnusable(log, path, error.Message);
            return new(Reason.StorageUnavailable, "the database does not answer now (it is unavailable, restarting or full); try again");
        }

        RequestFailed(log, error, path);
        return new(Reason.Internal, "the service failed");
    }

    [LoggerMessage(LogLevel.Warning, "{Path} found no usable database: {Error}")]
    private static partial void DatabaseUnusable(ILogger log, string path, string error);

    [LoggerMessage(LogLevel.Error, "{Path} failed")]
    private static partial void RequestFailed(ILogger log, Exception error, string path);

    private static int HttpStatus(StatusCode code, string reason) => code switch
    {
        StatusCode.InvalidArgument => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted when reason == Reason.MessageTooLarge.Name => StatusCodes.Status413PayloadTooLarge,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
