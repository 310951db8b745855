using Grpc.Core;
using Iij.Closing;
using Iij.Contracts;
using Iij.GioCloud.V1;
using Iij.Platform;

namespace Iij.Cloud;

/// <summary>GioCloudService: reads requests into domain values, lets the rules decide, records.</summary>
public sealed class CloudGrpcService(Database database, Journal journal, JournalStore entries, CloudStore store)
    : GioCloudService.GioCloudServiceBase
{
    /// <inheritdoc/>
    public override async Task<RecordRevenueResponse> RecordRevenue(RecordRevenueRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"));
        var measure = Of(request.Product, CloudMeasures.HostingPackageRevenue, CloudMeasures.ComponentRevenue);
        var decision = CloudMeasures.Earn(on, measure, Fields.NotNegative(request.HasAmountJpy, request.AmountJpy, "amount_jpy"));
        return new RecordRevenueResponse { Receipt = await journal.RecordAsync(call, decision) };
    }

    /// <inheritdoc/>
    public override async Task<RecordCostResponse> RecordCost(RecordCostRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"));
        var measure = Of(request.Product, CloudMeasures.HostingPackageCost, CloudMeasures.ComponentCost);
        var decision = CloudMeasures.Spend(on, measure, Fields.NotNegative(request.HasAmountJpy, request.AmountJpy, "amount_jpy"));
        return new RecordCostResponse { Receipt = await journal.RecordAsync(call, decision) };
    }

    /// <inheritdoc/>
    public override async Task<RecordCapexResponse> RecordCapex(RecordCapexRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"));
        var decision = CloudMeasures.Invest(on, Fields.NotNegative(request.HasAmountJpy, request.AmountJpy, "amount_jpy"));
        return new RecordCapexResponse { Receipt = await journal.RecordAsync(call, decision) };
    }

    /// <inheritdoc/>
    public override async Task<RecordCountResponse> RecordCount(RecordCountRequest request, ServerCallContext context)
    {
        var (call, month, kind) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Month(request.Month), KindOf(request.Kind));
        var count = Fields.NotNegative(request.HasCount, request.Count, "count");
        var receipt = await journal.RecordAsync<CloudRuleState>(call, state => state.Need(month, kind), state =>
            state.Count(month, kind).Count(count, state.Calendar) with { Rows = CloudStore.Count(month, kind) });
        return new RecordCountResponse { Receipt = receipt };
    }

    /// <inheritdoc/>
    public override async Task<GetRunRateResponse> GetRunRate(GetRunRateRequest request, ServerCallContext context)
    {
        var month = Fields.Month(request.Month);
        var totals = await database.ReadAsync(
            transaction => entries.TotalsAsync(transaction, month, isFirst: false), context.CancellationToken);
        var rate = RunRate.Of(month, totals.Of(CloudMeasures.HostingPackageRevenue), totals.Of(CloudMeasures.ComponentRevenue));
        return new GetRunRateResponse
        {
            HostingPackageRevenueJpy = rate.HostingPackage, ComponentRevenueJpy = rate.Component, RevenueJpy = rate.Revenue,
            HostingPackageAnnualisedJpy = RunRate.Annualised(rate.HostingPackage),
            ComponentAnnualisedJpy = RunRate.Annualised(rate.Component),
            AnnualisedJpy = RunRate.Annualised(rate.Revenue),
        };
    }

    /// <inheritdoc/>
    public override async Task<ListCountsResponse> ListCounts(ListCountsRequest request, ServerCallContext context)
    {
        var from = request.From is null ? "" : Fields.Month(request.From, "from").ToIso();
        var to = request.To is null ? "9999-12" : Fields.Month(request.To, "to").ToIso();
        if (string.CompareOrdinal(to, from) < 0)
            throw Refusal.Field("to", "is before from");
        var kind = request.Kind == CountKind.Unspecified ? "" : KindOf(request.Kind);
        var (size, after) = (Fields.PageSize(request.PageSize), PageAfter(request.PageToken));
        var rows = await database.ReadAsync(
            transaction => store.ListAsync(transaction, kind, (from, to), after, size), context.CancellationToken);
        return new ListCountsResponse
        {
            Counts =
            {
                rows.Select(row => new Count
                {
                    EntryNumber = row.Entry, Month = row.Month.ToProto(), Kind = ToProto(row.Kind), Count_ = row.Count,
                }),
            },
            NextPageToken = Fields.NextPage(rows.Count, size, rows.Count == 0 ? "" : $"{rows[^1].Month.ToIso()}/{rows[^1].Kind}"),
        };
    }

    // A page ends at a month and a kind: "2012-12/partners".
    private static (string Month, string Kind) PageAfter(string token)
    {
        if (Fields.PageAfter(token) is not { Length: > 0 } text)
            return ("", "");
        var parts = text.Split('/');
        return parts.Length == 2 && Contracts.Calendar.ParseMonth(parts[0]) is not null && MonthEndCount.Kinds.Contains(parts[1])
            ? (parts[0], parts[1])
            : throw Refusal.Field("page_token", "is not one that a page gave");
    }

    private static string Of(Product product, string hostingPackage, string component) => product switch
    {
        Product.HostingPackage => hostingPackage,
        Product.Component => component,
        Product.Unspecified => throw Refusal.Field("product", "is missing"),
        _ => throw Refusal.Field("product", "is not one of the products"),
    };

    private static string KindOf(CountKind kind) => kind switch
    {
        CountKind.Projects => MonthEndCount.Projects,
        CountKind.Clients => MonthEndCount.Clients,
        CountKind.Partners => MonthEndCount.Partners,
        CountKind.VwSeriesOrders => MonthEndCount.VwSeriesOrders,
        CountKind.VwSeriesProspects => MonthEndCount.VwSeriesProspects,
        CountKind.Unspecified => throw Refusal.Field("kind", "is missing"),
        _ => throw Refusal.Field("kind", "is not one of the kinds"),
    };

    private static CountKind ToProto(string kind) => kind switch
    {
        MonthEndCount.Projects => CountKind.Projects,
        MonthEndCount.Clients => CountKind.Clients,
        MonthEndCount.Partners => CountKind.Partners,
        MonthEndCount.VwSeriesOrders => CountKind.VwSeriesOrders,
        MonthEndCount.VwSeriesProspects => CountKind.VwSeriesProspects,
        _ => throw new InvalidDataException($"\"{kind}\" is nothing that is counted"),
    };
}
