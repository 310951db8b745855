namespace Iij.Closing;

/// <summary>One line of an entry: an amount of a measure, perhaps of a subject such as an order.</summary>
/// <param name="Measure">The measure or running total it adds to.</param>
/// <param name="Amount">In the measure's unit, with its sign.</param>
/// <param name="Subject">The object it concerns, such as an order; may be empty.</param>
public sealed record PostingLine(string Measure, long Amount, string Subject = "");
