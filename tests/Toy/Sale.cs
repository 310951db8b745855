using Iij.Closing;
using NodaTime;

namespace Iij.Toy;

/// <summary>The measure of the toy business, and its one entry.</summary>
public static class Sale
{
    /// <summary>Revenue, yen, zero or more.</summary>
    public const string Revenue = "toy.revenue";

    /// <summary>A sale.</summary>
    public static Decision Of(LocalDate on, long amount) => new("SALE", on, [new(Revenue, amount)]);
}
