using Grpc.Core;
using Iij.AtmOperations.V1;
using Iij.Client;
using Iij.Closing.V1;
using Iij.GioCloud.V1;
using Iij.Group.V1;
using Iij.Local;
using Iij.NetworkServices.V1;
using Iij.Period.V1;
using Iij.SiBacklog.V1;
using Iij.Tests.Model;

namespace Iij.Tests.Fuzzing;

/// <summary>A little of everything, recorded through the public APIs.</summary>
public static class Seed
{
    private static readonly Month _april = new() { Year = 2012, Month_ = 4 };

    /// <summary>Records it and closes April 2012 everywhere.</summary>
    public static async Task PlantAsync(LocalServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        foreach (var (month, day) in new[] { (4, 10), (5, 10) })
        {
            var date = new Date { Year = 2012, Month = month, Day = day };
            await NetworkAsync(new(services.Channels["network"]), date);
            await BacklogAsync(new(services.Channels["backlog"]), date);
            await CloudAsync(new(services.Channels["cloud"]), date);
            await AtmAsync(new(services.Channels["atm"]), date);
            await GroupAsync(new(services.Channels["group"]), date);
        }

        foreach (var source in LocalServices.Sources)
            await CloseAsync(new(services.Channels[source]));
    }

    private static CallOptions As(string actor) => new([new(ActorMetadata.Key, actor)]);

    private static string Id() => $"seed-{Samples.Next()}";

    private static async Task CloseAsync(ClosingService.ClosingServiceClient closing)
    {
        var prepared = await closing.PreparePeriodAsync(new() { RequestId = Id(), Month = _april }, As("preparer"));
        await closing.ClosePeriodAsync(Waiving.Close(Id(), _april, prepared.Findings), As("controller"));
    }

    private static async Task NetworkAsync(NetworkServicesService.NetworkServicesServiceClient network, Date date)
    {
        await network.RecordCostAsync(new() { RequestId = Id(), Date = date, AmountJpy = 700 }, As("seed"));
        await network.RecordRevenueAsync(
            new() { RequestId = Id(), Date = date, Category = RevenueCategory.Wan, AmountJpy = 900 }, As("seed"));
        await network.ChangeContractsAsync(
            new() { RequestId = Id(), Date = date, Band = BandwidthBand.Under100Mbps, Activated = 5, Cancelled = 1 }, As("seed"));
    }

    /// <summary>Orders and a cost of systems integration.</summary>
    public static async Task BacklogAsync(SiBacklogService.SiBacklogServiceClient backlog, Date date)
    {
        await backlog.RecordCostAsync(new() { RequestId = Id(), Date = date, AmountJpy = 10 }, As("seed"));
        if (date.Month != 4)
            return;
        foreach (var id in new[] { "ORDER-1", "ORDER-2", "ORDER-3" })
        {
            await backlog.ReceiveOrderAsync(new()
            {
                RequestId = Id(), OrderId = id, Kind = OrderKind.Operation, AmountJpy = 1_000_000, CustomerIndustry = "finance",
                ReceivedOn = date,
            }, As("seed"));
        }
    }

    private static async Task CloudAsync(GioCloudService.GioCloudServiceClient cloud, Date date)
    {
        await cloud.RecordCapexAsync(new() { RequestId = Id(), Date = date, AmountJpy = 30 }, As("seed"));
        await cloud.RecordRevenueAsync(new() { RequestId = Id(), Date = date, Product = Product.Component, AmountJpy = 40 }, As("seed"));
        await cloud.RecordCountAsync(new()
        {
            RequestId = Id(), Month = new() { Year = 2012, Month_ = date.Month }, Kind = CountKind.Partners, Count = 12,
        }, As("seed"));
    }

    private static async Task AtmAsync(AtmOperationsService.AtmOperationsServiceClient atm, Date date)
    {
        await atm.RecordExpenseAsync(new() { RequestId = Id(), Date = date, CostJpy = 20, SgaJpy = 5 }, As("seed"));
        if (date.Month != 4)
            return;
        foreach (var id in new[] { "ATM-1", "ATM-2", "ATM-3" })
            await atm.InstallAtmAsync(new() { RequestId = Id(), AtmId = id, InstalledOn = date }, As("seed"));
        await atm.RecordWithdrawalAsync(
            new() { RequestId = Id(), AtmId = "ATM-1", WithdrawnAt = "2012-04-15T10:00:00+09:00", CommissionJpy = 100 }, As("seed"));
    }

    /// <summary>Accounts, balance items and a target of the group.</summary>
    public static async Task GroupAsync(GroupService.GroupServiceClient group, Date date)
    {
        var month = new Month { Year = 2012, Month_ = date.Month };
        await group.RecordAccountAsync(new() { RequestId = Id(), Date = date, Account = Account.Sga, AmountJpy = 60 }, As("seed"));
        await group.RecordBalanceAsync(new() { RequestId = Id(), Month = month, Item = "guarantees", AmountJpy = 80 }, As("seed"));
        await group.RecordBalanceAsync(new() { RequestId = Id(), Month = month, Item = "purchase_commitments", AmountJpy = 70 }, As("seed"));
        await group.AnnounceTargetAsync(
            new() { RequestId = Id(), FiscalYear = "FY2013", AnnouncedOn = date, Line = "revenue.total", AmountJpy = 5_000 }, As("seed"));
    }
}
