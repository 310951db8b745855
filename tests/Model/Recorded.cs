using NodaTime;

namespace Iij.Tests.Model;

/// <summary>An entry that was acknowledged.</summary>
public sealed record Recorded(long Number, Draft Draft, LocalDate Date, YearMonth Month, IReadOnlyList<Line> Lines, Recorded? Reverses)
{
    public Recorded? ReversedBy { get; set; }

    /// <summary>The entry that this one credits in part.</summary>
    public Recorded? Credits { get; init; }

    /// <summary>Neither reversed nor a reversal.</summary>
    public bool Stands => Reverses is null && ReversedBy is null;

    /// <summary>What it does to the number of postings that stand in its month: a reversal in the same month takes them back.</summary>
    public int Count => Reverses is { } original && original.Month == Month ? -1 : 1;
}
