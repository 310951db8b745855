using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Backlog;

/// <summary>The SQL of orders and what is posted for them.</summary>
public sealed class BacklogStore
{
    private static readonly string _notReversed = JournalStore.NotReversed("x.entry");

    private static readonly string _acceptedOn =
        $"""
        (SELECT a.accepted_on FROM order_acceptance a WHERE a.order_id = x.order_id
        AND {JournalStore.NotReversed("a.entry")})
        """;

    private static readonly string _cancelledOn =
        $"""
        (SELECT c.cancelled_on FROM order_cancellation c WHERE c.order_id = x.order_id
        AND {JournalStore.NotReversed("c.entry")})
        """;

    private static readonly string _left = Amount("'backlog.closing.' || x.kind");

    private static readonly string _orderColumns =
        $"""
        x.order_id, x.kind, x.customer_industry, x.received_on,
        CAST(x.opening AS BIGINT) AS opening, {_acceptedOn} AS accepted_on, {_cancelledOn} AS cancelled_on,
        {Amount("CASE WHEN x.opening = 1 THEN 'backlog.opening_entered.' ELSE 'backlog.orders_received.' END || x.kind")} AS received,
        {Amount("'backlog.amendments.' || x.kind")} AS amended, {Amount("'backlog.cancellations.' || x.kind")} AS cancelled,
        {Amount("'backlog.revenue.' || x.kind")} AS recognised, {_left} AS left_over
        """;

    private static readonly Table _receipts = new("order_received", "entry", "order_id", "kind", "customer_industry", "received_on", "opening");
    private static readonly Table _amendments = new("order_amendment", "entry", "reason");
    private static readonly Table _cancellations = new("order_cancellation", "entry", "order_id", "cancelled_on", "reason");
    private static readonly Table _acceptances = new("order_acceptance", "entry", "order_id", "accepted_on");
    private static readonly Table _counts = new("personnel_count", "entry", "month");

    /// <summary>What is recorded of orders; without a receipt of one that was never received or whose receipt was reversed.</summary>
    public async Task<IReadOnlyList<OrderLife>> FindAsync(Transaction transaction, IReadOnlyList<string> orderIds)
    {
        var orders = orderIds.ToDictionary(id => id, id => new OrderLife(id));
        foreach (var row in await transaction.QueryAsync<(string Id, string Kind, string ReceivedOn, string? AcceptedOn, string? CancelledOn)>(
            $"""
            SELECT x.order_id, x.kind, x.received_on, {_acceptedOn}, {_cancelledOn} FROM order_received x
            WHERE x.order_id IN @orderIds AND {_notReversed}
            """,
            new { orderIds }))
        {
            var order = orders[row.Id];
            order.Receipt = new Receipt(OrderKind.Of(row.Kind), Date(row.ReceivedOn)!.Value);
            (order.AcceptedOn, order.CancelledOn) = (Date(row.AcceptedOn), Date(row.CancelledOn));
        }

        foreach (var row in await MovementsAsync(transaction, orderIds))
            orders[row.OrderId].Add(OrderKind.OfBacklog(row.Measure)!, row.ToMovement());
        return [.. orders.Values];
    }

    /// <summary>One order with its amounts, or null.</summary>
    public Task<OrderRow?> FindRowAsync(Transaction transaction, string orderId) =>
        transaction.FirstAsync<OrderRow>(
            $"SELECT {_orderColumns} FROM order_received x WHERE x.order_id = @orderId AND {_notReversed}", new { orderId });

    /// <summary>A page of orders by id.</summary>
    /// <param name="transaction">Where to read.</param>
    /// <param name="kind">Its name; empty for both.</param>
    /// <param name="openOnly">Only those that <see cref="OrderRow.IsOpen"/> says of.</param>
    /// <param name="after">The id before the page.</param>
    /// <param name="limit">The page's size.</param>
    public Task<IReadOnlyList<OrderRow>> ListAsync(Transaction transaction, string kind, bool openOnly, string after, int limit) =>
        transaction.QueryAsync<OrderRow>(
            $"""
            SELECT {_orderColumns} FROM order_received x WHERE x.order_id > @after AND (@kind = '' OR x.kind = @kind) AND {_notReversed}
            AND (@openOnly = 0 OR ({_cancelledOn} IS NULL AND {_acceptedOn} IS NULL AND (x.kind = 'construction' OR {_left} > 0)))
            ORDER BY x.order_id LIMIT @limit
            """,
            new { after, kind, openOnly = openOnly ? 1 : 0, limit });

