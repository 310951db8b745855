namespace Iij.Closing;

/// <summary>A lock that a published edition of the group has on a month.</summary>
public sealed class EditionLockRow
{
    /// <summary>2012-12.</summary>
    public string Month { get; init; } = "";

    /// <summary>The edition, such as "FY2012-9M edition 1"; empty of a month that was locked by hand.</summary>
    public string Edition { get; init; } = "";

    /// <summary>What releasing the lock needs; empty of a month that was locked by hand.</summary>
    public string LockKey { get; init; } = "";
}
