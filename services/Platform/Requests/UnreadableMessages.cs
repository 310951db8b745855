using Grpc.Core;
using Iij.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Iij.Platform;

/// <summary>
/// What fails before any interceptor has no reason of ours: bytes that are not the method's request (truncated, no protobuf, text that
/// is not UTF-8), which gRPC calls UNKNOWN, and a message over the limit. Here they get one: MESSAGE_UNREADABLE, MESSAGE_TOO_LARGE.
/// </summary>
/// <param name="domain">Who names the reasons of refusals.</param>
public sealed class UnreadableMessages(string domain) : IStartupFilter
{
    /// <summary>The largest message that is read, in bytes: 4 MiB.</summary>
    public const int BytesMax = 4 * 1024 * 1024;

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
            await call(context);
            if (!context.Response.HasStarted && !IsRead(context) && Cause(context.Response.Headers) is { } refusal)
                Tell(context.Response.Headers, refusal);
        });
        next(app);
    };

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
