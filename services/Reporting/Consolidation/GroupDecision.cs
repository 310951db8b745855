namespace Iij.Reporting;

/// <summary>A decision of group accounting, with its sequence position.</summary>
public sealed record GroupDecision
{
    /// <summary>A month is signed off.</summary>
    public const string SignedOff = "SignedOff";

    /// <summary>A submitted revision is accepted.</summary>
    public const string RevisionAccepted = "RevisionAccepted";

    /// <summary>A source's new incarnation is accepted.</summary>
    public const string IncarnationAccepted = "IncarnationAccepted";

    /// <summary>Its number in the order of commits.</summary>
    public long Knowledge { get; init; }

    /// <summary>SignedOff, RevisionAccepted or IncarnationAccepted.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The source; empty of a sign-off.</summary>
    public string Source { get; init; } = "";

    /// <summary>The incarnation; empty of a sign-off.</summary>
    public string Incarnation { get; init; } = "";

    /// <summary>2012-12; empty of an incarnation.</summary>
    public string Month { get; init; } = "";

    /// <summary>The revision accepted; 0 otherwise.</summary>
    public int Revision { get; init; }

    /// <summary>Who decided.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Microseconds since 1970 UTC.</summary>
    public long DecidedAt { get; init; }
}
