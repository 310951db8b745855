using System.Numerics;
using Iij.Contracts;
using NodaTime;

namespace Iij.Local.Ledger;

/// <summary>The settlement of one ATM's day.</summary>
/// <param name="Date">The day.</param>
/// <param name="AtmId">The ATM.</param>
/// <param name="Withdrawals">0 or more.</param>
/// <param name="Commission">Yen, 0 or more.</param>
public sealed record Settlement(LocalDate Date, string AtmId, long Withdrawals, long Commission);

/// <summary>
/// Spreads a month's withdrawals over its cells (day, ATM placed on that day): equal weights, largest remainder, ties by date then
/// ATM id; and the commission in proportion to the withdrawals by the same rule.
/// </summary>
public static class Settlements
{
    /// <summary>The cells of a month in the order of date and ATM id; their sums are the month's.</summary>
    public static IReadOnlyList<Settlement> Spread(
        YearMonth month, long withdrawals, long commission, IReadOnlyList<InstallationRow> installations)
    {
        var cells = (from day in Enumerable.Range(0, month.FirstDay().DaysUntil(month.LastDay()) + 1).Select(month.FirstDay().PlusDays)
                     from atm in installations.Where(atm => atm.InstalledOn <= day).OrderBy(atm => atm.AtmId, StringComparer.Ordinal)
                     select (Day: day, atm.AtmId)).ToList();
        if (cells.Count == 0)
            return [];
        var counts = Share(withdrawals, Enumerable.Repeat(1L, cells.Count).ToList());
        var amounts = Share(commission, counts);
        return cells.Select((cell, i) => new Settlement(cell.Day, cell.AtmId, counts[i], amounts[i])).ToList();
    }

    // Largest remainder: everyone gets the floor of the exact share, the rest goes one by one to the largest remainders, the first
    // of equals first.
    private static List<long> Share(long total, List<long> weights)
    {
        var sum = weights.Aggregate(BigInteger.Zero, (all, weight) => all + weight);
        if (sum.IsZero)
            return weights.Select(_ => 0L).ToList();
        var shares = weights.Select(weight => BigInteger.DivRem(new BigInteger(total) * weight, sum)).ToList();
        var rest = (int)(total - shares.Aggregate(BigInteger.Zero, (all, share) => all + share.Quotient));
        var result = shares.Select(share => (long)share.Quotient).ToList();
        foreach (var index in Enumerable.Range(0, shares.Count).OrderByDescending(i => shares[i].Remainder).Take(rest))
            result[index]++;
        return result;
    }
}
