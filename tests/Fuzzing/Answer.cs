using Google.Rpc;
using Grpc.Core;
using Iij.Client;
using Status = Grpc.Core.Status;

namespace Iij.Tests.Fuzzing;

/// <summary>What came back of an RPC.</summary>
public sealed record Answer(Rpc Rpc, Status Status, Metadata Trailers, byte[] Body, TimeSpan Took)
{
    /// <summary>The machine-readable reason, or null.</summary>
    public ErrorInfo? Info => RpcErrors.InfoOf(new RpcException(Status, Trailers));

    /// <summary>Whether it was done.</summary>
    public bool IsOk => Status.StatusCode == StatusCode.OK;

    /// <summary>What two answers to one request must have in common.</summary>
    public string Text => IsOk ? Convert.ToHexString(Body) : $"{Status.StatusCode} {Info?.Reason} {Status.Detail}";

    /// <inheritdoc/>
    public override string ToString() => $"{Status.StatusCode} {Info?.Reason} {Shorten(Status.Detail)}";

    private static string Shorten(string text) => text.Length <= 300 ? text : $"{text[..300]}… ({text.Length})";
}
