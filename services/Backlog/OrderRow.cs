namespace Iij.Backlog;

/// <summary>An order with its amounts over all dates, yen.</summary>
public sealed class OrderRow
{
    /// <summary>Its id.</summary>
    public string OrderId { get; init; } = "";

    /// <summary>construction or operation.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The customer's industry.</summary>
    public string CustomerIndustry { get; init; } = "";

    /// <summary>2012-12-31.</summary>
    public string ReceivedOn { get; init; } = "";

    /// <summary>1: from before the ledger.</summary>
    public long Opening { get; init; }

    /// <summary>When a construction order was accepted.</summary>
    public string? AcceptedOn { get; init; }

    /// <summary>When it was cancelled.</summary>
    public string? CancelledOn { get; init; }

    /// <summary>As ordered, zero or more.</summary>
    public long Received { get; init; }

    /// <summary>The sum of its amendments, either sign.</summary>
    public long Amended { get; init; }

    /// <summary>The cancelled amount, zero or more.</summary>
    public long Cancelled { get; init; }

    /// <summary>Revenue, zero or more.</summary>
    public long Recognised { get; init; }

    /// <summary>What is left, zero or more.</summary>
    public long LeftOver { get; init; }

    /// <summary>Not cancelled, and not accepted where it is construction, not used up where it is operation.</summary>
    public bool IsOpen => CancelledOn is null && AcceptedOn is null && (Kind == OrderKind.Construction.Name || LeftOver > 0);
}
