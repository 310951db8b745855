using System.Globalization;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Group.V1;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>The balance sheet: items of a register with their sides; a month whose halves differ does not close.</summary>
public sealed class BalanceTests
{
    private static readonly YearMonth _march = new(2012, 3);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_item_outside_the_register_is_refused_until_it_is_defined(string engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, "balance");
        await using var node = await Node.StartAsync(new GroupBusiness(), database);
        Assert.Equal("BALANCE_ITEM_UNKNOWN", (await node.AskAsync(Record("leased_assets", 5))).Reason);
        Assert.Equal("BALANCE_ITEM_UNKNOWN", (await node.AskAsync(Define("leased_assets", BalanceSide.Assets, "all_assets"))).Reason);
        Assert.Equal("FIELD_INVALID", (await node.AskAsync(Define("leased_assets", BalanceSide.Assets, "total_liabilities"))).Reason);
        Assert.Equal("FIELD_INVALID", (await node.AskAsync(Define("leased_assets", BalanceSide.Assets, "inventories"))).Reason);
        Assert.Equal("FIELD_INVALID", (await node.AskAsync(Define("leased_assets", BalanceSide.Unspecified, ""))).Reason);
        Assert.Equal("FIELD_INVALID", (await node.AskAsync(Define("Leased assets", BalanceSide.Assets, "total_assets"))).Reason);
        Assert.True((await node.AskAsync(Define("leased_assets", BalanceSide.Assets, "total_assets"))).IsOk);
        Assert.Equal("BALANCE_ITEM_EXISTS", (await node.AskAsync(Define("leased_assets", BalanceSide.Liabilities, ""))).Reason);
        Assert.True((await node.AskAsync(Record("leased_assets", 5))).IsOk);

        var items = (await node.AskAsync<ListBalanceItemsResponse>(new ListBalanceItemsRequest { PageSize = 1_000 })).Items;
        Assert.Equal(items.Select(item => item.Item).Order(StringComparer.Ordinal), items.Select(item => item.Item));
        Assert.Equal(new BalanceItemDefinition { Item = "leased_assets", Side = BalanceSide.Assets, PartOf = "total_assets" },
            items.Single(item => item.Item == "leased_assets"));
    }

    [Theory]
    [InlineData("total_assets=100 total_liabilities=60 shareholders_equity=30 noncontrolling_interests=10", "")]
    [InlineData("total_assets=100 total_liabilities=60 shareholders_equity=30 noncontrolling_interests=9", "BALANCE_UNEQUAL")]
    [InlineData("total_assets=100 total_liabilities=60 shareholders_equity=40", "")]
    [InlineData("total_assets=101 total_liabilities=60 shareholders_equity=40", "BALANCE_UNEQUAL")]
    [InlineData("cash_and_cash_equivalents=70 inventories=30 borrowings=60 shareholders_equity=40 accumulated_deficit=-5", "")]
    [InlineData("cash_and_cash_equivalents=70 inventories=30 borrowings=60 common_stock=45 accumulated_deficit=-5", "")]
    [InlineData("cash_and_cash_equivalents=70 inventories=30 borrowings=60 shareholders_equity=41", "BALANCE_UNEQUAL")]
    [InlineData("cash_and_cash_equivalents=70", "BALANCE_UNEQUAL")]
    [InlineData("borrowings=70", "BALANCE_UNEQUAL")]
    [InlineData("total_assets=100 borrowings=60 shareholders_equity=30", "BALANCE_INCOMPLETE")]
    [InlineData("total_assets=100 borrowings=60 shareholders_equity=41", "BALANCE_UNEQUAL")]
    [InlineData("total_assets=100 shareholders_equity=30", "BALANCE_INCOMPLETE")]
    [InlineData("inventories=30 total_liabilities=60 shareholders_equity=40", "BALANCE_INCOMPLETE")]
    [InlineData("inventories=101 total_liabilities=60 shareholders_equity=40", "BALANCE_UNEQUAL")]
    [InlineData("total_assets=100 inventories=30 total_liabilities=60 borrowings=20 shareholders_equity=40 guarantees=7", "")]
    [InlineData("total_assets=100 inventories=101 total_liabilities=60 shareholders_equity=40", "BALANCE_INCOMPLETE")]
    [InlineData("total_assets=100 cash_and_cash_equivalents=70 inventories=50 total_liabilities=60 shareholders_equity=40", "BALANCE_INCOMPLETE")]
    [InlineData("guarantees=7", "")]
    [InlineData("", "")]
    public async Task Assets_equal_liabilities_equity_and_noncontrolling_interests(string sheet, string finding)
    {
        await using var database = await TestDatabase.CreateAsync("sqlite", "balance");
        await using var node = await Node.StartAsync(new GroupBusiness(), database);
        foreach (var entry in sheet.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.Split('=')))
            Assert.True((await node.AskAsync(Record(entry[0], long.Parse(entry[1], CultureInfo.InvariantCulture)))).IsOk);
        await node.AskAsync(new RecordAccountRequest
        {
            RequestId = Node.NewId(), Date = _march.LastDay().ToProto(), Account = Account.Sga, AmountJpy = 1,
        });
        var trial = await node.AskAsync<GetTrialStatementResponse>(new GetTrialStatementRequest { Month = _march.ToProto() });
        Assert.Equal(finding, string.Concat(trial.Findings.Select(found => found.Code).Where(code => code.StartsWith("BALANCE", StringComparison.Ordinal))));
        var prepared = await node.AskAsync(new PreparePeriodRequest { RequestId = Node.NewId(), Month = _march.ToProto() }, "akira");
        Assert.Equal(finding == "BALANCE_UNEQUAL" ? "VALIDATION_FAILED" : "", prepared.Reason);
    }

    private static RecordBalanceRequest Record(string item, long amount) =>
        new() { RequestId = Node.NewId(), Month = _march.ToProto(), Item = item, AmountJpy = amount };

    private static DefineBalanceItemRequest Define(string item, BalanceSide side, string partOf) =>
        new() { RequestId = Node.NewId(), Item = new() { Item = item, Side = side, PartOf = partOf } };
}
