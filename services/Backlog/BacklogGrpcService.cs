using Grpc.Core;
using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using Iij.SiBacklog.V1;

namespace Iij.Backlog;

/// <summary>SiBacklogService: reads requests into domain values, lets the rules of <see cref="Order"/> decide, records.</summary>
public sealed class BacklogGrpcService(Database database, Journal journal, JournalStore entries, BacklogStore store)
    : SiBacklogService.SiBacklogServiceBase
{
    private const int EntriesShownMax = 1_000;

    /// <inheritdoc/>
    public override async Task<ReceiveOrderResponse> ReceiveOrder(ReceiveOrderRequest request, ServerCallContext context)
    {
        var (call, id) = (EntryCall.Of(context, request, request.RequestId, request.Document), OrderId(request.OrderId));
        var on = Fields.Date(request.ReceivedOn, "received_on");
        var kind = Kind(request.Kind) ?? throw Refusal.Field("kind", "is missing");
        var industry = Fields.Text(request.CustomerIndustry, "customer_industry", 100);
        var amount = Fields.NotNegative(request.HasAmountJpy, request.AmountJpy, "amount_jpy");
        var receipt = await journal.RecordAsync<BacklogRuleState>(call, state => state.Need(id), state =>
            state.Order(id).Receive(on, kind, amount, request.Opening) with
            {
                Rows = BacklogStore.Received(id, new Receipt(kind, on), industry, request.Opening),
            });
        return new ReceiveOrderResponse { Receipt = receipt };
    }

    /// <inheritdoc/>
    public override async Task<AmendOrderResponse> AmendOrder(AmendOrderRequest request, ServerCallContext context)
    {
        var (call, id) = (EntryCall.Of(context, request, request.RequestId, request.Document), OrderId(request.OrderId));
        var on = Fields.Date(request.AmendedOn, "amended_on");
        var change = Fields.Amount(request.HasChangeJpy, request.ChangeJpy, "change_jpy");
        if (change == 0)
            throw Refusal.Field("change_jpy", "is zero: nothing is amended");
        var reason = Fields.Text(request.Reason, "reason", 1_000);
        var receipt = await journal.RecordAsync<BacklogRuleState>(call, state => state.Need(id), state =>
            state.Order(id).Amend(on, change) with { Rows = BacklogStore.Amended(reason) });
        return new AmendOrderResponse { Receipt = receipt };
    }

    /// <inheritdoc/>
    public override async Task<CancelOrderResponse> CancelOrder(CancelOrderRequest request, ServerCallContext context)
    {
        var (call, id) = (EntryCall.Of(context, request, request.RequestId, request.Document), OrderId(request.OrderId));
        var on = Fields.Date(request.CancelledOn, "cancelled_on");
        var reason = Fields.Text(request.Reason, "reason", 1_000);
        var receipt = await journal.RecordAsync<BacklogRuleState>(call, state => state.Need(id), state =>
            state.Order(id).Cancel(on) with { Rows = BacklogStore.Cancelled(id, on, reason) });
        return new CancelOrderResponse { Receipt = receipt };
    }

    /// <inheritdoc/>
    public override async Task<RecogniseRevenueResponse> RecogniseRevenue(RecogniseRevenueRequest request, ServerCallContext context)
    {
        var (call, id) = (EntryCall.Of(context, request, request.RequestId, request.Document), OrderId(request.OrderId));
        var on = Fields.Date(request.RecognisedOn, "recognised_on");
        var amount = Fields.NotNegative(request.HasAmountJpy, request.AmountJpy, "amount_jpy");
        var receipt = await journal.RecordAsync<BacklogRuleState>(call, state => state.Need(id), state =>
        {
            var order = state.Order(id);
            var decision = order.Recognise(on, amount);
            return order.Receipt!.Kind == OrderKind.Construction ? decision with { Rows = BacklogStore.Accepted(id, on) } : decision;
        });
        return new RecogniseRevenueResponse { Receipt = receipt };
    }

    /// <inheritdoc/>
    public override async Task<RecordEquipmentResponse> RecordEquipment(RecordEquipmentRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"));
        long? revenue = request.HasRevenueJpy ? Fields.NotNegative(true, request.RevenueJpy, "revenue_jpy") : null;
        long? cost = request.HasCostJpy ? Fields.NotNegative(true, request.CostJpy, "cost_jpy") : null;
        var decision = SiFigures.Equipment(on, revenue, cost);
        return new RecordEquipmentResponse { Receipt = await journal.RecordAsync(call, decision) };
    }

    /// <inheritdoc/>
    public override async Task<RecordCostResponse> RecordCost(RecordCostRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"));
        var decision = SiFigures.Expense(on, Fields.NotNegative(request.HasAmountJpy, request.AmountJpy, "amount_jpy"));
        return new RecordCostResponse { Receipt = await journal.RecordAsync(call, decision) };
    }

    /// <inheritdoc/>
    public override async Task<RecordOutsourcedPersonnelResponse> RecordOutsourcedPersonnel(
        RecordOutsourcedPersonnelRequest request, ServerCallContext context)
    {
        var (call, month) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Month(request.Month));
        var count = Fields.NotNegative(request.HasCount, request.Count, "count");
        var receipt = await journal.RecordAsync<BacklogRuleState>(call, state => state.NeedCount(month), state =>
            SiFigures.Count(month, count, state.IsCounted(month), state.Calendar) with { Rows = BacklogStore.Counted(month) });
        return new RecordOutsourcedPersonnelResponse { Receipt = receipt };
    }

    /// <inheritdoc/>
    public override Task<GetOrderResponse> GetOrder(GetOrderRequest request, ServerCallContext context)
    {
        var id = OrderId(request.OrderId);
        return database.ReadAsync(async transaction =>
        {
            var row = await store.FindRowAsync(transaction, id) ?? throw Order.Unknown(id);
            var standing = (await store.FindAsync(transaction, [id]))[0].Movements.Where(movement => movement.Stands)
                .OrderBy(movement => movement.Date).ThenBy(movement => movement.Entry).ToList();
            return new GetOrderResponse
            {
                Order = ToProto(row), Entries = { standing.Take(EntriesShownMax).Select(ToProto) }, EntryCount = standing.Count,
            };
        }, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ListOrdersResponse> ListOrders(ListOrdersRequest request, ServerCallContext context)
    {
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfter(request.PageToken));
        var kind = Kind(request.Kind)?.Name ?? "";
        var rows = await database.ReadAsync(
            transaction => store.ListAsync(transaction, kind, request.OpenOnly, after, size), context.CancellationToken);
        return new ListOrdersResponse
        {
            Orders = { rows.Select(ToProto) },
            NextPageToken = Fields.NextPage(rows.Count, size, rows.LastOrDefault()?.OrderId ?? ""),
        };
    }

    /// <inheritdoc/>
    public override async Task<GetBacklogResponse> GetBacklog(GetBacklogRequest request, ServerCallContext context)
    {
        var month = Fields.Month(request.Month);
        // Only a stock that is known at any date asks whether the month is the first; the backlog is none.
        var totals = await database.ReadAsync(
            transaction => entries.TotalsAsync(transaction, month, isFirst: false), context.CancellationToken);
        return new GetBacklogResponse
        {
            Construction = ToProto(RollForward.Of(totals, OrderKind.Construction)),
            Operation = ToProto(RollForward.Of(totals, OrderKind.Operation)),
        };
    }

    /// <inheritdoc/>
    public override async Task<ListBacklogOrdersResponse> ListBacklogOrders(ListBacklogOrdersRequest request, ServerCallContext context)
    {
        var (month, kind) = (Fields.Month(request.Month), Kind(request.Kind) ?? throw Refusal.Field("kind", "is missing"));
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfter(request.PageToken));
        var rows = await database.ReadAsync(
            transaction => store.RollForwardsAsync(transaction, month, kind, after, size), context.CancellationToken);
        return new ListBacklogOrdersResponse
        {
            Orders = { rows.Select(row => new OrderRollForward { OrderId = row.OrderId, RollForward = ToProto(row.Moves) }) },
            NextPageToken = Fields.NextPage(rows.Count, size, rows.LastOrDefault().OrderId ?? ""),
        };
    }

    private static SiBacklog.V1.Order ToProto(OrderRow row) => new()
    {
        OrderId = row.OrderId, Kind = row.Kind == OrderKind.Construction.Name ? SiBacklog.V1.OrderKind.Construction : SiBacklog.V1.OrderKind.Operation,
        CustomerIndustry = row.CustomerIndustry, ReceivedOn = Date(row.ReceivedOn), Opening = row.Opening != 0,
        State = row.IsOpen ? OrderState.Open : row.CancelledOn is null ? OrderState.Completed : OrderState.Cancelled,
        AcceptedOn = Date(row.AcceptedOn), CancelledOn = Date(row.CancelledOn),
        ReceivedJpy = row.Received, AmendedJpy = row.Amended, CancelledJpy = row.Cancelled, RecognisedJpy = row.Recognised,
        LeftJpy = row.LeftOver,
    };

    private static OrderEntry ToProto(Movement movement) => new()
    {
        EntryNumber = movement.Entry, Kind = movement.Kind, Date = movement.Date.ToProto(), ChangeJpy = movement.Change,
        Reason = movement.Reason,
    };

    private static SiBacklog.V1.RollForward ToProto(RollForward moves) => new()
    {
        OpeningJpy = moves.Opening, OpeningEnteredJpy = moves.OpeningEntered, OrdersReceivedJpy = moves.OrdersReceived,
        AmendmentsJpy = moves.Amendments, CancellationsJpy = moves.Cancellations, RevenueJpy = moves.Revenue, ClosingJpy = moves.Closing,
    };

    private static Iij.Period.V1.Date? Date(string? text) => text is null ? null : Calendar.ParseDate(text)?.ToProto();

    private static OrderKind? Kind(SiBacklog.V1.OrderKind kind) => kind switch
    {
        SiBacklog.V1.OrderKind.Unspecified => null,
        SiBacklog.V1.OrderKind.Construction => OrderKind.Construction,
        SiBacklog.V1.OrderKind.Operation => OrderKind.Operation,
        _ => throw Refusal.Field("kind", "is neither construction nor operation"),
    };

    private static string OrderId(string value) => Fields.Text(value, "order_id", 40);
}
