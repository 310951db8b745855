using Grpc.Core;
using Iij.AtmOperations.V1;
using Iij.Contracts;
using Iij.GioCloud.V1;
using Iij.Group.V1;
using Iij.Local.Ledger;
using Iij.NetworkServices.V1;
using Iij.SiBacklog.V1;

namespace Iij.Local;

/// <summary>What is recorded, in which order: each row of the ledger as the calls of the API that its business system would make.</summary>
public sealed class LedgerStages(ServiceChannels services, LedgerFolder ledger)
{
    private const int Many = 256;

    private readonly NetworkServicesService.NetworkServicesServiceClient _network = new(services["network"]);
    private readonly SiBacklogService.SiBacklogServiceClient _backlog = new(services["backlog"]);
    private readonly GioCloudService.GioCloudServiceClient _cloud = new(services["cloud"]);
    private readonly AtmOperationsService.AtmOperationsServiceClient _atm = new(services["atm"]);
    private readonly GroupService.GroupServiceClient _group = new(services["group"]);

    /// <summary>The stages. Orders come before their revenue, installations before settlements, contract changes in date order.</summary>
    public IEnumerable<LoadStage> All() =>
    [
        // Within a day what adds comes first: contracts in force never fall below zero on the way.
        Stage("network", "contracts", 1, ledger.Contracts.Where(row => row.Activated + row.Cancelled > 0 || IsFirst(row))
            .OrderBy(row => row.Date).ThenByDescending(row => row.Activated - row.Cancelled).Select(Contract)),
        Stage("network", "network", Many, ledger.Network.SelectMany(NetworkMonth)),
        Stage("backlog", "orders", Many, ledger.Orders.Select(Order)),
        Stage("backlog", "order revenue", Many, ledger.Revenue.OrderBy(row => row.RecognisedOn).Select(Revenue)),
        Stage("backlog", "equipment, cost, personnel", Many, ledger.Backlog.SelectMany(BacklogMonth)),
        Stage("cloud", "cloud", Many, ledger.Cloud.SelectMany(CloudMonth)),
        Stage("group", "group", Many, GroupSteps()),
        Stage("atm", "ATMs", Many, ledger.Installations.Select(Installation)),
        Stage("atm", "ATM expenses", Many, ledger.Atm.Select(Expense)),
        SettlementStage(),
    ];

    private static LoadStage Stage(string service, string name, int inFlight, IEnumerable<LoadStep> steps)
    {
        var list = steps.ToList();
        return new LoadStage(service, name, list.Count, list, inFlight);
    }

    private static LoadStep Step<T>(CsvRow row, string part, Func<string, CallOptions, AsyncUnaryCall<T>> call) =>
        new(row, $"{row.File}:{row.Line}{part}", async (id, options) => await call(id, options));

    // From its first row on a band has a stock, be it zero; a later row that changes nothing is not an entry.
    private bool IsFirst(ContractRow row) => row.Date == ledger.Contracts.Where(other => other.Band == row.Band).Min(other => other.Date);

    private LoadStep Contract(ContractRow row) => Step(row.Row, "", (id, options) => _network.ChangeContractsAsync(new()
    {
        RequestId = id, Date = row.Date.ToProto(), Activated = row.Activated, Cancelled = row.Cancelled,
        Opening = row.Opening || row.Activated + row.Cancelled == 0,
        Band = row.Band switch
        {
            "under_100mbps" => BandwidthBand.Under100Mbps,
            "100mbps_to_1gbps" => BandwidthBand._100MbpsTo1Gbps,
            _ => BandwidthBand._1GbpsAndOver,
        },
    }, options));

    private IEnumerable<LoadStep> NetworkMonth(MonthRow month)
    {
        var (date, row) = (month.Month.LastDay().ToProto(), month.Row);
        LoadStep Revenue(string column, RevenueCategory category) => Step(row, " " + column, (id, options) =>
            _network.RecordRevenueAsync(new() { RequestId = id, Date = date, Category = category, AmountJpy = row.Amount(column) }, options));
        yield return Revenue("connectivity_corporate_jpy", RevenueCategory.ConnectivityCorporate);
        yield return Revenue("connectivity_home_jpy", RevenueCategory.ConnectivityHome);
        yield return Revenue("outsourcing_excluding_cloud_jpy", RevenueCategory.Outsourcing);
        yield return Revenue("wan_jpy", RevenueCategory.Wan);
        yield return Step(row, " cost", (id, options) => _network.RecordCostAsync(
            new() { RequestId = id, Date = date, AmountJpy = row.Amount("cost_excluding_cloud_jpy") }, options));
        yield return Step(row, " lte", (id, options) => _network.RecordLteAdditionsAsync(
            new() { RequestId = id, Date = date, Additions = row.Amount("lte_additions") }, options));
    }

