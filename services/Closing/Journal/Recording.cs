namespace Iij.Closing;

/// <summary>An entry to record; of a reversal and of a credit note with the entry that it takes back, whole or in part.</summary>
/// <param name="Decision">What is recorded.</param>
/// <param name="Original">The entry that is taken back.</param>
/// <param name="Reason">Why it is taken back.</param>
internal sealed record Recording(Decision Decision, RecordedEntry? Original = null, string Reason = "")
{
    /// <summary>The part of the original that a credit note takes; null of a reversal.</summary>
    public (string Measure, long Amount)? Credit { get; init; }

    /// <summary>The part that the recorded entry credits, or null.</summary>
    public CreditRow? CreditOf(RecordedEntry entry) => Credit is not var (measure, amount) || Original is null ? null
        : new CreditRow { Entry = entry.Number, Credits = Original.Number, Measure = measure, Amount = amount };

    /// <summary>The entry that is reversed, or null.</summary>
    public RecordedEntry? Reversed => Credit is null ? Original : null;
}
