using System.Globalization;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Group.V1;

namespace Iij.Group;

/// <summary>
/// The balance sheet of a month: assets equal liabilities, equity and non-controlling interests. Pure. A total that is stated counts; of one
/// that is not, its parts do. Where one half is stated by its totals and the other by items alone, as in a condensed balance sheet, the
/// items may be less than the totals and never more.
/// </summary>
public sealed class BalanceSheet
{
    private readonly IReadOnlyList<BalanceItem> _register;
    private readonly IReadOnlyDictionary<string, long> _amounts;
    private readonly SheetHalf _assets;
    private readonly SheetHalf _claims;

    /// <summary>Reads the amounts of a month against the register.</summary>
    /// <param name="register">Every item.</param>
    /// <param name="amounts">Yen by item, any sign; a memo enters no sum.</param>
    public BalanceSheet(IReadOnlyList<BalanceItem> register, IReadOnlyDictionary<string, long> amounts)
    {
        ArgumentNullException.ThrowIfNull(register);
        ArgumentNullException.ThrowIfNull(amounts);
        (_register, _amounts) = (register, amounts);
        _assets = SheetHalf.Of(register, amounts, [BalanceSide.Assets], required: [BalanceSide.Assets]);
        _claims = SheetHalf.Of(register, amounts, [BalanceSide.Liabilities, BalanceSide.Equity, BalanceSide.NoncontrollingInterests],
            required: [BalanceSide.Liabilities, BalanceSide.Equity]);
    }

    /// <summary>
    /// BALANCE_UNEQUAL, an error; or BALANCE_INCOMPLETE, a warning: items alone cannot prove that a half equals the other's totals, and the items
    /// of a total should not exceed it.
    /// </summary>
    public IEnumerable<Finding> Findings() => TotalsExceeded().Concat(Halves());

    // Less is a condensed balance sheet; more is possible only where a negative item is not stated.
    private IEnumerable<Finding> TotalsExceeded() =>
        from total in _register
        where total.PartOf.Length == 0 && _amounts.ContainsKey(total.Item)
        let parts = _register.Where(item => item.PartOf == total.Item && _amounts.ContainsKey(item.Item)).Sum(item => (decimal)_amounts[item.Item])
        where parts > _amounts[total.Item]
        select FindingCode.BalanceIncomplete.Found(string.Create(CultureInfo.InvariantCulture,
            $"the items of {total.Item} amount to {parts}, more than the {_amounts[total.Item]} of the total; correct one of them, or state every item"));

    private IEnumerable<Finding> Halves()
    {
        var difference = _assets.Amount - _claims.Amount;
        if (difference == 0)
            yield break;
        // Of what lacks a total, more may be there than is itemised.
        var isIncomplete = _assets.IsTotal != _claims.IsTotal && (_assets.IsTotal ? difference > 0 : difference < 0);
        var lacking = _assets.IsTotal ? "total_liabilities, shareholders_equity and noncontrolling_interests" : "total_assets";
        yield return isIncomplete
            ? FindingCode.BalanceIncomplete.Found($"the balance sheet cannot be verified: {Text()}; state {lacking}")
            : FindingCode.BalanceUnequal.Found($"the balance sheet is not balanced: {Text()}");
    }

    private string Text() => $"assets are {_assets}, liabilities, equity and non-controlling interests {_claims}";

    // One half: what it amounts to, and whether totals say so.
    private sealed record SheetHalf(decimal Amount, bool IsTotal)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Amount}{(IsTotal ? "" : " by items")}");

        public static SheetHalf Of(
            IReadOnlyList<BalanceItem> register, IReadOnlyDictionary<string, long> amounts, BalanceSide[] sides, BalanceSide[] required)
        {
            var totals = register.Where(item => sides.Contains(item.Side) && item.PartOf.Length == 0).ToList();
            var stated = totals.Where(total => amounts.ContainsKey(total.Item)).ToList();
            var itemised = register.Where(item => amounts.ContainsKey(item.Item) && totals.Except(stated).Any(total => total.Item == item.PartOf))
                .ToList();
            var isTotal = itemised.Count == 0 && required.All(side => stated.Any(total => total.Side == side));
            return new SheetHalf(stated.Concat(itemised).Sum(item => (decimal)amounts[item.Item]), isTotal);
        }
    }
}
