using Google.Rpc;
using Grpc.Core;

namespace Iij.Client;

/// <summary>How a client reads the error of a call.</summary>
public static class RpcErrors
{
    /// <summary>The ErrorInfo of an RPC error; null where the error carries none.</summary>
    public static ErrorInfo? InfoOf(RpcException error) => error.GetRpcStatus()?.GetDetail<ErrorInfo>();
}
