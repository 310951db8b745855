namespace Iij.Reporting;

/// <summary>A row of record_digest.</summary>
public sealed class RecordDigestRow
{
    /// <summary>The sequence position.</summary>
    public long Knowledge { get; init; }

    /// <summary>SHA-256 over the digest before it and everything that was stored at the position.</summary>
    public string Digest { get; init; } = "";

    /// <summary>The id of reporting's key; empty but of the last position of a transaction.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>The signature in base64; empty likewise.</summary>
    public string Signature { get; init; } = "";
}
