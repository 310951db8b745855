namespace Iij.Reporting;

/// <summary>A row of remark.</summary>
public sealed record RemarkRow
{
    /// <summary>Its sequence position.</summary>
    public long Knowledge { get; init; }

    /// <summary>The position of the first remark of its thread, which may be this one.</summary>
    public long Thread { get; init; }

    /// <summary>The line; empty: the period as a whole.</summary>
    public string Line { get; init; } = "";

    /// <summary>FY2012-9M; empty: the line in every period.</summary>
    public string Period { get; init; } = "";

    /// <summary>What is remarked.</summary>
    public string Content { get; init; } = "";

    /// <summary>1: nothing is left to be done in the thread.</summary>
    public short Resolves { get; init; }

    /// <summary>Who remarks.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Microseconds since 1970 UTC.</summary>
    public long MadeAt { get; init; }
}
