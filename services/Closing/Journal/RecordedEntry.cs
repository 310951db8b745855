using NodaTime;

namespace Iij.Closing;

/// <summary>An entry as it was recorded.</summary>
/// <param name="Number">Unique within the source, in the order of recording.</param>
/// <param name="Kind">The source's own name of such an entry.</param>
/// <param name="Date">Its business date.</param>
/// <param name="Month">The month it is posted to.</param>
/// <param name="Class">What it is to the periods.</param>
/// <param name="Reverses">The entry it reverses, or null.</param>
/// <param name="Postings">What it added to the running totals.</param>
public sealed record RecordedEntry(
    long Number, string Kind, LocalDate Date, YearMonth Month, EntryClass Class, long? Reverses, IReadOnlyList<PostingLine> Postings)
{
    /// <summary>
    /// What it adds to the number of postings that stand: -1 of a reversal in the month of the entry that it reverses, which leaves nothing
    /// standing; 1 of any other, as a reversal in a later month is an activity of that month.
    /// </summary>
    /// <param name="reversed">The entry that it reverses, or null.</param>
    internal long CountOf(RecordedEntry? reversed) => reversed?.Month == Month ? -1 : 1;
}
