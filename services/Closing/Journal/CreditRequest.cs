using NodaTime;

namespace Iij.Closing;

/// <summary>What a caller wants to be credited.</summary>
/// <param name="Entry">The number of the entry.</param>
/// <param name="Amount">Yen, above zero.</param>
/// <param name="Measure">Which amount of the entry; empty where it has one flow of yen.</param>
/// <param name="Reason">Why.</param>
/// <param name="On">The date of the credit note; null: the entry's own.</param>
public sealed record CreditRequest(long Entry, long Amount, string Measure, string Reason, LocalDate? On);
