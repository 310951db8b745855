using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Iij.Client;
using Iij.Contracts;

namespace Iij.Platform;

/// <summary>
/// The one typed error: a call that is refused with a status, a machine-readable reason and what it concerns, and that has
/// changed nothing. <see cref="RefusalInterceptor"/> makes it an RPC status; <see cref="JsonCalls"/> writes it over HTTP.
/// </summary>
public sealed class Refusal : Exception
{
    // A message travels three times, once percent-encoded, and clients take 8 KiB of trailers: what a caller sent is shown in part.
    private const int MessageBytesMax = 1_000;
    private const int ValueBytesMax = 700;

    /// <summary>A refusal by a rule of a domain.</summary>
    /// <param name="reason">What a machine decides by; it brings the status.</param>
    /// <param name="message">What is wrong and the way out, for a person.</param>
    /// <param name="metadata">The names and values concerned, in pairs: those that the catalogue says.</param>
    public Refusal(Reason reason, string message, params (string Key, string Value)[] metadata)
        : base(Printable.Cut(message, MessageBytesMax))
    {
        ArgumentNullException.ThrowIfNull(reason);
        Debug.Assert(reason.Fits(metadata.Select(pair => pair.Key)), $"{reason} has other metadata");
        (Reason, Metadata) = (reason, [.. metadata.Select(pair => (pair.Key, Printable.Cut(pair.Value, ValueBytesMax)))]);
    }

    /// <summary>The gRPC status.</summary>
    public StatusCode Code => Reason.Status;

    /// <summary>The machine-readable reason.</summary>
    public Reason Reason { get; }

    /// <summary>The names and values concerned.</summary>
    public IReadOnlyList<(string Key, string Value)> Metadata { get; }

    /// <summary>A field that violates its contract: INVALID_ARGUMENT, FIELD_INVALID, metadata "field".</summary>
    public static Refusal Field(string field, string message) =>
        new(Reason.FieldInvalid, $"{field}: {message}", ("field", field));

    /// <summary>The RPC error, with google.rpc.Status and ErrorInfo in the trailer grpc-status-details-bin.</summary>
    /// <param name="domain">Who names the reason, such as "atmoperations.iij".</param>
    public RpcException ToRpcException(string domain)
    {
        var info = new ErrorInfo { Reason = Reason.Name, Domain = domain };
        foreach (var (key, value) in Metadata)
            info.Metadata[key] = value;
        var status = new Google.Rpc.Status { Code = (int)Code, Message = Message, Details = { Any.Pack(info) } };
        if (Code == StatusCode.InvalidArgument && info.Metadata.TryGetValue("field", out var field))
        {
            var request = new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = Message } } };
            status.Details.Add(Any.Pack(request));
        }

        return status.ToRpcException();
    }
}
