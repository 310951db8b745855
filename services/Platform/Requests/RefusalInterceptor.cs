using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Iij.Contracts;
using Microsoft.Extensions.Logging;

namespace Iij.Platform;

/// <summary>
/// Converts what a gRPC method throws into an RPC status: a <see cref="Refusal"/> with its reason; a database that is away or full
/// as UNAVAILABLE; anything else is logged with its stack and shown as INTERNAL without it. A service that is not ready yet refuses.
/// </summary>
public sealed partial class RefusalInterceptor(
    string domain, Database database, Readiness readiness, CallAccess access, ILogger<RefusalInterceptor> log) : Interceptor
{
    internal const string OfThePlatform = "/grpc."; // health and reflection answer before anything else does

    /// <inheritdoc/>
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        Guard(() => continuation(request, context), context);

    /// <inheritdoc/>
    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        Guard(() => continuation(new Readable<TRequest>(requestStream), context), context);

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        Guard(async () => { await continuation(request, responseStream, context); return true; }, context);

    /// <inheritdoc/>
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        Guard(async () => { await continuation(new Readable<TRequest>(requestStream), responseStream, context); return true; }, context);

    private async Task<T> Guard<T>(Func<Task<T>> call, ServerCallContext context)
    {
        UnreadableMessages.WasRead(context);
        try
        {
            if (!context.Method.StartsWith(OfThePlatform, StringComparison.Ordinal))
                access.Require(context.GetHttpContext(), context.Method);
            if (!readiness.IsReady && !context.Method.StartsWith(OfThePlatform, StringComparison.Ordinal))
                throw new Refusal(Reason.NotReady, $"the service waits for {readiness.WaitsFor}; try again");
            return await call();
        }
        catch (Refusal refusal)
        {
            throw refusal.ToRpcException(domain);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "the caller has gone"));
        }
        catch (Exception error) when (database.Engine.IsUnavailable(error))
        {
            DatabaseUnusable(context.Method, error.Message);
            throw new Refusal(Reason.StorageUnavailable,
                "the database cannot take this now (it is unavailable, restarting or full); nothing was acknowledged, send the same request_id again")
                .ToRpcException(domain);
        }
        catch (Exception error) when (error is not RpcException)
        {
            CallFailed(error, context.Method);
            throw new Refusal(Reason.Internal, "the service failed; nothing was acknowledged, the same request_id may be sent again")
                .ToRpcException(domain);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Method} found no usable database: {Error}")]
    private partial void DatabaseUnusable(string method, string error);

    [LoggerMessage(LogLevel.Error, "{Method} failed")]
    private partial void CallFailed(Exception error, string method);

    /// <summary>A stream of requests; one that cannot be read is the caller's error, not the service's.</summary>
    private sealed class Readable<T>(IAsyncStreamReader<T> stream) : IAsyncStreamReader<T>
    {
        public T Current => stream.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                return await stream.MoveNext(cancellationToken);
            }
            catch (InvalidProtocolBufferException)
            {
                throw UnreadableMessages.Refused();
            }
        }
    }
}
