namespace Iij.Closing;

/// <summary>A row of posting.</summary>
public sealed class PostingRow
{
    /// <summary>The entry.</summary>
    public long Entry { get; init; }

    /// <summary>1, 2, … within the entry.</summary>
    public short Line { get; init; }

    /// <summary>The measure.</summary>
    public string Measure { get; init; } = "";

    /// <summary>What it concerns.</summary>
    public string Subject { get; init; } = "";

    /// <summary>In the measure's unit.</summary>
    public long Amount { get; init; }

    /// <summary>How much of it standing credit notes took back, zero or more.</summary>
    public long Credited { get; init; }
}
