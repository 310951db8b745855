using System.Text.Json;
using System.Text.Json.Nodes;
using Iij.Contracts;

namespace Iij.Reporting;

/// <summary>A dead letter.</summary>
public sealed class DeadLetterRow
{
    /// <summary>1, 2, …</summary>
    public long Number { get; init; }

    /// <summary>SHA-256 of the message.</summary>
    public string ContentHash { get; init; } = "";

    /// <summary>The name of a remark: contradicts a fact, unreadable or undeliverable.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The error.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The source it names.</summary>
    public string Source { get; init; } = "";

    /// <summary>The sequence number it names.</summary>
    public long Sequence { get; init; }

    /// <summary>The event id it names.</summary>
    public string EventId { get; init; } = "";

    /// <summary>The whole message as JSON; what is not text is there as "base64:…".</summary>
    public string Message { get; init; } = "";

    /// <summary>Microseconds since 1970 UTC.</summary>
    public long ReceivedAt { get; init; }

    /// <summary>Open, Redriven, Discarded or Arrived.</summary>
    public string State { get; init; } = "Open";

    /// <summary>The event that it carries; null where it is none.</summary>
    public PeriodEventPublished? Event => EventOf(Message);

    /// <summary>The event in a message: by itself as the inbox stores it, or in the envelope of the bus as the broker returns it.</summary>
    public static PeriodEventPublished? EventOf(string message)
    {
        try
        {
            var node = JsonNode.Parse(message) as JsonObject;
            var record = node?["message"] as JsonObject ?? node;
            return record?.Deserialize<PeriodEventPublished>(JsonSerializerOptions.Web);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
