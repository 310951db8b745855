using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>The state of one source.</summary>
/// <param name="Source">The source.</param>
/// <param name="Incarnation">The one that stands; empty before the first event.</param>
/// <param name="Events">Its events by knowledge.</param>
/// <param name="Held">Incarnations that wait for acceptance.</param>
/// <param name="Cells">Its months.</param>
public sealed record SourceFold(
    string Source, string Incarnation, IReadOnlyList<ReceivedEvent> Events, IReadOnlyList<string> Held, IReadOnlyList<Cell> Cells)
{
    /// <summary>Its events by knowledge.</summary>
    public IReadOnlyList<ReceivedEvent> Events { get; } = [.. Events];

    /// <summary>Incarnations that wait for acceptance.</summary>
    public IReadOnlyList<string> Held { get; } = [.. Held];

    /// <summary>Its months.</summary>
    public IReadOnlyList<Cell> Cells { get; } = [.. Cells];

    /// <summary>The highest sequence number received of an incarnation; 0 before the first.</summary>
    public long LastSequence(string incarnation) =>
        Events.Where(row => row.Incarnation == incarnation).Select(row => row.Sequence).DefaultIfEmpty(0).Max();

    /// <summary>The sequence numbers that are missing below the highest received: the gap.</summary>
    public IEnumerable<SequenceRange> Missing()
    {
        long expected = 1;
        foreach (var sequence in Events.Where(row => row.Incarnation == Incarnation).Select(row => row.Sequence).Order())
        {
            if (sequence > expected)
                yield return new SequenceRange { First = expected, Last = sequence - 1 };
            expected = sequence + 1;
        }
    }
}
