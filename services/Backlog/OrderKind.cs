namespace Iij.Backlog;

/// <summary>What is ordered, with the names of its measures: all in yen, all zero or more but amendments.</summary>
/// <param name="Name">construction or operation, the last word of each measure.</param>
public sealed record OrderKind(string Name)
{
    /// <summary>Systems construction: delivered and accepted once.</summary>
    public static OrderKind Construction { get; } = new("construction");

    /// <summary>Systems operation and maintenance: earned over months.</summary>
    public static OrderKind Operation { get; } = new("operation");

    /// <summary>Orders received, a flow.</summary>
    public string OrdersReceived => $"backlog.orders_received.{Name}";

    /// <summary>Stock from before the ledger that is dated in a month, a flow.</summary>
    public string OpeningEntered => $"backlog.opening_entered.{Name}";

    /// <summary>Amendments, a flow of either sign.</summary>
    public string Amendments => $"backlog.amendments.{Name}";

    /// <summary>What cancellations took out of backlog, a flow.</summary>
    public string Cancellations => $"backlog.cancellations.{Name}";

    /// <summary>Revenue recognised against orders, a flow.</summary>
    public string Revenue => $"backlog.revenue.{Name}";

    /// <summary>The backlog a month starts with, a stock.</summary>
    public string Opening => $"backlog.opening.{Name}";

    /// <summary>The backlog as every entry of an order moves it: a month's closing, a stock.</summary>
    public string Backlog => $"backlog.closing.{Name}";

    /// <summary>The kind whose revenue a measure is.</summary>
    public static OrderKind Earning(string measure) => measure == Construction.Revenue ? Construction : Operation;

    /// <summary>The kind whose backlog a measure is, or null.</summary>
    public static OrderKind? OfBacklog(string measure) =>
        measure == Construction.Backlog ? Construction : measure == Operation.Backlog ? Operation : null;

    /// <summary>The kind of a stored name.</summary>
    public static OrderKind Of(string name) => name == Construction.Name ? Construction : Operation;
}
