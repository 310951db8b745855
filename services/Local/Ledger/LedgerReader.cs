using Iij.Contracts;
using Iij.Reporting;

namespace Iij.Local.Ledger;

/// <summary>Reads a ledger folder; throws <see cref="InputException"/> at the first row that breaks a rule.</summary>
public static class LedgerReader
{
    private static readonly string[] _files =
    [
        "network.csv", "network_contracts.csv", "backlog.csv", "backlog_orders.csv", "backlog_revenue.csv", "cloud.csv", "atm.csv",
        "atm_installations.csv", "group.csv", "group_balance_sheet.csv", "group_cash_flow.csv", "group_memo.csv", "group_dividends.csv",
        "group_shares.csv", "group_splits.csv", "group_targets.csv",
    ];

    /// <summary>Reads and checks the whole folder before anything is recorded.</summary>
    public static LedgerFolder Read(string folder, LineModel lines)
    {
        CheckFiles(folder);
        string In(string file) => Path.Combine(folder, file);
        var ledger = new LedgerFolder
        {
            Path = Path.GetFullPath(folder), Digest = LedgerFolder.DigestOf(folder),
            Network = Monthly(In("network.csv"), [
                "connectivity_corporate_jpy", "connectivity_home_jpy", "outsourcing_excluding_cloud_jpy", "wan_jpy", "cost_excluding_cloud_jpy"],
                "lte_additions"),
            Contracts = [.. CsvTable.Read(In("network_contracts.csv"), "date", "bandwidth", "activated", "cancelled", "opening").Select(Contract)],
            Backlog = Monthly(In("backlog.csv"), [
                "systems_integration_cost_excluding_cloud_jpy", "equipment_revenue_jpy", "equipment_cost_jpy", "outsourced_personnel"]),
            Orders = [.. CsvTable.Read(In("backlog_orders.csv"), "received_on", "order_id", "kind", "customer_industry", "amount_jpy",
                "opening").Select(Order)],
            Revenue = [.. CsvTable.Read(In("backlog_revenue.csv"), "recognised_on", "order_id", "amount_jpy")
                .Select(row => new RevenueRow(row.Date("recognised_on"), row.Text("order_id"), row.NotNegative("amount_jpy"), row))],
            Cloud = Monthly(In("cloud.csv"), [
                "hosting_package_revenue_jpy", "component_revenue_jpy", "hosting_package_cost_jpy", "component_cost_jpy", "capex_jpy", "projects",
                "clients", "partners", "vw_series_orders", "vw_series_prospects"]),
            Atm = Monthly(In("atm.csv"), ["withdrawals", "commission_jpy", "cost_jpy", "sga_jpy"]),
            Installations = [.. CsvTable.Read(In("atm_installations.csv"), "installed_on", "atm_id", "opening")
                .Select(row => new InstallationRow(row.Date("installed_on"), row.Text("atm_id"), row.YesNo("opening"), row))],
            Group = Monthly(In("group.csv"), ["sga_excluding_atm_jpy", "personnel_cost_jpy", "employees"],
                ["other_income_net_jpy", "income_tax_jpy", "equity_method_income_jpy", "noncontrolling_interests_jpy"]),
            Balance = Items(In("group_balance_sheet.csv"), "amount_jpy", anySign: true),
            CashFlow = Items(In("group_cash_flow.csv"), "amount_jpy", anySign: true),
            Memo = Items(In("group_memo.csv"), "amount", anySign: false),
            Dividends = [.. CsvTable.Read(In("group_dividends.csv"), "announced_on", "fiscal_year", "part", "status", "jpy_per_share_as_printed",
                "split_basis").Select(Dividend)],
            Shares = [.. CsvTable.Read(In("group_shares.csv"), "fiscal_year", "weighted_average_shares_post_split")
                .Select(row => new SharesRow(row.FiscalYear("fiscal_year"), row.Positive("weighted_average_shares_post_split"), row))],
            Splits = [.. CsvTable.Read(In("group_splits.csv"), "effective_on", "ratio")
                .Select(row => new SplitRow(row.Date("effective_on"), row.Positive("ratio"), row))],
            Targets = [.. CsvTable.Read(In("group_targets.csv"), "fiscal_year", "announced_on", "line", "amount_jpy").Select(row => Target(row, lines))],
        };
        LedgerRules.Check(ledger);
        return ledger;
    }

    private static void CheckFiles(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InputException(folder, 0, "is not a folder; --ledger names a folder of ledger files");
        var unknown = Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Except(_files).Order(StringComparer.Ordinal);
        if (unknown.FirstOrDefault() is { } other)
            throw new InputException(other, 0, $"is an unknown file; a ledger has {string.Join(", ", _files)}");
    }

    private static List<MonthRow> Monthly(string path, string[] notNegative, params string[] anySign)
    {
        var rows = CsvTable.Read(path, ["month", .. notNegative, .. anySign]).Select(row => new MonthRow(row.Month("month"), row)).ToList();
        foreach (var (_, row) in rows)
        {
            foreach (var column in notNegative)
                row.NotNegative(column);
            foreach (var column in anySign)
                row.Amount(column);
        }

        return rows;
    }

    private static List<ItemRow> Items(string path, string amount, bool anySign) =>
        CsvTable.Read(path, "month", "item", amount).Select(row => new ItemRow(row.Month("month"), Item(row),
            anySign ? row.Amount(amount) : row.NotNegative(amount), row)).ToList();

    private static string Item(CsvRow row) => MeasureCatalog.IsItem(row["item"])
        ? row["item"]
        : throw row.Refuse($"item \"{row["item"]}\" is not an item: lower case letters, digits and underscores");

    private static ContractRow Contract(CsvRow row) => new(row.Date("date"),
        row.Word("bandwidth", "under_100mbps", "100mbps_to_1gbps", "1gbps_and_over"), row.NotNegative("activated"),
        row.NotNegative("cancelled"), row.YesNo("opening"), row);

    private static OrderRow Order(CsvRow row) => new(row.Date("received_on"), row.Text("order_id"), row.Word("kind", "construction", "operation"),
        row.Text("customer_industry"), row.NotNegative("amount_jpy"), row.YesNo("opening"), row);

    private static DividendRow Dividend(CsvRow row)
    {
        var perShare = Exact.ParseDecimal(row["jpy_per_share_as_printed"])
            ?? throw row.Refuse($"jpy_per_share_as_printed \"{row["jpy_per_share_as_printed"]}\" is not a decimal number");
        if (perShare.Unscaled < 0)
            throw row.Refuse($"jpy_per_share_as_printed {row["jpy_per_share_as_printed"]} is negative");
        return new(row.Date("announced_on"), row.FiscalYear("fiscal_year"), row.Word("part", "interim", "year_end"),
            row.Word("status", "paid", "forecast"), perShare, row.Word("split_basis", "pre", "post"), row);
    }

    private static TargetRow Target(CsvRow row, LineModel lines)
    {
        if (lines.Find(row["line"]) is null)
            throw row.Refuse($"unknown line \"{row["line"]}\"");
        return new(row.FiscalYear("fiscal_year"), row.Date("announced_on"), row["line"], row.Positive("amount_jpy"), row);
    }
}
