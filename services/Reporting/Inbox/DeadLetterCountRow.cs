namespace Iij.Reporting;

/// <summary>How many open dead letters have a reason and name a source.</summary>
public sealed class DeadLetterCountRow
{
    /// <summary>The name of a remark.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The source; empty where the message names none.</summary>
    public string Source { get; init; } = "";

    /// <summary>How many.</summary>
    public long Letters { get; init; }
}
