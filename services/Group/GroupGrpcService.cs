using System.Globalization;
using Grpc.Core;
using Iij.Closing;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Group.V1;
using Iij.Platform;
using NodaTime;

namespace Iij.Group;

/// <summary>
/// GroupService: reads requests into domain values, lets the rules of <see cref="Accounts"/> and <see cref="Announced"/> decide,
/// records.
/// </summary>
public sealed class GroupGrpcService(
    Database database, Journal journal, GroupStore store, Requests requests, TimeProvider clock) : GroupService.GroupServiceBase
{
    private const int LineLengthMax = 80;
    private const int ScaleMax = 18;

    /// <inheritdoc/>
    public override async Task<RecordAccountResponse> RecordAccount(RecordAccountRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"));
        var account = Measure(request.Account);
        var decision = Accounts.Record(account, on, Fields.Amount(request.HasAmountJpy, request.AmountJpy, "amount_jpy"));
        return new RecordAccountResponse { Receipt = await journal.RecordAsync(call, decision) };
    }

    /// <inheritdoc/>
    public override async Task<RecordEmployeesResponse> RecordEmployees(RecordEmployeesRequest request, ServerCallContext context)
    {
        var (call, month) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Month(request.Month));
        var employees = Fields.NotNegative(request.HasEmployees, request.Employees, "employees");
        return new RecordEmployeesResponse { Receipt = await RecordMonthAsync(call, "EMPLOYEES", Accounts.Employees, month, employees) };
    }

    /// <inheritdoc/>
    public override async Task<RecordBalanceResponse> RecordBalance(RecordBalanceRequest request, ServerCallContext context)
    {
        var (call, month) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Month(request.Month));
        var measure = Accounts.BalancePrefix + Item(request.Item);
        var amount = Fields.Amount(request.HasAmountJpy, request.AmountJpy, "amount_jpy");
        var receipt = await journal.RecordAsync<GroupRuleState>(
            call,
            state =>
            {
                state.NeedBalanceItems();
                state.NeedStock(measure, month);
            },
            state =>
            {
                BalanceItem.Find(state.BalanceItems, request.Item);
                return Stand(state, "BALANCE", measure, month, amount);
            });
        return new RecordBalanceResponse { Receipt = receipt };
    }

    /// <inheritdoc/>
    public override Task<DefineBalanceItemResponse> DefineBalanceItem(DefineBalanceItemRequest request, ServerCallContext context)
    {
        var call = Call.Of(context, request, request.RequestId);
        var definition = request.Item ?? throw Refusal.Field("item", "is missing");
        if (definition.Side == BalanceSide.Unspecified || !Enum.IsDefined(definition.Side))
            throw Refusal.Field("item.side", "is not a side of the balance sheet, nor MEMO");
        var item = new BalanceItem { Item = Item(definition.Item, "item.item"), Side = definition.Side, PartOf = definition.PartOf };
        return requests.OnceAsync(call, async transaction =>
        {
            item.RequireNew(await store.BalanceItemsAsync(transaction));
            await store.InsertBalanceItemAsync(transaction, item, call.Actor, clock.Now().ToMicroseconds());
            return new DefineBalanceItemResponse { Item = ToProto(item) };
        }, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ListBalanceItemsResponse> ListBalanceItems(ListBalanceItemsRequest request, ServerCallContext context)
    {
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfter(request.PageToken));
        var page = (await database.ReadAsync(store.BalanceItemsAsync, context.CancellationToken))
            .Where(item => string.CompareOrdinal(item.Item, after) > 0).Take(size).ToList();
        return new ListBalanceItemsResponse
        {
            Items = { page.Select(ToProto) }, NextPageToken = Fields.NextPage(page.Count, size, page.LastOrDefault()?.Item ?? ""),
        };
    }

    /// <inheritdoc/>
    public override async Task<RecordCashFlowResponse> RecordCashFlow(RecordCashFlowRequest request, ServerCallContext context)
    {
        var (call, month) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Month(request.Month));
        var measure = Accounts.CashFlowPrefix + Item(request.Item);
        var amount = Fields.Amount(request.HasAmountJpy, request.AmountJpy, "amount_jpy");
        return new RecordCashFlowResponse { Receipt = await RecordMonthAsync(call, "CASH_FLOW", measure, month, amount) };
    }

    /// <inheritdoc/>
    public override async Task<RecordMemoResponse> RecordMemo(RecordMemoRequest request, ServerCallContext context)
    {
        var (call, month) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Month(request.Month));
        var measure = Measure(request.Memo);
        var amount = Fields.NotNegative(request.HasAmount, request.Amount, "amount");
        return new RecordMemoResponse { Receipt = await RecordMonthAsync(call, "MEMO", measure, month, amount) };
    }

    /// <inheritdoc/>
    public override async Task<AnnounceTargetResponse> AnnounceTarget(AnnounceTargetRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.AnnouncedOn, "announced_on"));
        var amount = Fields.Positive(request.HasAmountJpy, request.AmountJpy, "amount_jpy");
        var target = new Announced(Announced.Target, Line(request.Line), FiscalYear(request.FiscalYear), on, amount, 0);
        return new AnnounceTargetResponse { Receipt = await AnnounceAsync(call, target) };
    }

    /// <inheritdoc/>
    public override async Task<AnnounceDividendResponse> AnnounceDividend(AnnounceDividendRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.AnnouncedOn, "announced_on"));
        if (request.Status is not (DividendStatus.Paid or DividendStatus.Forecast))
            throw Refusal.Field("status", "is neither paid nor forecast");
        var value = Value(request.ValuePerShare, "value_per_share");
        Fields.NotNegative(true, value.Unscaled, "value_per_share");
        var (item, basis) = DividendItem(request);
        var dividend = new Announced(Announced.Dividend, item, FiscalYear(request.FiscalYear), on,
            value.Unscaled, value.Scale, request.Status.ToString(), basis);
        return new AnnounceDividendResponse { Receipt = await AnnounceAsync(call, dividend) };
    }

    /// <inheritdoc/>
    public override async Task<StateSharesResponse> StateShares(StateSharesRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.StatedOn, "stated_on"));
        var count = Fields.Positive(request.HasWeightedAverageShares, request.WeightedAverageShares, "weighted_average_shares");
        LocalDate? basis = request.BasisOn is null ? null : Fields.Date(request.BasisOn, "basis_on");
        var shares = new Announced(Announced.Shares, "weighted_average", FiscalPeriod(request.FiscalYear), on, count, 0, Basis: basis);
        return new StateSharesResponse { Receipt = await AnnounceAsync(call, shares) };
    }

    /// <inheritdoc/>
    public override async Task<AnnounceSplitResponse> AnnounceSplit(AnnounceSplitRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.EffectiveOn, "effective_on"));
        var ratio = Value(request.Ratio, "ratio");
        Fields.Positive(true, ratio.Unscaled, "ratio");
        var split = new Announced(Announced.Split, "ratio", "", on, ratio.Unscaled, ratio.Scale);
        return new AnnounceSplitResponse { Receipt = await AnnounceAsync(call, split) };
    }

    /// <inheritdoc/>
    public override async Task<ListAnnouncementsResponse> ListAnnouncements(ListAnnouncementsRequest request, ServerCallContext context)
    {
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfterNumber(request.PageToken));
        var rows = await database.ReadAsync(
            transaction => store.ListAnnouncementsAsync(transaction, after, size), context.CancellationToken);
        return new ListAnnouncementsResponse
        {
            Announcements =
            {
                rows.Select(row => new RegisterEntry
                {
                    EntryNumber = row.Entry, Measure = row.Announced.Measure, FiscalYear = row.Announced.FiscalYear,
                    AnnouncedOn = row.Announced.On.ToProto(), Value = row.Announced.Value, BasisOn = row.Announced.Basis?.ToProto(),
                    Status = Enum.TryParse<DividendStatus>(row.Announced.Status, out var status) ? status : DividendStatus.Unspecified,
                }),
            },
            NextPageToken = Fields.NextPage(rows.Count, size, rows.LastOrDefault().Entry.ToString(CultureInfo.InvariantCulture)),
        };
    }

    /// <inheritdoc/>
    public override async Task<ListBalanceResponse> ListBalance(ListBalanceRequest request, ServerCallContext context)
    {
        var (month, size, after) = (Fields.Month(request.Month), Fields.PageSize(request.PageSize), Fields.PageAfter(request.PageToken));
        var rows = await database.ReadAsync(
            transaction => store.ListStocksAsync(transaction, Accounts.BalancePrefix, month, after, size), context.CancellationToken);
        return new ListBalanceResponse
        {
            Items =
            {
                rows.Select(row => new V1.BalanceItem
                {
                    Item = row.Measure[Accounts.BalancePrefix.Length..], AmountJpy = row.Amount, EntryNumber = row.Entry,
                }),
            },
            NextPageToken = Fields.NextPage(rows.Count, size, rows.LastOrDefault().Measure ?? ""),
        };
    }

    private static BalanceItemDefinition ToProto(BalanceItem item) => new() { Item = item.Item, Side = item.Side, PartOf = item.PartOf };

    private Task<EntryReceipt> RecordMonthAsync(EntryCall call, string kind, string measure, YearMonth month, long amount) =>
        Accounts.IsStock(measure)
            ? journal.RecordAsync<GroupRuleState>(call, state => state.NeedStock(measure, month), state => Stand(state, kind, measure, month, amount))
            : journal.RecordAsync(call, Accounts.Flow(kind, measure, month, amount));

    private static Decision Stand(GroupRuleState state, string kind, string measure, YearMonth month, long amount)
    {
        Accounts.RequireOwnMonth(state.Calendar, month.LastDay(), EntryClass.Activity);
        return Accounts.Stand(kind, measure, month, amount, state.Stock(measure, month)) with { Rows = GroupStore.Stock(measure, month) };
    }

    private Task<EntryReceipt> AnnounceAsync(EntryCall call, Announced announced) =>
        journal.RecordAsync<GroupRuleState>(call, state => state.NeedAnnouncement(announced.Key), state =>
        {
            if (announced.Register == Announced.Split)
                Accounts.RequireOwnMonth(state.Calendar, announced.On, EntryClass.Announcement);
            return announced.Decide(state.Announcement(announced.Key)) with { Rows = GroupStore.Announcement(announced) };
        });

    private static string Measure(Account account) => account switch
    {
        Account.Sga => Accounts.Sga,
        Account.OtherIncomeNet => Accounts.OtherIncomeNet,
        Account.IncomeTax => Accounts.IncomeTax,
        Account.EquityMethodIncome => Accounts.EquityMethodIncome,
        Account.NoncontrollingInterests => Accounts.NoncontrollingInterests,
        Account.PersonnelCost => Accounts.PersonnelCost,
        _ => throw Refusal.Field("account", "is not one of the group's accounts"),
    };

    private static string Measure(Memo memo) => memo switch
    {
        Memo.OverseasRevenue => Accounts.OverseasRevenue,
        Memo.NewGraduatesHired => Accounts.NewGraduatesHired,
        Memo.CorporateCustomers => Accounts.CorporateCustomers,
        _ => throw Refusal.Field("memo", "is not one of the memo figures"),
    };

    private static (string Item, LocalDate? Basis) DividendItem(AnnounceDividendRequest request)
    {
        var part = request.Part switch
        {
            DividendPart.Interim => "interim",
            DividendPart.YearEnd => "year_end",
            _ => throw Refusal.Field("part", "is neither interim nor year-end"),
        };
        return request.SplitBasis switch
        {
            SplitBasis.Unspecified => (part, Fields.Date(request.BasisOn, "basis_on")),
            _ when request.BasisOn is not null => throw Refusal.Field("split_basis", "is given beside basis_on, which replaces it"),
            SplitBasis.Pre => (part + ".pre_split", null),
            SplitBasis.Post => (part + ".post_split", null),
            _ => throw Refusal.Field("split_basis", "is neither before nor after the split"),
        };
    }

    private static string Item(string value, string field = "item") =>
        MeasureCatalog.IsItem(value) ? value : throw Refusal.Field(field, "is not 1 to 80 lower case letters, digits and underscores");

    private static string Line(string value) => value.Length <= LineLengthMax && value.Split('.').All(MeasureCatalog.IsItem)
        ? value
        : throw Refusal.Field("line", $"is not up to {LineLengthMax} characters of lower case words joined by dots and underscores");

    private static string FiscalYear(string value) => ReportingPeriod.Parse(value) is { Length: PeriodLength.Year }
        ? value
        : throw Refusal.Field("fiscal_year", "is not a fiscal year, such as FY2012");

    private static string FiscalPeriod(string value) => ReportingPeriod.Parse(value) is { Length: >= PeriodLength.Quarter }
        ? value
        : throw Refusal.Field("fiscal_year", "is not a fiscal year or a part of one, such as FY2012, FY2012-Q3, FY2012-H1 or FY2012-9M");

    private static Money.V1.Decimal Value(Money.V1.Decimal? value, string field)
    {
        if (value is null)
            throw Refusal.Field(field, "is missing");
        return value.Scale is >= 0 and <= ScaleMax ? value : throw Refusal.Field(field, $"has a scale of 0 to {ScaleMax}");
    }
}
