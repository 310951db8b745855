namespace Iij.Network;

/// <summary>A contract change as it is listed.</summary>
public sealed class ContractChangeRow
{
    /// <summary>Its entry.</summary>
    public long Entry { get; init; }

    /// <summary>Its band, one of <see cref="BandContracts.Bands"/>.</summary>
    public string Band { get; init; } = "";

    /// <summary>The first day it counts, 2012-12-31.</summary>
    public string Day { get; init; } = "";

    /// <summary>1: in force before this system began.</summary>
    public short Opening { get; init; }

    /// <summary>Contracts activated, zero or more.</summary>
    public long Activated { get; init; }

    /// <summary>Contracts cancelled, zero or more.</summary>
    public long Cancelled { get; init; }

    /// <summary>The date from which its reversal takes it back, after its own; null where it stands.</summary>
    public string? ReversedOn { get; init; }
}
