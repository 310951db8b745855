namespace Iij.Closing;

/// <summary>What the postings of a measure add up to for a subject.</summary>
public sealed class EntrySumRow
{
    /// <summary>What they concern; may be empty.</summary>
    public string Subject { get; init; } = "";

    /// <summary>In the measure's unit.</summary>
    public long Amount { get; init; }

    /// <summary>How many there are.</summary>
    public long Postings { get; init; }
}
