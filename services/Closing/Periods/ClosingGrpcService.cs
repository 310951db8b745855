using Grpc.Core;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>The one ClosingService, the same for every source: reads requests, runs the close, wakes the relay.</summary>
public sealed class ClosingGrpcService(
    Database database, Requests requests, PeriodClose close, PeriodStore periods, EntryReader entries, Journal journal, Audit audit,
    Incarnations incarnations, EditionLocks editions, Relay relay) : ClosingService.ClosingServiceBase
{
    private const int MonthsMax = 12;
    private const int PageBytesMax = 3_000_000; // of the 4 MB that a gRPC client takes

    /// <inheritdoc/>
    public override Task<GetSourceResponse> GetSource(GetSourceRequest request, ServerCallContext context) =>
        database.ReadAsync(async transaction =>
        {
            var source = (await periods.FindSourceAsync(transaction))!;
            var next = (await close.RulesAsync(transaction)).NextMonth;
            return new GetSourceResponse
            {
                Source = source.Name, Incarnation = source.Incarnation, LastSequence = source.LastSequence, NextOpenMonth = next?.ToProto(),
            };
        }, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<PreparePeriodResponse> PreparePeriod(PreparePeriodRequest request, ServerCallContext context)
    {
        var (call, month) = (Call.Of(context, request, request.RequestId), Fields.Month(request.Month));
        return TransitAsync(call, transaction => close.PrepareAsync(transaction, call, month), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ReturnPeriodResponse> ReturnPeriod(ReturnPeriodRequest request, ServerCallContext context)
    {
        var (call, month, reason) = (Call.Of(context, request, request.RequestId), Fields.Month(request.Month), Reason(request.Reason));
        return TransitAsync(call, transaction => close.ReturnAsync(transaction, call, month, reason), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ClosePeriodResponse> ClosePeriod(ClosePeriodRequest request, ServerCallContext context)
    {
        var (call, month) = (Call.Of(context, request, request.RequestId), Fields.Month(request.Month));
        return TransitAsync(call, transaction => close.CloseAsync(transaction, call, month, request.Waivers), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ReopenPeriodResponse> ReopenPeriod(ReopenPeriodRequest request, ServerCallContext context)
    {
        var (call, month, reason) = (Call.Of(context, request, request.RequestId), Fields.Month(request.Month), Reason(request.Reason));
        return TransitAsync(call, transaction => close.ReopenAsync(transaction, call, month, reason), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<LockPeriodResponse> LockPeriod(LockPeriodRequest request, ServerCallContext context)
    {
        var (call, month) = (Call.Of(context, request, request.RequestId), Fields.Month(request.Month));
        return TransitAsync(call, transaction => close.LockAsync(transaction, call, month), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<UnlockPeriodResponse> UnlockPeriod(UnlockPeriodRequest request, ServerCallContext context)
    {
        var (call, month, reason) = (Call.Of(context, request, request.RequestId), Fields.Month(request.Month), Reason(request.Reason));
        return TransitAsync(call, transaction => close.UnlockAsync(transaction, call, month, reason), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<LockForEditionResponse> LockForEdition(LockForEditionRequest request, ServerCallContext context)
    {
        var (call, months) = (Call.Of(context, request, request.RequestId), Months(request.Months));
        Fields.Text(request.Edition, "edition", 100);
        Fields.Text(request.Key, "key", 100);
        return TransitAsync(call, transaction => editions.LockAsync(transaction, call, request, months), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<UnlockFromEditionsResponse> UnlockFromEditions(UnlockFromEditionsRequest request, ServerCallContext context)
    {
        var (call, months) = (Call.Of(context, request, request.RequestId), Months(request.Months));
        Reason(request.Reason);
        if (request.Editions.Select(edition => Fields.Text(edition.Edition, "editions.edition", 100)).Distinct().Count() < request.Editions.Count)
            throw Refusal.Field("editions", "names an edition twice");
        return TransitAsync(call, transaction => editions.UnlockAsync(transaction, call, request, months), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<NoteRejectionResponse> NoteRejection(NoteRejectionRequest request, ServerCallContext context)
    {
        var (call, month) = (Call.Of(context, request, request.RequestId), Fields.Month(request.Month));
        var reason = Fields.OptionalText(request.Reason, "reason", 1_000);
        return requests.OnceAsync(
            call, transaction => editions.NoteRejectionAsync(transaction, call, month, request.Revision, reason), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<GetPeriodResponse> GetPeriod(GetPeriodRequest request, ServerCallContext context)
    {
        var month = Fields.Month(request.Month);
        return await database.ReadAsync(async transaction =>
        {
            var period = (await close.RulesAsync(transaction)).Get(month);
            return new GetPeriodResponse { Period = PeriodClose.ToProto(period), Waivers = { await close.WaiversAsync(transaction, period) } };
        }, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ListPeriodsResponse> ListPeriods(ListPeriodsRequest request, ServerCallContext context)
    {
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfterMonth(request.PageToken));
        var rows = (await database.ReadAsync(periods.ListAsync, context.CancellationToken))
            .Where(row => string.CompareOrdinal(row.Month, after) > 0).Take(size).ToList();
        return new ListPeriodsResponse
        {
            Periods = { rows.Select(PeriodClose.ToProto) },
            NextPageToken = Fields.NextPage(rows.Count, size, rows.LastOrDefault()?.Month ?? ""),
        };
    }

    /// <inheritdoc/>
    public override Task<GetTrialStatementResponse> GetTrialStatement(GetTrialStatementRequest request, ServerCallContext context)
    {
        var month = Fields.Month(request.Month);
        return database.ReadAsync(async transaction =>
        {
            var trial = await close.TrialAsync(transaction, await close.RulesAsync(transaction), month);
            return new GetTrialStatementResponse { TrialStatement = trial.Statement, Findings = { trial.Findings } };
        }, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ListPeriodEventsResponse> ListPeriodEvents(ListPeriodEventsRequest request, ServerCallContext context)
    {
        var size = Fields.PageSize(request.PageSize);
        if (request.AfterSequence < 0)
            throw Refusal.Field("after_sequence", "is negative");
        return database.ReadAsync(async transaction => new ListPeriodEventsResponse
        {
            Events = { WholePage((await periods.ListEventsAsync(transaction, request.AfterSequence, size)).Select(row => row.ToMessage().ToProto())) },
            LastSequence = (await periods.FindSourceAsync(transaction))!.LastSequence,
        }, context.CancellationToken);
    }

    // As many events as a client takes in one message by itself, and at least one.
    private static IEnumerable<PeriodEvent> WholePage(IEnumerable<PeriodEvent> events)
    {
        var bytes = 0;
        foreach (var told in events)
        {
            var before = bytes;
            bytes += told.CalculateSize();
            if (before > 0 && bytes > PageBytesMax)
                yield break;
            yield return told;
        }
    }

    /// <inheritdoc/>
    public override Task<DeclareControlTotalResponse> DeclareControlTotal(DeclareControlTotalRequest request, ServerCallContext context)
    {
        var (call, month) = (Call.Of(context, request, request.RequestId), Fields.Month(request.Month));
        var measure = Fields.Text(request.Measure, "measure", 100);
        var amount = Fields.Amount(request.HasAmount, request.Amount, "amount");
        return requests.OnceAsync(call, transaction => close.DeclareAsync(transaction, call, month, measure, amount), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ReverseEntryResponse> ReverseEntry(ReverseEntryRequest request, ServerCallContext context)
    {
        var (call, reason) = (EntryCall.Of(context, request, request.RequestId, request.Document), Reason(request.Reason));
        LocalDate? on = request.ReversedOn is null ? null : Fields.Date(request.ReversedOn, "reversed_on");
        return new ReverseEntryResponse { Receipt = await journal.ReverseAsync(call, request.EntryNumber, reason, on) };
    }

    /// <inheritdoc/>
    public override async Task<CreditEntryResponse> CreditEntry(CreditEntryRequest request, ServerCallContext context)
    {
        var (call, reason) = (EntryCall.Of(context, request, request.RequestId, request.Document), Reason(request.Reason));
        var amount = Fields.Positive(request.HasAmountJpy, request.AmountJpy, "amount_jpy");
        var measure = Fields.OptionalText(request.Measure, "measure", 100);
        LocalDate? on = request.CreditedOn is null ? null : Fields.Date(request.CreditedOn, "credited_on");
        var credit = new CreditRequest(request.EntryNumber, amount, measure, reason, on);
        return new CreditEntryResponse { Receipt = await journal.CreditAsync(call, credit) };
    }

    /// <inheritdoc/>
    public override Task<ListEntriesResponse> ListEntries(ListEntriesRequest request, ServerCallContext context) =>
        entries.ListAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListDocumentEntriesResponse> ListDocumentEntries(ListDocumentEntriesRequest request, ServerCallContext context) =>
        entries.ListAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListEntrySumsResponse> ListEntrySums(ListEntrySumsRequest request, ServerCallContext context) =>
        entries.SumAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<AuditTotalsResponse> AuditTotals(AuditTotalsRequest request, ServerCallContext context) =>
        database.ReadAsync(audit.RunAsync, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<BeginIncarnationResponse> BeginIncarnation(BeginIncarnationRequest request, ServerCallContext context)
    {
        var (call, reason) = (Call.Of(context, request, request.RequestId), Reason(request.Reason));
        return requests.OnceAsync(call, transaction => incarnations.BeginAsync(transaction, call, request, reason), context.CancellationToken);
    }

    private async Task<TResponse> TransitAsync<TResponse>(Call call, Func<Transaction, Task<TResponse>> transition, CancellationToken cancel)
        where TResponse : Google.Protobuf.IMessage<TResponse>, new()
    {
        var response = await requests.OnceAsync(call, async transaction =>
        {
            var answer = await transition(transaction);
            Failpoint.Hit("close.commit.before");
            return answer;
        }, cancel);
        Failpoint.Hit("close.commit.after");
        relay.Wake();
        return response;
    }

    private static IReadOnlyList<YearMonth> Months(IReadOnlyCollection<Period.V1.Month> months)
    {
        var read = months.Select((month, index) => Fields.Month(month, $"months[{index}]")).Distinct().ToList();
        return read.Count is 0 or > MonthsMax ? throw Refusal.Field("months", $"has 1 to {MonthsMax} months") : read;
    }

    private static string Reason(string value) => Fields.Text(value, "reason", 1_000);
}
