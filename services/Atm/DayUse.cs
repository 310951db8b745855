namespace Iij.Atm;

/// <summary>How an ATM's day was used so far; or a change of that.</summary>
/// <param name="Singles">The single withdrawals that stand, zero or more.</param>
/// <param name="Settlements">The settlements that stand, zero or one.</param>
public sealed record DayUse(long Singles, long Settlements)
{
    /// <summary>A day without withdrawals.</summary>
    public static DayUse None { get; } = new(0, 0);

    /// <summary>It has single withdrawals.</summary>
    public bool OneByOne => Singles > 0;

    /// <summary>It has a settlement.</summary>
    public bool Settled => Settlements > 0;

    /// <summary>It has withdrawals of either kind.</summary>
    public bool IsUsed => OneByOne || Settled;

    /// <summary>The use after a change.</summary>
    public DayUse Plus(DayUse change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new(Singles + change.Singles, Settlements + change.Settlements);
    }
}
