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

    /// <summary>Open, Redriven or Discarded.</summary>
    public string State { get; init; } = "Open";
}
