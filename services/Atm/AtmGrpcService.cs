using Grpc.Core;
using Iij.AtmOperations.V1;
using Iij.Client;
using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;

namespace Iij.Atm;

/// <summary>AtmOperationsService: reads requests into domain values, lets the rules of <see cref="AtmState"/> decide, records.</summary>
public sealed class AtmGrpcService(Database database, Journal journal, AtmStore store) : AtmOperationsService.AtmOperationsServiceBase
{
    private const int RefusedShownMax = 1_000;
    private const int StreamInFlightMax = 2_048;

    /// <inheritdoc/>
    public override async Task<InstallAtmResponse> InstallAtm(InstallAtmRequest request, ServerCallContext context)
    {
        var call = EntryCall.Of(context, request, request.RequestId, request.Document);
        var (id, on) = (AtmId(request.AtmId), Fields.Date(request.InstalledOn, "installed_on"));
        var receipt = await journal.RecordAsync<AtmRuleState>(call, state => state.Need(id), state =>
            state.Atm(id).Install(on, request.Opening) with { Rows = AtmStore.Installation(id, on, request.Opening) });
        return new InstallAtmResponse { Receipt = receipt };
    }

    /// <inheritdoc/>
    public override async Task<RemoveAtmResponse> RemoveAtm(RemoveAtmRequest request, ServerCallContext context)
    {
        var call = EntryCall.Of(context, request, request.RequestId, request.Document);
        var (id, on) = (AtmId(request.AtmId), Fields.Date(request.RemovedOn, "removed_on"));
        var receipt = await journal.RecordAsync<AtmRuleState>(call, state => state.NeedAllDays(id), state =>
            state.Atm(id).Remove(on, state.LastUsed(id)) with { Rows = AtmStore.Removal(id, on) });
        return new RemoveAtmResponse { Receipt = receipt };
    }

    /// <inheritdoc/>
    public override async Task<RecordWithdrawalResponse> RecordWithdrawal(RecordWithdrawalRequest request, ServerCallContext context) =>
        new() { Receipt = await RecordAsync(request, context) };

    /// <inheritdoc/>
    public override async Task<RecordWithdrawalsResponse> RecordWithdrawals(
        IAsyncStreamReader<RecordWithdrawalsRequest> requestStream, ServerCallContext context)
    {
        Call.ActorOf(context);
        var response = new RecordWithdrawalsResponse();
        var inFlight = new Queue<(string RequestId, Task Recording)>();
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            var withdrawal = requestStream.Current.Withdrawal ?? new();
            inFlight.Enqueue((withdrawal.RequestId, RecordAsync(withdrawal, context)));
            if (inFlight.Count >= StreamInFlightMax)
                await CountAsync(inFlight.Dequeue(), response);
        }

