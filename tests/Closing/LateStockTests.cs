using Google.Protobuf;
using Iij.AtmOperations.V1;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.NetworkServices.V1;
using Iij.Platform;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>
/// A late entry counts from the month that takes it. Where an earlier month is reopened and takes away what was added late, its
/// stock would be below zero: such a month does not close.
/// </summary>
public sealed class LateStockTests
{
    private static readonly YearMonth _march = new(2012, 3);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public Task An_atm_is_not_removed_in_a_statement_before_it_is_installed(string engine) => RefusesAsync(
        engine, new AtmBusiness(),
        new InstallAtmRequest { AtmId = "LATE", InstalledOn = _march.OnDayOfMonth(5).ToProto() },
        new RemoveAtmRequest { AtmId = "LATE", RemovedOn = _march.PlusMonths(1).OnDayOfMonth(10).ToProto() });

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public Task A_contract_is_not_cancelled_in_a_statement_before_it_is_activated(string engine) => RefusesAsync(
        engine, new NetworkBusiness(),
        new ChangeContractsRequest
        {
            Date = _march.OnDayOfMonth(5).ToProto(), Band = BandwidthBand._1GbpsAndOver, Activated = 3, Cancelled = 0,
        },
        new ChangeContractsRequest
        {
            Date = _march.PlusMonths(1).OnDayOfMonth(10).ToProto(), Band = BandwidthBand._1GbpsAndOver, Activated = 0, Cancelled = 3,
        });

    private static async Task RefusesAsync(string engine, Business business, IMessage adds, IMessage takesAway)
    {
        var (april, may) = (_march.PlusMonths(1), _march.PlusMonths(2));
        await using var database = await TestDatabase.CreateAsync(engine, "late");
        await using var node = await Node.StartAsync(
            business, database, change: settings => settings.LateEntries = LateEntryPolicy.PostToNextOpenPeriod);
        await node.CloseAsync(_march);
        await node.CloseAsync(april);
        var added = (await node.AskAsync(Wire.WithId(adds, Node.NewId()))).Receipt;
        Assert.Equal(may.ToProto(), added.PostedMonth);
        await node.ReopenAsync(april);
        var taken = (await node.AskAsync(Wire.WithId(takesAway, Node.NewId()))).Receipt;
        Assert.Equal(april.ToProto(), taken.PostedMonth);
        var refused = await node.AskAsync(new PreparePeriodRequest { RequestId = Node.NewId(), Month = april.ToProto() });
        Assert.Equal("VALIDATION_FAILED", refused.Reason);

        // The way out: what is wrong is reversed.
        await node.AskAsync<ReverseEntryResponse>(
            new ReverseEntryRequest { RequestId = Node.NewId(), EntryNumber = taken.EntryNumber, Reason = "not in April's books" });
        await node.CloseAsync(april);
        await node.CloseAsync(may);
        Assert.Empty((await node.AuditAsync()).Findings);
    }
}
