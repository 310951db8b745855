namespace Iij.Closing;

/// <summary>A row of event_signature: an event is signed once in each incarnation of its source.</summary>
public sealed class SignatureRow
{
    /// <summary>The incarnation: a UUID.</summary>
    public string Incarnation { get; init; } = "";

    /// <summary>The event's number.</summary>
    public long Sequence { get; init; }

    /// <summary>The id of the key.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>The signature in base64.</summary>
    public string Signature { get; init; } = "";
}
