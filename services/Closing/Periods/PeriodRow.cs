using Iij.Closing.V1;
using Iij.Contracts;
using NodaTime;

namespace Iij.Closing;

/// <summary>A row of period.</summary>
public sealed record PeriodRow
{
    /// <summary>2012-12.</summary>
    public string Month { get; init; } = "";

    /// <summary>The state by name.</summary>
    public string StateName { get; init; } = nameof(PeriodState.Open);

    /// <summary>0 before the first close.</summary>
    public int Revision { get; init; }

    /// <summary>1: an earlier month was reopened and has not closed again.</summary>
    public int ImpactedFlag { get; init; }

    /// <summary>Who prepared it; empty unless prepared.</summary>
    public string PreparedBy { get; init; } = "";

    /// <summary>The editions of the group that lock it.</summary>
    public IReadOnlyList<string> Editions { get; init; } = [];

    /// <summary>What the group said last of its last revision, where it rejected it; null otherwise.</summary>
    public RejectionRow? Rejection { get; init; }

    /// <summary>The state.</summary>
    public PeriodState State => Enum.Parse<PeriodState>(StateName);

    /// <summary>The month.</summary>
    public YearMonth YearMonth => Calendar.ParseMonth(Month)!.Value;

    /// <summary>An earlier month was reopened and has not closed again.</summary>
    public bool Impacted => ImpactedFlag != 0;

    /// <summary>Whether its statement stands and it takes no entries.</summary>
    public bool IsClosed => State is PeriodState.Closed or PeriodState.Locked;
}