    /// <summary>The roll-forward of a month order by order: a page of those with a posting in the month or an open balance.</summary>
    public async Task<IReadOnlyList<(string OrderId, RollForward Moves)>> RollForwardsAsync(
        Transaction transaction, YearMonth month, OrderKind kind, string after, int limit)
    {
        ArgumentNullException.ThrowIfNull(kind);
        // "subject <> ''" is what lets both engines use the partial index over subjects.
        var rows = await transaction.QueryAsync<RollForwardRow>(
            $"""
            SELECT p.subject AS order_id, {Sum("@backlog", "<")} AS opening, {Sum("@entered")} AS opening_entered,
            {Sum("@received")} AS orders_received, {Sum("@amendments")} AS amendments, {Sum("@cancellations")} AS cancellations,
            {Sum("@revenue")} AS revenue, {Sum("@backlog", "<=")} AS closing
            FROM posting p JOIN entry e ON e.number = p.entry
            WHERE p.subject <> '' AND p.subject > @after AND e.month <= @month
            AND p.measure IN (@backlog, @entered, @received, @amendments, @cancellations, @revenue) GROUP BY p.subject
            HAVING MAX(e.month) = @month OR {Sum("@backlog", "<")} <> 0 ORDER BY p.subject LIMIT @limit
            """,
            new
            {
                month = month.ToIso(),
                after,
                limit,
                backlog = kind.Backlog,
                entered = kind.OpeningEntered,
                received = kind.OrdersReceived,
                amendments = kind.Amendments,
                cancellations = kind.Cancellations,
                revenue = kind.Revenue,
            });
        return rows.Select(row => (row.OrderId, new RollForward(
            row.Opening, row.OpeningEntered, row.OrdersReceived, row.Amendments, row.Cancellations, row.Revenue, row.Closing))).ToList();
    }

    /// <summary>The counts of outsourced personnel that stand of these months, with their entries.</summary>
    public async Task<IReadOnlyList<(YearMonth Month, long Entry)>> CountsAsync(Transaction transaction, IReadOnlyList<YearMonth> months) =>
        (await transaction.QueryAsync<(string Month, long Entry)>(
            $"SELECT x.month, x.entry FROM personnel_count x WHERE x.month IN @months AND {_notReversed}",
            new { months = months.Select(month => month.ToIso()).ToList() }))
        .Select(row => (Calendar.ParseMonth(row.Month)!.Value, row.Entry)).ToList();

    /// <summary>The rows of a receipt.</summary>
    public static IReadOnlyList<TableRow> Received(string orderId, Receipt receipt, string customerIndustry, bool opening)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        return [_receipts.Row(orderId, receipt.Kind.Name, customerIndustry, receipt.On.ToIso(), (short)(opening ? 1 : 0))];
    }

    /// <summary>The rows that tell why an order was amended.</summary>
    public static IReadOnlyList<TableRow> Amended(string reason) => [_amendments.Row(reason)];

    /// <summary>The rows of a cancellation.</summary>
    public static IReadOnlyList<TableRow> Cancelled(string orderId, LocalDate on, string reason) => [_cancellations.Row(orderId, on.ToIso(), reason)];

    /// <summary>The rows of the acceptance of a construction order.</summary>
    public static IReadOnlyList<TableRow> Accepted(string orderId, LocalDate on) => [_acceptances.Row(orderId, on.ToIso())];

    /// <summary>The rows that tell that outsourced personnel of a month is counted.</summary>
    public static IReadOnlyList<TableRow> Counted(YearMonth month) => [_counts.Row(month.ToIso())];

    private static Task<IReadOnlyList<MovementRow>> MovementsAsync(Transaction transaction, IReadOnlyList<string> orderIds) =>
        transaction.QueryAsync<MovementRow>(
            """
            SELECT p.subject AS order_id, p.measure, e.number AS entry, e.kind, e.entry_date, e.month, p.amount AS change,
            CAST(CASE WHEN e.reverses IS NULL AND v.entry IS NULL THEN 1 ELSE 0 END AS BIGINT) AS stands,
            COALESCE(a.reason, c.reason, '') AS reason FROM posting p JOIN entry e ON e.number = p.entry
            LEFT JOIN reversal v ON v.entry = e.number LEFT JOIN order_amendment a ON a.entry = e.number
            LEFT JOIN order_cancellation c ON c.entry = e.number
            WHERE p.subject IN @orderIds AND p.subject <> '' AND p.measure IN @measures ORDER BY e.number
            """,
            new { orderIds, measures = new[] { OrderKind.Construction.Backlog, OrderKind.Operation.Backlog } });

    private static string Amount(string measure) =>
        $"CAST(COALESCE((SELECT t.amount FROM subject_total t WHERE t.subject = x.order_id AND t.measure = {measure}), 0) AS BIGINT)";

    private static string Sum(string measure, string compare = "=") =>
        $"CAST(SUM(CASE WHEN p.measure = {measure} AND e.month {compare} @month THEN p.amount ELSE 0 END) AS BIGINT)";

    private static LocalDate? Date(string? text) => text is null ? null : Calendar.ParseDate(text);

    private sealed class MovementRow
    {
        public string OrderId { get; init; } = "";

        public string Measure { get; init; } = "";

        public long Entry { get; init; }

        public string Kind { get; init; } = "";

        public string EntryDate { get; init; } = "";

        public string Month { get; init; } = "";

        public long Change { get; init; }

        public long Stands { get; init; }

        public string Reason { get; init; } = "";

        public Movement ToMovement() => new(
            Entry, Kind, Date(EntryDate)!.Value, Calendar.ParseMonth(Month)!.Value, Change, Stands != 0, Reason);
    }

    private sealed class RollForwardRow
    {
        public string OrderId { get; init; } = "";

        public long Opening { get; init; }

        public long OpeningEntered { get; init; }

        public long OrdersReceived { get; init; }

        public long Amendments { get; init; }

        public long Cancellations { get; init; }

        public long Revenue { get; init; }

        public long Closing { get; init; }
    }
}
