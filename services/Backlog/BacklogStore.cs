using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Backlog;

/// <summary>The SQL of orders and what is posted for them.</summary>
public sealed class BacklogStore(PeriodStore periods, ServiceSettings settings)
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

    /// <summary>Which month takes an entry, by the periods as they stand and the policy for late entries.</summary>
    public async Task<PostingCalendar> CalendarAsync(Transaction transaction) =>
        new(await periods.ListAsync(transaction), settings.LateEntries);

    /// <summary>The same where an entry may stand in its own month only: a closed month refuses it whatever the policy.</summary>
    public async Task<PostingCalendar> OwnMonthAsync(Transaction transaction) =>
        new(await periods.ListAsync(transaction), LateEntryPolicy.Refuse);

    /// <summary>The stored state of one order; without a receipt where it was never received or the receipt was reversed.</summary>
    public async Task<Order> FindAsync(Transaction transaction, string orderId)
    {
        var row = await transaction.FirstAsync<(string? Kind, string? ReceivedOn, string? AcceptedOn, string? CancelledOn)>(
            $"SELECT x.kind, x.received_on, {_acceptedOn}, {_cancelledOn} FROM order_received x WHERE x.order_id = @orderId AND {_notReversed}",
            new { orderId });
        var receipt = row.Kind is null ? null : new Receipt(OrderKind.Of(row.Kind), Date(row.ReceivedOn)!.Value);
        var movements = receipt is null ? [] : await MovementsAsync(transaction, orderId, receipt.Kind);
        return new Order(orderId, receipt, Date(row.AcceptedOn), Date(row.CancelledOn), movements, await CalendarAsync(transaction));
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

    /// <summary>Whether outsourced personnel of a month is counted.</summary>
    public async Task<bool> IsCountedAsync(Transaction transaction, YearMonth month) =>
        await transaction.FirstAsync<long>(
            $"SELECT COUNT(*) FROM personnel_count x WHERE x.month = @month AND {_notReversed}", new { month = month.ToIso() }) > 0;

    /// <summary>Writes a receipt.</summary>
    public Task ReceiveAsync(Transaction transaction, long entry, string orderId, Receipt receipt, string customerIndustry, bool opening)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        return transaction.ExecuteAsync(
            """
            INSERT INTO order_received (entry, order_id, kind, customer_industry, received_on, opening)
            VALUES (@entry, @orderId, @kind, @customerIndustry, @on, @opening)
            """,
            new { entry, orderId, kind = receipt.Kind.Name, customerIndustry, on = receipt.On.ToIso(), opening = opening ? 1 : 0 });
    }

    /// <summary>Writes why an order was amended.</summary>
    public Task AmendAsync(Transaction transaction, long entry, string reason) =>
        transaction.ExecuteAsync("INSERT INTO order_amendment (entry, reason) VALUES (@entry, @reason)", new { entry, reason });

    /// <summary>Writes a cancellation.</summary>
    public Task CancelAsync(Transaction transaction, long entry, string orderId, LocalDate on, string reason) =>
        transaction.ExecuteAsync(
            "INSERT INTO order_cancellation (entry, order_id, cancelled_on, reason) VALUES (@entry, @orderId, @on, @reason)",
            new { entry, orderId, on = on.ToIso(), reason });

    /// <summary>Writes the acceptance of a construction order.</summary>
    public Task AcceptAsync(Transaction transaction, long entry, string orderId, LocalDate on) =>
        transaction.ExecuteAsync("INSERT INTO order_acceptance (entry, order_id, accepted_on) VALUES (@entry, @orderId, @on)",
            new { entry, orderId, on = on.ToIso() });

    /// <summary>Writes that outsourced personnel of a month is counted.</summary>
    public Task CountAsync(Transaction transaction, long entry, YearMonth month) =>
        transaction.ExecuteAsync(
            "INSERT INTO personnel_count (entry, month) VALUES (@entry, @month)", new { entry, month = month.ToIso() });

    private static async Task<IReadOnlyList<Movement>> MovementsAsync(Transaction transaction, string orderId, OrderKind kind) =>
        (await transaction.QueryAsync<MovementRow>(
            """
            SELECT e.number AS entry, e.kind, e.entry_date, e.month, p.amount AS change,
            CAST(CASE WHEN e.reverses IS NULL AND v.entry IS NULL THEN 1 ELSE 0 END AS BIGINT) AS stands,
            COALESCE(a.reason, c.reason, '') AS reason FROM posting p JOIN entry e ON e.number = p.entry
            LEFT JOIN reversal v ON v.entry = e.number LEFT JOIN order_amendment a ON a.entry = e.number
            LEFT JOIN order_cancellation c ON c.entry = e.number
            WHERE p.subject = @orderId AND p.subject <> '' AND p.measure = @backlog ORDER BY e.number
            """,
            new { orderId, backlog = kind.Backlog }))
        .Select(row => new Movement(row.Entry, row.Kind, Date(row.EntryDate)!.Value, Calendar.ParseMonth(row.Month)!.Value, row.Change,
            row.Stands != 0, row.Reason)).ToList();

    private static string Amount(string measure) =>
        $"CAST(COALESCE((SELECT t.amount FROM subject_total t WHERE t.subject = x.order_id AND t.measure = {measure}), 0) AS BIGINT)";

    private static string Sum(string measure, string compare = "=") =>
        $"CAST(SUM(CASE WHEN p.measure = {measure} AND e.month {compare} @month THEN p.amount ELSE 0 END) AS BIGINT)";

    private static LocalDate? Date(string? text) => text is null ? null : Calendar.ParseDate(text);

    private sealed class MovementRow
    {
        public long Entry { get; init; }

        public string Kind { get; init; } = "";

        public string EntryDate { get; init; } = "";

        public string Month { get; init; } = "";

        public long Change { get; init; }

        public long Stands { get; init; }

        public string Reason { get; init; } = "";
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
