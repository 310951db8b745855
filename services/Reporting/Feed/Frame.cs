using System.Text;
using Google.Protobuf;
using Iij.Reporting.V1;

namespace Iij.Reporting.Feed;

/// <summary>A message of the stream, serialised once in each encoding whatever the number of its subscribers.</summary>
public sealed class Frame(WatchResponse message)
{
    private readonly Lazy<byte[]> _proto = new(message.ToByteArray);
    private readonly Lazy<byte[]> _serverSentEvent = new(() => ServerSentEvent(message));

    /// <summary>What it says.</summary>
    public WatchKind Kind { get; } = message.Kind;

    /// <summary>Its protobuf bytes.</summary>
    public ReadOnlySpan<byte> Proto => _proto.Value;

    /// <summary>Its bytes as a server-sent event: the kind, the token as id, proto3 JSON as data.</summary>
    public ReadOnlyMemory<byte> Event => _serverSentEvent.Value;

    private static byte[] ServerSentEvent(WatchResponse message)
    {
        var text = new StringBuilder("event: ").Append(Name(message.Kind)).Append('\n');
        if (message.Token.Length > 0)
            text.Append("id: ").Append(message.Token).Append('\n');
        return Encoding.UTF8.GetBytes(text.Append("data: ").Append(JsonFormatter.Default.Format(message)).Append("\n\n").ToString());
    }

    // snapshot, end_of_snapshot, change, bookmark, reset: the contract's names without their prefix.
    private static string Name(WatchKind kind) => WatchResponse.Descriptor.FindFieldByNumber(WatchResponse.KindFieldNumber).EnumType
        .FindValueByNumber((int)kind).Name["WATCH_KIND_".Length..].ToLowerInvariant();
}
