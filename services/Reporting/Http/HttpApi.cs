using Iij.Client;
using Iij.Contracts;
using Iij.Platform;

namespace Iij.Reporting;

/// <summary>
/// What stands around everything under /api/v1: who may read and write, and that every failure is told with a reason. The paths themselves
/// are the protos' (<see cref="JsonCalls"/>), those of the sources (<see cref="SourceForwarding"/>), the stream of server-sent events
/// (<see cref="EventStream"/>) and the session (<see cref="HttpActor"/>).
/// </summary>
public static partial class HttpApi
{
    private static readonly PathString _api = JsonCalls.Root;

    /// <summary>The path of the session.</summary>
    public static PathString Session { get; } = JsonCalls.Root + "/session";

    /// <summary>Guards the paths under /api/v1; whatever is mapped there comes after.</summary>
    public static void UseHttpApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseWhen(context => context.ListenerOf() == Listener.Http && context.Request.Path.StartsWithSegments(_api), api => api.Use(GuardAsync));
    }

    /// <summary>Maps the paths that are not the protos'.</summary>
    public static void MapHttpApi(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var api = app.MapGroup(JsonCalls.Root).At(Listener.Http);
        api.MapGet("/watch", EventStream.WriteAsync).Produces<string>(contentType: "text/event-stream");
        api.MapSession();
        SourceForwarding.Map(app);
    }

    private static async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var readiness = context.RequestServices.GetRequiredService<Readiness>();
            if (!readiness.IsReady)
                throw new Refusal(Reason.NotReady, $"the service waits for {readiness.WaitsFor}; try again");
            context.RequireReader();
            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
                RequireWriter(context);
            context.Request.Headers[ActorMetadata.Key] = context.ActorOf().Actor; // never the caller's own header
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, error as Refusal ?? Unexpected(error, context));
        }
    }

    private static void RequireWriter(HttpContext context)
    {
        context.RequireOwnPage();
        if (!context.Request.Path.Equals(Session) && !context.IsReadCall())
            context.RequireActor();
    }

    private static Task RefuseAsync(HttpContext context, Refusal refusal) => JsonCalls.RefuseAsync(context, refusal, ReportingHost.Domain,
        refusal.Reason == Reason.ContentType ? StatusCodes.Status415UnsupportedMediaType : null);

    private static Refusal Unexpected(Exception error, HttpContext context)
    {
        if (error is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
            return new(Reason.MessageTooLarge, "the body is too large");
        if (error is BadHttpRequestException)
            return new(Reason.RequestInvalid, error.Message);
        var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(HttpApi));
        if (context.RequestServices.GetRequiredService<Database>().Engine.IsUnavailable(error))
        {
            DatabaseUnusable(log, context.Request.Path, error.Message);
            return new(Reason.StorageUnavailable, "the database does not answer now (it is unavailable, restarting or full); try again");
        }

        RequestFailed(log, error, context.Request.Path);
        return new(Reason.Internal, "the service failed");
    }

    [LoggerMessage(LogLevel.Warning, "{Path} found no usable database: {Error}")]
    private static partial void DatabaseUnusable(ILogger log, string path, string error);

    [LoggerMessage(LogLevel.Error, "{Path} failed")]
    private static partial void RequestFailed(ILogger log, Exception error, string path);
}
