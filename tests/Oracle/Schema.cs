namespace Iij.Tests.Oracle;

public enum FieldKind { Month, Day, FiscalYear, ZeroOrMore, AnySign, AboveZero, DecimalZeroOrMore, Text, Word }

/// <summary>A column and what may stand in it; Words for a closed vocabulary.</summary>
public sealed record Column(string Name, FieldKind Kind, params string[] Words);

/// <summary>The files of a ledger and of printed figures, column by column.</summary>
public static class Schema
{
    public const string FiguresFile = "figures.csv";

    public static readonly IReadOnlyList<string> MonthlyFiles = ["network.csv", "backlog.csv", "cloud.csv", "atm.csv", "group.csv"];
    public static readonly IReadOnlyList<string> SparseFiles = ["group_balance_sheet.csv", "group_cash_flow.csv", "group_memo.csv"];
    public static readonly IReadOnlyList<string> Units = ["JPY million", "JPY billion", "JPY per share", "count", "%"];
    public static readonly IReadOnlyList<string> Bands = ["under_100mbps", "100mbps_to_1gbps", "1gbps_and_over"];

    public static readonly IReadOnlyDictionary<string, IReadOnlyList<Column>> Files = new SortedDictionary<string, IReadOnlyList<Column>>(
        StringComparer.Ordinal)
    {
        ["network.csv"] =
        [
            Month, ZeroOrMore("connectivity_corporate_jpy"), ZeroOrMore("connectivity_home_jpy"),
            ZeroOrMore("outsourcing_excluding_cloud_jpy"), ZeroOrMore("wan_jpy"), ZeroOrMore("cost_excluding_cloud_jpy"),
            Signed("lte_additions"),
        ],
        ["network_contracts.csv"] =
            [Day("date"), new("bandwidth", FieldKind.Word, [.. Bands]), ZeroOrMore("activated"), ZeroOrMore("cancelled"), Opening],
        ["backlog_orders.csv"] =
        [
            Day("received_on"), Text("order_id"), new("kind", FieldKind.Word, "construction", "operation"), Text("customer_industry"),
            ZeroOrMore("amount_jpy"), Opening,
        ],
        ["backlog_revenue.csv"] = [Day("recognised_on"), Text("order_id"), ZeroOrMore("amount_jpy")],
        ["backlog.csv"] =
        [
            Month, ZeroOrMore("systems_integration_cost_excluding_cloud_jpy"), ZeroOrMore("equipment_revenue_jpy"),
            ZeroOrMore("equipment_cost_jpy"), ZeroOrMore("outsourced_personnel"),
        ],
        ["cloud.csv"] =
        [
            Month, ZeroOrMore("hosting_package_revenue_jpy"), ZeroOrMore("component_revenue_jpy"), ZeroOrMore("hosting_package_cost_jpy"),
            ZeroOrMore("component_cost_jpy"), ZeroOrMore("capex_jpy"), ZeroOrMore("projects"), ZeroOrMore("clients"),
            ZeroOrMore("partners"), ZeroOrMore("vw_series_orders"), ZeroOrMore("vw_series_prospects"),
        ],
        ["atm.csv"] = [Month, ZeroOrMore("withdrawals"), ZeroOrMore("commission_jpy"), ZeroOrMore("cost_jpy"), ZeroOrMore("sga_jpy")],
        ["atm_installations.csv"] = [Day("installed_on"), Text("atm_id"), Opening],
        ["group.csv"] =
        [
            Month, ZeroOrMore("sga_excluding_atm_jpy"), Signed("other_income_net_jpy"), Signed("income_tax_jpy"),
            Signed("equity_method_income_jpy"), Signed("noncontrolling_interests_jpy"), ZeroOrMore("personnel_cost_jpy"),
            ZeroOrMore("employees"),
        ],
        ["group_balance_sheet.csv"] = [Month, Text("item"), Signed("amount_jpy")],
        ["group_cash_flow.csv"] = [Month, Text("item"), Signed("amount_jpy")],
        ["group_memo.csv"] = [Month, Text("item"), ZeroOrMore("amount")],
        ["group_shares.csv"] = [FiscalYear, AboveZero("weighted_average_shares_post_split")],
        ["group_splits.csv"] = [Day("effective_on"), AboveZero("ratio")],
        ["group_dividends.csv"] =
        [
            Day("announced_on"), FiscalYear, new("part", FieldKind.Word, "interim", "year_end"),
            new("status", FieldKind.Word, "paid", "forecast"), new("jpy_per_share_as_printed", FieldKind.DecimalZeroOrMore),
            new("split_basis", FieldKind.Word, "pre", "post"),
        ],
        ["group_targets.csv"] = [FiscalYear, Day("announced_on"), Text("line"), AboveZero("amount_jpy")],
    };

    public static readonly IReadOnlyList<string> FigureColumns = ["page", "line", "period", "kind", "value", "unit", "decimals"];

    private static Column Month => new("month", FieldKind.Month);
    private static Column FiscalYear => new("fiscal_year", FieldKind.FiscalYear);
    private static Column Opening => new("opening", FieldKind.Word, "yes", "no");

    public static string Header(string file) => string.Join(',', Files[file].Select(column => column.Name));

    private static Column Day(string name) => new(name, FieldKind.Day);
    private static Column Text(string name) => new(name, FieldKind.Text);
    private static Column ZeroOrMore(string name) => new(name, FieldKind.ZeroOrMore);
    private static Column Signed(string name) => new(name, FieldKind.AnySign);
    private static Column AboveZero(string name) => new(name, FieldKind.AboveZero);
}
