using NodaTime;

namespace Iij.Closing;

/// <summary>One line of an entry: an amount of a measure, perhaps of a subject such as an order.</summary>
/// <param name="Measure">The measure or running total it adds to.</param>
/// <param name="Amount">In the measure's unit, with its sign.</param>
/// <param name="Subject">The object it concerns, such as an order; may be empty.</param>
public sealed record PostingLine(string Measure, long Amount, string Subject = "");

/// <summary>A decision of a rule to record an entry. It is written only as a whole.</summary>
/// <param name="Kind">The source's own name of such an entry, upper case words.</param>
/// <param name="Date">Its business date.</param>
/// <param name="Postings">What it adds to the running totals.</param>
/// <param name="Class">What it is to the periods: an activity unless the rule says otherwise.</param>
/// <param name="Write">Writes the source's own rows, given the entry's number.</param>
public sealed record Decision(
    string Kind, LocalDate Date, IReadOnlyList<PostingLine> Postings, EntryClass Class = EntryClass.Activity,
    Func<Platform.Transaction, long, Task>? Write = null);

/// <summary>An entry as it was recorded.</summary>
/// <param name="Number">Unique within the source, in the order of recording.</param>
/// <param name="Kind">The source's own name of such an entry.</param>
/// <param name="Date">Its business date.</param>
/// <param name="Month">The month it is posted to.</param>
/// <param name="Class">What it is to the periods.</param>
/// <param name="Reverses">The entry it reverses, or null.</param>
/// <param name="Postings">What it added to the running totals.</param>
public sealed record RecordedEntry(
    long Number, string Kind, LocalDate Date, YearMonth Month, EntryClass Class, long? Reverses, IReadOnlyList<PostingLine> Postings);
