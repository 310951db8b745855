using System.Text.Json;
using System.Text.Json.Nodes;
using Iij.Contracts;
using MassTransit;
using MassTransit.Serialization;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>The bytes of a period event on the wire, read as the bus reads them before it calls a consumer.</summary>
internal static class Envelope
{
    public const string ContentType = "application/vnd.masstransit+json";

    public static PeriodEventPublished Read(byte[] wire)
    {
        var context = SystemTextJsonMessageSerializer.Instance.Deserialize(
            new BytesMessageBody(wire), new DictionarySendHeaders(new Dictionary<string, object?>()));
        return context.TryGetMessage<PeriodEventPublished>(out var message) && message is not null
            ? message
            : throw new InvalidDataException("the bus would find no period event in these bytes");
    }

    /// <summary>The same bytes with the signature of the source, which a version of before did not send.</summary>
    public static byte[] Signed(byte[] wire)
    {
        var signed = SourceKeys.Sign(Read(wire));
        var envelope = JsonNode.Parse(wire)!;
        (envelope["message"]!["keyId"], envelope["message"]!["signature"]) = (signed.KeyId, signed.Signature);
        return JsonSerializer.SerializeToUtf8Bytes(envelope);
    }
}
