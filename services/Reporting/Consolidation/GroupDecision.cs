namespace Iij.Reporting;

/// <summary>A decision of group accounting, with its sequence position.</summary>
public sealed record GroupDecision
{
    /// <summary>Before editions: a month is signed off; it counts as edition 1 of the month.</summary>
    public const string SignedOff = "SignedOff";

    /// <summary>The rejection of a revision is taken back.</summary>
    public const string RevisionAccepted = "RevisionAccepted";

    /// <summary>A revision is rejected.</summary>
    public const string RevisionRejected = "RevisionRejected";

    /// <summary>An edition is prepared.</summary>
    public const string EditionPrepared = "EditionPrepared";

    /// <summary>A prepared edition is returned.</summary>
    public const string EditionReturned = "EditionReturned";

    /// <summary>An edition is approved: published.</summary>
    public const string EditionApproved = "EditionApproved";

    /// <summary>A published edition is withdrawn.</summary>
    public const string EditionWithdrawn = "EditionWithdrawn";

    /// <summary>Months that editions locked are unlocked.</summary>
    public const string MonthsUnlocked = "MonthsUnlocked";

    /// <summary>A version of the lines model is prepared.</summary>
    public const string LinesPrepared = "LinesPrepared";

    /// <summary>A prepared version of the lines model is returned.</summary>
    public const string LinesReturned = "LinesReturned";

    /// <summary>A prepared version is the lines model from then on.</summary>
    public const string LinesApproved = "LinesApproved";

    /// <summary>A source's new incarnation is accepted.</summary>
    public const string IncarnationAccepted = "IncarnationAccepted";

    /// <summary>Its number in the order of commits.</summary>
    public long Knowledge { get; init; }

    /// <summary>One of the kinds above.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The source; empty of an edition.</summary>
    public string Source { get; init; } = "";

    /// <summary>The incarnation; empty of an edition.</summary>
    public string Incarnation { get; init; } = "";

    /// <summary>2012-12; empty of an incarnation and of an edition.</summary>
    public string Month { get; init; } = "";

    /// <summary>The revision rejected or accepted; 0 otherwise.</summary>
    public int Revision { get; init; }

    /// <summary>FY2012-9M, of an edition and of unlocked months; empty otherwise.</summary>
    public string Period { get; init; } = "";

    /// <summary>The number of an edition within its period; 0 otherwise.</summary>
    public int Edition { get; init; }

    /// <summary>The version of the lines model; 0 otherwise.</summary>
    public int LinesVersion { get; init; }

    /// <summary>Why; empty where the decision has no reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who decided.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Microseconds since 1970 UTC.</summary>
    public long DecidedAt { get; init; }
}
