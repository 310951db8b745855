using NodaTime;

namespace Iij.Closing;

/// <summary>A decision of a rule to record an entry. It is written only as a whole.</summary>
/// <param name="Kind">The source's own name of such an entry, upper case words.</param>
/// <param name="Date">Its business date.</param>
/// <param name="Postings">What it adds to the running totals.</param>
/// <param name="Class">What it is to the periods: an activity unless the rule says otherwise.</param>
/// <param name="Write">Writes the source's own rows, given the entry's number.</param>
public sealed record Decision(
    string Kind, LocalDate Date, IReadOnlyList<PostingLine> Postings, EntryClass Class = EntryClass.Activity,
    Func<Platform.Transaction, long, Task>? Write = null);
