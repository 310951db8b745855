using Grpc.Core;
using Iij.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Iij.Platform;

/// <summary>
/// What fails before any interceptor has no reason of ours: bytes that are not the method's request (truncated, no protobuf, text that
/// is not UTF-8), which gRPC calls UNKNOWN, a message over the limit, and headers over theirs. Here they get one: MESSAGE_UNREADABLE,
/// MESSAGE_TOO_LARGE, HEADERS_TOO_LARGE.
/// </summary>
/// <param name="domain">Who names the reasons of refusals.</param>
public sealed class UnreadableMessages(string domain) : IStartupFilter
{
    /// <summary>The largest message that is read, in bytes: 4 MiB.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

    /// <summary>
    /// What the server reads of headers before it ends the connection, with the calls of everybody on it. Above what a call may have, so that the
    /// one call is refused.
    /// </summary>
    internal const int HeadersReadMax = 512 * 1024;

    private const int HeadersBytesMax = 32 * 1024; // names and values together
    private const string GrpcContent = "application/grpc";
    private const string StatusHeader = "grpc-status";
    private static readonly object _read = new();

    /// <summary>The refusal of a request that cannot be decoded.</summary>
    public static Refusal Refused() => new(Reason.MessageUnreadable,
        "the bytes cannot be read as the method's request: they are truncated, no protobuf, or text in them is not UTF-8; "
        + "make them from the service's protos");

    /// <summary>Marks the request as read: a later failure has another cause.</summary>
    public static void WasRead(ServerCallContext context) => context.GetHttpContext().Items[_read] = true;

    /// <summary>Whether the request was read.</summary>
    internal static bool IsRead(HttpContext context) => context.Items.ContainsKey(_read);

    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (HttpContext context, RequestDelegate call) =>
        {
            if (BytesOf(context.Request.Headers) is > HeadersBytesMax and var bytes)
            {
                await RefuseAsync(context, new(Reason.HeadersTooLarge, $"the headers have {bytes} bytes, {HeadersBytesMax} at most"));
                return;
            }

            await call(context);
            if (!context.Response.HasStarted && !IsRead(context) && Cause(context.Response.Headers) is { } refusal)
                Tell(context.Response.Headers, refusal);
        });
        next(app);
    };

    // Every call comes through here: loops, which allocate nothing for a header.
    private static int BytesOf(IHeaderDictionary headers)
    {
        var bytes = 0;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
                bytes += name.Length + (value?.Length ?? 0);
        }

        return bytes;
    }

    private async Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        if (context.Request.ContentType?.StartsWith(GrpcContent, StringComparison.Ordinal) == true)
        {
            context.Response.ContentType = GrpcContent;
            Tell(context.Response.Headers, refusal);
        }
        else
        {
            await JsonCalls.RefuseAsync(context, refusal, domain, StatusCodes.Status431RequestHeaderFieldsTooLarge);
        }
    }

    private static Refusal? Cause(IHeaderDictionary headers)
    {
        if (headers[StatusHeader] == $"{(int)StatusCode.Unknown}")
            return Refused();
        return headers[StatusHeader] == $"{(int)StatusCode.ResourceExhausted}"
            ? new(Reason.MessageTooLarge, $"a message has at most {BytesMax} bytes; send less at a time")
            : null;
    }

    private void Tell(IHeaderDictionary headers, Refusal refusal)
    {
        var error = refusal.ToRpcException(domain);
        headers[StatusHeader] = $"{(int)error.StatusCode}";
        headers["grpc-message"] = Uri.EscapeDataString(error.Status.Detail);
        foreach (var entry in error.Trailers)
            headers[entry.Key] = Convert.ToBase64String(entry.ValueBytes);
    }
}