        while (inFlight.TryDequeue(out var recording))
            await CountAsync(recording, response);
        return response;
    }

    /// <inheritdoc/>
    public override async Task<RecordDailySettlementResponse> RecordDailySettlement(
        RecordDailySettlementRequest request, ServerCallContext context)
    {
        var (call, id, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), AtmId(request.AtmId), Fields.Date(request.Date, "date"));
        var withdrawals = Fields.NotNegative(request.HasWithdrawals, request.Withdrawals, "withdrawals");
        var commission = Fields.NotNegative(request.HasCommissionJpy, request.CommissionJpy, "commission_jpy");
        var receipt = await journal.RecordAsync<AtmRuleState>(call, state => state.NeedDay(id, on), state =>
            state.Atm(id).Settle(on, withdrawals, commission, state.Day(id, on)) with { Rows = AtmStore.Withdrawal(id, on, settlement: true) });
        return new RecordDailySettlementResponse { Receipt = receipt };
    }

    /// <inheritdoc/>
    public override async Task<RecordExpenseResponse> RecordExpense(RecordExpenseRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"));
        long? cost = request.HasCostJpy ? Fields.NotNegative(true, request.CostJpy, "cost_jpy") : null;
        long? sga = request.HasSgaJpy ? Fields.NotNegative(true, request.SgaJpy, "sga_jpy") : null;
        var decision = AtmState.Expense(on, cost, sga);
        return new RecordExpenseResponse { Receipt = await journal.RecordAsync(call, decision) };
    }

    /// <inheritdoc/>
    public override async Task<GetPlacedResponse> GetPlaced(GetPlacedRequest request, ServerCallContext context)
    {
        var date = Fields.Date(request.Date, "date");
        var changes = await database.ReadAsync(transaction => store.ChangesAsync(transaction, ""), context.CancellationToken);
        if (changes.Count == 0 || date < changes[0].Date)
            throw new Refusal(Reason.NothingPlacedYet, $"no ATM was placed by {date.ToIso()}", ("date", date.ToIso()));
        return new GetPlacedResponse { Placed = changes.Where(change => change.Date <= date).Sum(change => change.Change) };
    }

    /// <inheritdoc/>
    public override Task<GetUsageResponse> GetUsage(GetUsageRequest request, ServerCallContext context)
    {
        var (from, to) = (Fields.Date(request.From, "from"), Fields.Date(request.To, "to"));
        if (to < from)
            throw Refusal.Field("to", "is before from");
        return database.ReadAsync(async transaction =>
        {
            if (request.AtmId.Length > 0 && (await store.FindAsync(transaction, [AtmId(request.AtmId)], [])).Atms[0].InstalledOn is null)
                throw new Refusal(Reason.AtmUnknown, $"ATM {request.AtmId} was never installed", ("atm_id", request.AtmId));
            var withdrawals = await store.WithdrawalsAsync(transaction, request.AtmId, from, to);
            var days = AtmState.DaysPlaced(await store.ChangesAsync(transaction, request.AtmId), from, to);
            var usage = days == 0 ? "" : (Exact.Of(withdrawals) / Exact.Of(days)).Round(2);
            return new GetUsageResponse { Withdrawals = withdrawals, AtmDays = days, WithdrawalsPerAtmDay = usage };
        }, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ListAtmsResponse> ListAtms(ListAtmsRequest request, ServerCallContext context)
    {
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfter(request.PageToken));
        var rows = await database.ReadAsync(transaction => store.ListAsync(transaction, after, size), context.CancellationToken);
        return new ListAtmsResponse
        {
            Atms =
            {
                rows.Select(row => new AtmOperations.V1.Atm
                {
                    AtmId = row.Atm.AtmId, InstalledOn = row.Atm.InstalledOn!.Value.ToProto(), RemovedOn = row.Atm.RemovedOn?.ToProto(),
                    Opening = row.Opening,
                }),
            },
            NextPageToken = Fields.NextPage(rows.Count, size, rows.LastOrDefault().Atm?.AtmId ?? ""),
        };
    }

    // A task that fails, never a throw: in a stream each withdrawal is refused on its own.
    private async Task<Iij.Closing.V1.EntryReceipt> RecordAsync(RecordWithdrawalRequest request, ServerCallContext context)
    {
        var (call, id) = (EntryCall.Of(context, request, request.RequestId, request.Document), AtmId(request.AtmId));
        if (Rfc3339.Parse(request.WithdrawnAt) is not { Year: >= 1899 and <= 2201 } moment)
        {
            throw Refusal.Field("withdrawn_at",
                "is not an RFC 3339 time with an offset, such as 2012-12-31T23:59:59+09:00 (years 1900 to 2200)");
        }

        var commission = Fields.NotNegative(request.HasCommissionJpy, request.CommissionJpy, "commission_jpy");
        var on = Fields.Date(moment.ToInstant().BusinessDate().ToProto(), "withdrawn_at");
        return await journal.RecordAsync<AtmRuleState>(call, state => state.NeedDay(id, on), state =>
            state.Atm(id).Withdraw(on, commission, state.Day(id, on)) with { Rows = AtmStore.Withdrawal(id, on, settlement: false) });
    }

    private static async Task CountAsync((string RequestId, Task Recording) one, RecordWithdrawalsResponse response)
    {
        try
        {
            await one.Recording;
            response.Recorded++;
        }
        catch (Refusal refusal)
        {
            if (++response.RefusedCount <= RefusedShownMax)
            {
                response.Refused.Add(new RefusedWithdrawal
                {
                    RequestId = Printable.Cut(one.RequestId, 400), Reason = refusal.Reason.Name, Message = refusal.Message,
                });
            }
        }
    }

    private static string AtmId(string value) => Fields.Text(value, "atm_id", 40);
}
