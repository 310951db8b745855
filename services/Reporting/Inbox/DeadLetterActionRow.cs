namespace Iij.Reporting;

/// <summary>An action on a dead letter.</summary>
public sealed class DeadLetterActionRow
{
    /// <summary>Which.</summary>
    public long Letter { get; init; }

    /// <summary>Redriven, Refused, Discarded, or Arrived by itself.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Why it was refused again; empty otherwise.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Who.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Microseconds since 1970 UTC.</summary>
    public long ActedAt { get; init; }
}
