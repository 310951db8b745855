namespace Iij.Closing;

/// <summary>What the group said last of a revision.</summary>
public sealed class RejectionRow
{
    /// <summary>2012-12.</summary>
    public string Month { get; init; } = "";

    /// <summary>The revision.</summary>
    public int Revision { get; init; }

    /// <summary>Who rejected it.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why; empty where the rejection was taken back.</summary>
    public string Reason { get; init; } = "";
}
