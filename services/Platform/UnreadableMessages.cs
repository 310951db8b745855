using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Iij.Platform;

/// <summary>
/// Bytes that are not the method's request (truncated, no protobuf, text that is no UTF-8) fail before any interceptor, and gRPC
/// calls that UNKNOWN. Here it becomes INVALID_ARGUMENT, MESSAGE_UNREADABLE.
/// </summary>
/// <param name="domain">Who names the reasons of refusals.</param>
public sealed class UnreadableMessages(string domain) : IStartupFilter
{
    private const string StatusHeader = "grpc-status";
    private static readonly object _read = new();

    /// <summary>The refusal of such a message.</summary>
    public static Refusal Refused() => new(StatusCode.InvalidArgument, "MESSAGE_UNREADABLE",
        "the bytes cannot be read as the method's request: they are truncated, no protobuf, or text in them is no UTF-8; "
        + "make them from the service's protos");

    /// <summary>Says that the request was read: what fails from then on has another cause.</summary>
    public static void WasRead(ServerCallContext context) => context.GetHttpContext().Items[_read] = true;

    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (HttpContext context, RequestDelegate call) =>
        {
            await call(context);
            var response = context.Response;
            if (!response.HasStarted && response.Headers[StatusHeader] == $"{(int)StatusCode.Unknown}" && !context.Items.ContainsKey(_read))
                Tell(response.Headers);
        });
        next(app);
    };

    private void Tell(IHeaderDictionary headers)
    {
        var error = Refused().ToRpcException(domain);
        headers[StatusHeader] = $"{(int)error.StatusCode}";
        headers["grpc-message"] = Uri.EscapeDataString(error.Status.Detail);
        foreach (var entry in error.Trailers)
            headers[entry.Key] = Convert.ToBase64String(entry.ValueBytes);
    }
}