    private LoadStep Order(OrderRow row) => Step(row.Row, "", (id, options) => _backlog.ReceiveOrderAsync(new()
    {
        RequestId = id, OrderId = row.OrderId, CustomerIndustry = row.Industry, AmountJpy = row.Amount, ReceivedOn = row.ReceivedOn.ToProto(),
        Opening = row.Opening, Kind = row.Kind == "construction" ? OrderKind.Construction : OrderKind.Operation,
    }, options));

    private LoadStep Revenue(RevenueRow row) => Step(row.Row, "", (id, options) => _backlog.RecogniseRevenueAsync(
        new() { RequestId = id, OrderId = row.OrderId, RecognisedOn = row.RecognisedOn.ToProto(), AmountJpy = row.Amount }, options));

    private IEnumerable<LoadStep> BacklogMonth(MonthRow month)
    {
        var (date, row) = (month.Month.LastDay().ToProto(), month.Row);
        yield return Step(row, " equipment", (id, options) => _backlog.RecordEquipmentAsync(new()
        {
            RequestId = id, Date = date, RevenueJpy = row.Amount("equipment_revenue_jpy"), CostJpy = row.Amount("equipment_cost_jpy"),
        }, options));
        yield return Step(row, " cost", (id, options) => _backlog.RecordCostAsync(
            new() { RequestId = id, Date = date, AmountJpy = row.Amount("systems_integration_cost_excluding_cloud_jpy") }, options));
        yield return Step(row, " personnel", (id, options) => _backlog.RecordOutsourcedPersonnelAsync(
            new() { RequestId = id, Month = month.Month.ToProto(), Count = row.Amount("outsourced_personnel") }, options));
    }

    private IEnumerable<LoadStep> CloudMonth(MonthRow month)
    {
        var (date, row) = (month.Month.LastDay().ToProto(), month.Row);
        foreach (var (product, name) in new[] { (Product.HostingPackage, "hosting_package"), (Product.Component, "component") })
        {
            yield return Step(row, $" {name} revenue", (id, options) => _cloud.RecordRevenueAsync(
                new() { RequestId = id, Date = date, Product = product, AmountJpy = row.Amount($"{name}_revenue_jpy") }, options));
            yield return Step(row, $" {name} cost", (id, options) => _cloud.RecordCostAsync(
                new() { RequestId = id, Date = date, Product = product, AmountJpy = row.Amount($"{name}_cost_jpy") }, options));
        }

        yield return Step(row, " capex", (id, options) => _cloud.RecordCapexAsync(
            new() { RequestId = id, Date = date, AmountJpy = row.Amount("capex_jpy") }, options));
        foreach (var (kind, column) in new[]
        {
            (CountKind.Projects, "projects"), (CountKind.Clients, "clients"), (CountKind.Partners, "partners"),
            (CountKind.VwSeriesOrders, "vw_series_orders"), (CountKind.VwSeriesProspects, "vw_series_prospects"),
        })
        {
            yield return Step(row, $" {column}", (id, options) => _cloud.RecordCountAsync(
                new() { RequestId = id, Month = month.Month.ToProto(), Kind = kind, Count = row.Amount(column) }, options));
        }
    }

    // What stands there before the first closed month stood there before this system began.
    private LoadStep Installation(InstallationRow row) => Step(row.Row, "", (id, options) => _atm.InstallAtmAsync(new()
    {
        RequestId = id, AtmId = row.AtmId, InstalledOn = row.InstalledOn.ToProto(),
        Opening = row.Opening || row.InstalledOn < ledger.ClosedMonths["atm"][0].FirstDay(),
    }, options));

    private LoadStep Expense(MonthRow month) => Step(month.Row, " expense", (id, options) => _atm.RecordExpenseAsync(new()
    {
        RequestId = id, Date = month.Month.LastDay().ToProto(), CostJpy = month.Row.Amount("cost_jpy"), SgaJpy = month.Row.Amount("sga_jpy"),
    }, options));

    private LoadStage SettlementStage()
    {
        var months = ledger.Atm.OrderBy(month => month.Month).ToList();
        var count = months.Sum(month => ledger.Installations.Sum(atm => DaysIn(month, atm)));
        return new LoadStage("atm", "daily settlements", count, months.SelectMany(Settle), Many);
    }

    private static int DaysIn(MonthRow month, InstallationRow atm) =>
        Math.Max(0, NodaTime.LocalDate.Max(atm.InstalledOn, month.Month.FirstDay()).DaysUntil(month.Month.LastDay()) + 1);

    private IEnumerable<LoadStep> Settle(MonthRow month) => Settlements
        .Spread(month.Month, month.Row.Amount("withdrawals"), month.Row.Amount("commission_jpy"), ledger.Installations)
        .Select(cell => new LoadStep(month.Row, $"settlement {cell.Date.ToIso()} {cell.AtmId}", async (id, options) =>
            await _atm.RecordDailySettlementAsync(new()
            {
                RequestId = id, AtmId = cell.AtmId, Date = cell.Date.ToProto(), Withdrawals = cell.Withdrawals, CommissionJpy = cell.Commission,
            }, options)));

    private IEnumerable<LoadStep> GroupSteps() => new GroupSteps(_group, ledger).All();
}
