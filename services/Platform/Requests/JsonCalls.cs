using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Iij.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using HttpResponse = Microsoft.AspNetCore.Http.HttpResponse;
using Microsoft.Extensions.DependencyInjection;
using System.Text;

namespace Iij.Platform;

/// <summary>
/// The RPCs as JSON over HTTP: each RPC whose proto names a path (google.api.http) is served there by the framework's transcoding. An error
/// is google.rpc.Status as proto3 JSON, with the details of the gRPC status. What the framework would ignore, or refuse without a reason,
/// is refused here with one (<see cref="JsonRequest"/>).
/// </summary>
public static class JsonCalls
{
    /// <summary>The path below which everything of the API is, as the protos name it too.</summary>
    public const string Root = "/api/v1";

    private const string RetryAfterSeconds = "5";
    private static readonly TypeRegistry _details = TypeRegistry.FromMessages(ErrorInfo.Descriptor, BadRequest.Descriptor);
    private static readonly JsonFormatter _formatter = new(JsonFormatter.Settings.Default.WithTypeRegistry(_details));

    /// <summary>Serves JSON beside gRPC, as the protos' google.api.http say; what is at its default is left out.</summary>
    internal static void AddJson(this IGrpcServerBuilder grpc) => grpc.AddJsonTranscoding(json =>
    {
        json.JsonSettings.IgnoreDefaultValues = true;
        json.TypeRegistry = _details;
    });

    /// <summary>Says at which listener the JSON of a mapped service is, and what its requests must fulfil.</summary>
    /// <param name="service">The mapped service.</param>
    /// <param name="listener">The listener of the JSON; the service's gRPC stays where it is.</param>
    /// <param name="domain">The domain of error reasons.</param>
    public static void WithJson(this GrpcServiceEndpointConventionBuilder service, Listener listener, string domain)
    {
        ArgumentNullException.ThrowIfNull(service);
        service.Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<GrpcJsonTranscodingMetadata>().FirstOrDefault() is not { } json)
                return;
            Listeners.Set(endpoint, listener);
            var (call, request) = (endpoint.RequestDelegate!, new JsonRequest(json));
            endpoint.RequestDelegate = context => CallAsync(context, call, request, domain);
        });
    }

    /// <summary>Whether a request is of an RPC that only reads, also where its question is a body: its message has no request id.</summary>
    public static bool IsReadCall(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } rpc
            && rpc.MethodDescriptor.InputType.FindFieldByName("request_id") is null;
    }

    /// <summary>Answers with a refusal.</summary>
    /// <param name="context">The request.</param>
    /// <param name="refusal">The refusal.</param>
    /// <param name="domain">The domain of its reason.</param>
    /// <param name="status">The HTTP status, where it says more than that of the gRPC status.</param>
    public static async Task RefuseAsync(HttpContext context, Refusal refusal, string domain, int? status = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(refusal);
        (context.Response.StatusCode, context.Response.ContentType) = (status ?? HttpStatus(refusal), "application/json; charset=utf-8");
        if (refusal.Code == StatusCode.Unavailable)
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        await context.Response.WriteAsync(_formatter.Format(refusal.ToRpcException(domain).GetRpcStatus()), context.RequestAborted);
    }

    // The framework writes its own error, without a reason, where a parameter cannot be read: nothing is sent before it is known who failed.
    private static async Task CallAsync(HttpContext context, RequestDelegate call, JsonRequest request, string domain)
    {
        try
        {
            context.RequestServices.GetRequiredService<CallAccess>().Require(context, request.Method);
            await request.RequireReadableAsync(context.Request);
        }
        catch (Refusal refusal)
        {
            await RefuseAsync(context, refusal, domain);
            return;
        }

        var (sent, response) = (context.Response.Body, context.Response);
        using var kept = new MemoryStream();
        response.Body = kept;
        try
        {
            await call(context);
        }
        finally
        {
            response.Body = sent;
        }

        if (response.StatusCode >= StatusCodes.Status400BadRequest && !UnreadableMessages.IsRead(context))
            await RefuseAsync(context, request.Unreadable(StatusOf(kept).Message), domain);
        else
            await SendAsync(response, kept, context.RequestAborted);
    }

    private static async Task SendAsync(HttpResponse response, MemoryStream kept, CancellationToken cancel)
    {
        if (response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter = RetryAfterSeconds;
        kept.Position = 0;
        await kept.CopyToAsync(response.Body, cancel);
    }

    private static Google.Rpc.Status StatusOf(MemoryStream kept) =>
        new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(_details)).Parse<Google.Rpc.Status>(Encoding.UTF8.GetString(kept.ToArray()));

    // As google/rpc/code.proto maps them.
    private static int HttpStatus(Refusal refusal) => refusal.Code switch
    {
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted when refusal.Reason == Reason.MessageTooLarge => StatusCodes.Status413PayloadTooLarge,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };
}
