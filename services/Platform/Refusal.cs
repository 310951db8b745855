using System.Text;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Iij.Platform;

/// <summary>
/// The one typed error: a call that is refused with a status, a machine-readable reason and what it concerns, and that has
/// changed nothing. <see cref="RefusalInterceptor"/> makes it an RPC status; over HTTP it becomes problem details.
/// </summary>
public sealed class Refusal : Exception
{
    // A message travels three times, once percent-encoded, and clients take 8 KiB of trailers: what a caller sent is shown in part.
    private const int MessageBytesMax = 1_000;
    private const int ValueBytesMax = 700;

    /// <summary>A refusal by a rule of a domain.</summary>
    /// <param name="code">The gRPC status.</param>
    /// <param name="reason">Upper case words, stable: what a machine decides by.</param>
    /// <param name="message">What is wrong and the way out, for a person.</param>
    /// <param name="metadata">The names and values concerned, in pairs.</param>
    public Refusal(StatusCode code, string reason, string message, params (string Key, string Value)[] metadata)
        : base(Shown(message, MessageBytesMax))
    {
        (Code, Reason, Metadata) = (code, reason, [.. metadata.Select(pair => (pair.Key, Shown(pair.Value, ValueBytesMax)))]);
    }

    /// <summary>The gRPC status.</summary>
    public StatusCode Code { get; }

    /// <summary>The machine-readable reason.</summary>
    public string Reason { get; }

    /// <summary>The names and values concerned.</summary>
    public IReadOnlyList<(string Key, string Value)> Metadata { get; }

    /// <summary>A field that is not as the contract says: INVALID_ARGUMENT, FIELD_INVALID, metadata "field".</summary>
    public static Refusal Field(string field, string message) =>
        new(StatusCode.InvalidArgument, "FIELD_INVALID", $"{field}: {message}", ("field", field));

    /// <summary>A rule that the present state does not allow: FAILED_PRECONDITION.</summary>
    public static Refusal Rule(string reason, string message, params (string Key, string Value)[] metadata) =>
        new(StatusCode.FailedPrecondition, reason, message, metadata);

    /// <summary>Something that is not there: NOT_FOUND.</summary>
    public static Refusal Unknown(string reason, string message, params (string Key, string Value)[] metadata) =>
        new(StatusCode.NotFound, reason, message, metadata);

    /// <summary>A text as a message may show it: no control characters, and cut where its UTF-8 is longer than that many bytes.</summary>
    public static string Shown(string text, int bytesMax)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder();
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var printable = Rune.IsControl(rune) ? Rune.ReplacementChar : rune;
            if ((bytes += printable.Utf8SequenceLength) > bytesMax)
                return shown.Append('…').ToString();
            shown.Append(printable);
        }

        return shown.ToString();
    }

    /// <summary>The RPC error, with google.rpc.Status and ErrorInfo in the trailer grpc-status-details-bin.</summary>
    /// <param name="domain">Who names the reason, such as "atmoperations.iij".</param>
    public RpcException ToRpcException(string domain)
    {
        var info = new ErrorInfo { Reason = Reason, Domain = domain };
        foreach (var (key, value) in Metadata)
            info.Metadata[key] = value;
        var status = new Google.Rpc.Status { Code = (int)Code, Message = Message };
        status.Details.Add(Google.Protobuf.WellKnownTypes.Any.Pack(info));
        if (Code == StatusCode.InvalidArgument && info.Metadata.TryGetValue("field", out var field))
        {
            var request = new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = Message } } };
            status.Details.Add(Google.Protobuf.WellKnownTypes.Any.Pack(request));
        }

        var trailers = new Metadata { { "grpc-status-details-bin", status.ToByteArray() } };
        return new RpcException(new Grpc.Core.Status(Code, Message), trailers);
    }

    /// <summary>The ErrorInfo of an RPC error, or null where it carries none.</summary>
    public static ErrorInfo? InfoOf(RpcException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var bytes = error.Trailers.GetValueBytes("grpc-status-details-bin");
        return bytes is null
            ? null
            : Google.Rpc.Status.Parser.ParseFrom(bytes).Details
                .Where(detail => detail.Is(ErrorInfo.Descriptor))
                .Select(detail => detail.Unpack<ErrorInfo>())
                .FirstOrDefault();
    }
}
