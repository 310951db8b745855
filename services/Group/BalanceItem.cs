using Iij.Contracts;
using Iij.Group.V1;
using Iij.Platform;

namespace Iij.Group;

/// <summary>An item of the register of the balance sheet, and the rules of its definition, pure.</summary>
public sealed record BalanceItem
{
    /// <summary>Its name: the last word of its measure.</summary>
    public string Item { get; init; } = "";

    /// <summary>Where it stands on the balance sheet.</summary>
    public BalanceSide Side { get; init; }

    /// <summary>The total of its side that contains it; empty: it is such a total, or a memo.</summary>
    public string PartOf { get; init; } = "";

    /// <summary>
    /// Refuses a definition that the register has already (BALANCE_ITEM_EXISTS), and a part of an item that it does not have
    /// (BALANCE_ITEM_UNKNOWN), of another side, or that is itself a part (FIELD_INVALID).
    /// </summary>
    public void RequireNew(IReadOnlyList<BalanceItem> register)
    {
        if (register.FirstOrDefault(known => known.Item == Item) is { } known)
        {
            var within = known.PartOf.Length > 0 ? $", part of {known.PartOf}" : "";
            throw new Refusal(Reason.BalanceItemExists, $"{Item} is defined already: {known.Side}{within}", ("item", Item), ("side", $"{known.Side}"));
        }

        if (PartOf.Length == 0)
            return;
        var whole = Find(register, PartOf);
        if (whole.Side != Side || whole.Side == BalanceSide.Memo || whole.PartOf.Length > 0)
            throw Refusal.Field("part_of", $"{PartOf} is not a total of the side {Side}");
    }

    /// <summary>The item of the register. Refuses one that it does not have (BALANCE_ITEM_UNKNOWN).</summary>
    public static BalanceItem Find(IReadOnlyList<BalanceItem> register, string item) =>
        register.FirstOrDefault(known => known.Item == item) ?? throw new Refusal(Reason.BalanceItemUnknown,
            $"the balance sheet has no item \"{item}\"; define it with its side first", ("item", item));
}
