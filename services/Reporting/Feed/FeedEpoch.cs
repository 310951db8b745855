namespace Iij.Reporting.Feed;

/// <summary>A life of reporting's database, as tokens know it.</summary>
public sealed class FeedEpoch
{
    /// <summary>A UUID.</summary>
    public string Epoch { get; init; } = "";

    /// <summary>The key that tokens are sealed with, the same at every replica.</summary>
    public byte[] SealKey { get; init; } = [];

    /// <summary>The evidence of the database's identity when the epoch began.</summary>
    public string Evidence { get; init; } = "";
}
