using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>A decision of a rule to record an entry. It is written only as a whole.</summary>
/// <param name="Kind">The source's own name of such an entry, upper case words.</param>
/// <param name="Date">Its business date.</param>
/// <param name="Postings">What it adds to the running totals.</param>
/// <param name="Class">What it is to the periods: an activity unless the rule says otherwise.</param>
public sealed record Decision(
    string Kind, LocalDate Date, IReadOnlyList<PostingLine> Postings, EntryClass Class = EntryClass.Activity)
{
    /// <summary>
    /// The source's own rows. The entry's number, which is not known yet, is put before the values of each; only a running total, which is of
    /// no single entry, takes its row as it is.
    /// </summary>
    public IReadOnlyList<TableRow> Rows { get; init; } = [];
}
