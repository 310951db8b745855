using Iij.Closing;

namespace Iij.Backlog;

/// <summary>What moved the backlog of a month, yen; amendments of either sign, cancellations and revenue positive.</summary>
public sealed record RollForward(
    long Opening, long OpeningEntered, long OrdersReceived, long Amendments, long Cancellations, long Revenue, long Closing)
{
    /// <summary>The closing less what it is made of: anything but zero is an error.</summary>
    public long Difference => Closing - (Opening + OpeningEntered + OrdersReceived + Amendments - Cancellations - Revenue);

    /// <summary>The roll-forward of a month's totals.</summary>
    public static RollForward Of(Totals totals, OrderKind kind)
    {
        ArgumentNullException.ThrowIfNull(totals);
        ArgumentNullException.ThrowIfNull(kind);
        var closing = totals.Stock(kind.Backlog);
        return new(closing - totals.Flow(kind.Backlog), totals.Flow(kind.OpeningEntered), totals.Flow(kind.OrdersReceived),
            totals.Flow(kind.Amendments), totals.Flow(kind.Cancellations), totals.Flow(kind.Revenue), closing);
    }
}
