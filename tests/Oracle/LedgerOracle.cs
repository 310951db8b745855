namespace Iij.Tests.Oracle;

/// <summary>Recomputes any figure from a valid ledger, naively and exactly, by deploy/reference/README.md alone.</summary>
public sealed class LedgerOracle
{
    public const string RevenueTotal = "revenue.total";
    public const string TotalAssets = "group.balance.total_assets";
    public const string NetIncome = "net_income_attributable";
    public const string NetIncomePerShare = "net_income_per_share";

    /// <summary>Measures that are one column of a monthly file.</summary>
    public static readonly IReadOnlyDictionary<string, (string File, string Column, LineNature Nature)> Monthly =
        new Dictionary<string, (string, string, LineNature)>
        {
            ["network.revenue.connectivity_corporate"] = ("network.csv", "connectivity_corporate_jpy", YenFlow),
            ["network.revenue.connectivity_home"] = ("network.csv", "connectivity_home_jpy", YenFlow),
            ["network.revenue.outsourcing"] = ("network.csv", "outsourcing_excluding_cloud_jpy", YenFlow),
            ["network.revenue.wan"] = ("network.csv", "wan_jpy", YenFlow),
            ["network.cost"] = ("network.csv", "cost_excluding_cloud_jpy", YenFlow),
            ["network.lte_additions"] = ("network.csv", "lte_additions", CountFlow),
            ["backlog.cost.systems_integration"] = ("backlog.csv", "systems_integration_cost_excluding_cloud_jpy", YenFlow),
            ["backlog.revenue.equipment"] = ("backlog.csv", "equipment_revenue_jpy", YenFlow),
            ["backlog.cost.equipment"] = ("backlog.csv", "equipment_cost_jpy", YenFlow),
            ["backlog.outsourced_personnel"] = ("backlog.csv", "outsourced_personnel", CountStock),
            ["cloud.revenue.hosting_package"] = ("cloud.csv", "hosting_package_revenue_jpy", YenFlow),
            ["cloud.revenue.component"] = ("cloud.csv", "component_revenue_jpy", YenFlow),
            ["cloud.cost.hosting_package"] = ("cloud.csv", "hosting_package_cost_jpy", YenFlow),
            ["cloud.cost.component"] = ("cloud.csv", "component_cost_jpy", YenFlow),
            ["cloud.capex"] = ("cloud.csv", "capex_jpy", YenFlow),
            ["cloud.projects"] = ("cloud.csv", "projects", CountStock),
            ["cloud.clients"] = ("cloud.csv", "clients", CountStock),
            ["cloud.partners"] = ("cloud.csv", "partners", CountStock),
            ["cloud.vw_series_orders"] = ("cloud.csv", "vw_series_orders", CountStock),
            ["cloud.vw_series_prospects"] = ("cloud.csv", "vw_series_prospects", CountStock),
            ["atm.withdrawals"] = ("atm.csv", "withdrawals", CountFlow),
            ["atm.revenue.commission"] = ("atm.csv", "commission_jpy", YenFlow),
            ["atm.cost"] = ("atm.csv", "cost_jpy", YenFlow),
            ["atm.sga"] = ("atm.csv", "sga_jpy", YenFlow),
            ["group.sga"] = ("group.csv", "sga_excluding_atm_jpy", YenFlow),
            ["group.other_income_net"] = ("group.csv", "other_income_net_jpy", YenFlow),
            ["group.income_tax"] = ("group.csv", "income_tax_jpy", YenFlow),
            ["group.equity_method_income"] = ("group.csv", "equity_method_income_jpy", YenFlow),
            ["group.noncontrolling_interests"] = ("group.csv", "noncontrolling_interests_jpy", YenFlow),
            ["group.personnel_cost"] = ("group.csv", "personnel_cost_jpy", YenFlow),
            ["group.employees"] = ("group.csv", "employees", CountStock),
        };

    /// <summary>Measures that follow from orders, contracts, ATMs and memo figures.</summary>
    public static readonly IReadOnlyDictionary<string, LineNature> Others = new Dictionary<string, LineNature>
    {
        ["network.contracts.under_100mbps"] = CountStock with { IsDated = true },
        ["network.contracts.100mbps_to_1gbps"] = CountStock with { IsDated = true },
        ["network.contracts.1gbps_and_over"] = CountStock with { IsDated = true },
        ["atm.placed"] = CountStock with { IsDated = true },
        ["backlog.orders_received.construction"] = YenFlow,
        ["backlog.orders_received.operation"] = YenFlow,
        ["backlog.revenue.construction"] = YenFlow,
        ["backlog.revenue.operation"] = YenFlow,
        ["backlog.closing.construction"] = YenFlow with { IsStock = true },
        ["backlog.closing.operation"] = YenFlow with { IsStock = true },
        ["group.memo.overseas_revenue"] = YenFlow,
        ["group.memo.new_graduates_hired"] = CountFlow,
        ["group.memo.corporate_customers"] = CountStock,
        [NetIncomePerShare] = Special,
        ["dividend.interim"] = Special,
        ["dividend.year_end"] = Special,
        ["dividend.annual"] = Special,
    };

    private readonly Dictionary<string, List<Row>> _rows;
    private readonly Dictionary<string, string> _definitions;
    private readonly Dictionary<string, Row> _orders;
    private readonly Dictionary<(string, int), Rational?> _known = [];

    public LedgerOracle(Draft ledger, IReadOnlyDictionary<string, string>? definitions = null)
    {
        _rows = Schema.Files.Keys.ToDictionary(file => file, file => ledger.Rows(file).ToList());
        _definitions = new(definitions ?? ReferenceLines());
        _orders = _rows["backlog_orders.csv"].ToDictionary(row => row["order_id"]);
        var months = Schema.MonthlyFiles.SelectMany(file => _rows[file]).Select(row => row.Month()).ToList();
        (FirstMonth, LastMonth) = (months.Min(), months.Max());
    }

    /// <summary>The first closed month.</summary>
    public int FirstMonth { get; }

    /// <summary>The last closed month.</summary>
    public int LastMonth { get; }

    public IEnumerable<string> ConsolidatedLines => _definitions.Keys;

    private static LineNature YenFlow => new(false, LineNature.Yen);
    private static LineNature CountFlow => new(false, LineNature.Count);
    private static LineNature CountStock => new(true, LineNature.Count);
    private static LineNature Special => new(false, LineNature.PerShare, IsSpecial: true);

    /// <summary>The consolidated lines of the reference, as they were when this was built.</summary>
    public static Dictionary<string, string> ReferenceLines()
    {
        using var stream = typeof(LedgerOracle).Assembly.GetManifestResourceStream("lines.csv")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return ParseLines(DraftFile.FromBytes(bytes.ToArray()));
    }

    public static Dictionary<string, string> ParseLines(DraftFile file) =>
        file.Lines.Skip(1).Select(line => line.Split(',')).ToDictionary(fields => fields[0], fields => fields[1]);

    /// <summary>What the line is; null for an unknown line.</summary>
    public LineNature? Nature(string line)
    {
        if (_definitions.TryGetValue(line, out var definition))
            return Nature(definition.Split(' ')[0][1..])! with { IsStock = definition.StartsWith('=') };
        if (Monthly.TryGetValue(line, out var measure))
            return measure.Nature;
        if (Others.TryGetValue(line, out var nature))
            return nature;
        return line.Split('.', 3) switch
        {
            ["group", "balance", { Length: > 0 }] => YenFlow with { IsStock = true },
            ["group", "cash_flow", { Length: > 0 }] => YenFlow,
            _ => null,
        };
    }

    /// <summary>Why a kind fits neither the line nor the period; null where it fits.</summary>
    public string? Unfit(string line, Period period, string kind)
    {
        var nature = Nature(line)!;
        if (nature.IsSpecial && period.Kind != PeriodKind.Year)
            return $"{line} fits fiscal years only, not the period {period}";
        if (period.Kind == PeriodKind.Date && !nature.IsDated)
            return $"{line} does not fit a period that is a date";
        if (kind.StartsWith("qoq_", StringComparison.Ordinal))
            return period.Kind == PeriodKind.Quarter ? null : $"{kind} fits quarters only, not the period {period}";
        if (kind.StartsWith("target_", StringComparison.Ordinal))
        {
            if (period.Kind != PeriodKind.Year || nature.IsStock)
                return $"{kind} fits flows of fiscal years only, not {line} in the period {period}";
            return nature.IsSpecial && (line != NetIncomePerShare || kind == "target_percent_of_revenue")
                ? $"{kind} does not fit the line {line}" : null;
        }
        if (kind.StartsWith("change_since_", StringComparison.Ordinal))
        {
            return !nature.IsStock || (Since(kind)!.Kind == PeriodKind.Date && !nature.IsDated)
                ? $"{kind} does not fit the line {line}" : null;
        }
        var fits = kind switch
        {
            "percent_of_revenue" => !nature.IsStock && nature.Unit == LineNature.Yen,
            "margin_percent" => line.StartsWith("gross_margin.", StringComparison.Ordinal) && Nature(RevenueOf(line)) is not null,
            "percent_of_total_assets" => line.StartsWith("group.balance.", StringComparison.Ordinal),
            _ => true,
        };
        return fits ? null : $"{kind} does not fit the line {line}";
    }

    public static bool IsKind(string kind) => kind is "amount" or "yoy_change" or "yoy_percent" or "qoq_change" or "qoq_percent"
        or "percent_of_revenue" or "margin_percent" or "percent_of_total_assets"
        or "target_amount" or "target_yoy_change" or "target_yoy_percent" or "target_percent_of_revenue" || Since(kind) is not null;

    public static bool IsPercent(string kind) => kind.Contains("percent", StringComparison.Ordinal);

    /// <summary>The figure as it would be printed: digits, n/m or missing.</summary>
    public string Print(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return Exact(figure.Line, Period.Parse(figure.Period)!, figure.Kind, figure.Unit).Print(figure.Decimals);
    }

    /// <summary>Whether the printed value is the figure, numerically.</summary>
    public bool Reproduces(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        var computed = Print(figure);
        return figure.Value == computed || (Rational.Parse(figure.Value) is { } printed && Rational.Parse(computed) == printed);
    }

    /// <summary>The figure before it is rounded, in its unit.</summary>
    public Outcome Exact(string line, Period period, string kind, string unit)
    {
        ArgumentNullException.ThrowIfNull(period);
        var outcome = Exact(line, period, kind);
        Rational divisor = unit switch { "JPY million" => 1_000_000, "JPY billion" => 1_000_000_000, _ => 1 };
        return outcome.Word is null ? Outcome.Of(outcome.Number / divisor) : outcome;
    }

    /// <summary>The value of a line over a period, in yen, a count or yen per share; null where anything it needs is absent.</summary>
    public Rational? Amount(string line, Period period)
    {
        ArgumentNullException.ThrowIfNull(period);
        if (Nature(line)!.IsSpecial)
            return PerShare(line, period);
        if (_definitions.TryGetValue(line, out var definition))
        {
            return definition.Split(' ').Aggregate((Rational?)0, (sum, term) =>
                term[0] == '-' ? sum - Amount(term[1..], period) : sum + Amount(term[1..], period));
        }
        if (period.Kind == PeriodKind.Date)
            return AtDay(line, period.Day);
        return Nature(line)!.IsStock
            ? InMonth(line, period.LastMonth)
            : period.Months.Aggregate((Rational?)0, (sum, month) => sum + InMonth(line, month));
    }

    /// <summary>How a month's withdrawals and commission fall on its cells: each day and ATM placed on it, by date, then ATM id.</summary>
    public IReadOnlyList<(DateOnly Day, string Atm, long Withdrawals, long Commission)> Spread(int month)
    {
        var row = _rows["atm.csv"].Single(each => each.Month() == month);
        var cells = (from day in Enumerable.Range(0, Period.LastDay(month).Day).Select(Period.FirstDay(month).AddDays)
                     from atm in _rows["atm_installations.csv"]
                     where atm.Day("installed_on") <= day
                     orderby day, atm["atm_id"] // InvariantGlobalization makes this ordinal
                     select (Day: day, Atm: atm["atm_id"])).ToList();
        var withdrawals = LargestRemainder(row.Number("withdrawals"), [.. cells.Select(_ => 1L)]);
        var commission = LargestRemainder(row.Number("commission_jpy"), withdrawals);
        return [.. cells.Select((cell, index) => (cell.Day, cell.Atm, withdrawals[index], commission[index]))];
    }

    /// <summary>Splits a whole total by weights; what is left goes to the largest remainders, the earlier of equals first.</summary>
    public static long[] LargestRemainder(Rational total, long[] weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Rational sum = weights.Sum();
        if (sum.Sign == 0)
            return new long[weights.Length];
        var exact = weights.Select(weight => total * weight / sum).ToList();
        var parts = exact.Select(share => (long)share.Floor()).ToArray();
        var left = (int)(total - parts.Sum()).Floor();
        var byRemainder = Enumerable.Range(0, parts.Length)
            .OrderByDescending(index => exact[index] - parts[index], Rational.Order).ThenBy(index => index);
        foreach (var index in byRemainder.Take(left))
            parts[index]++;
        return parts;
    }

    private static Period? Since(string kind) =>
        kind.StartsWith("change_since_", StringComparison.Ordinal) ? Period.Parse(kind["change_since_".Length..]) : null;

    private static string RevenueOf(string grossMargin) => "revenue." + grossMargin["gross_margin.".Length..];

    private static Outcome Percent(Rational? part, Rational? whole)
    {
        if (part is null || whole is null)
            return Outcome.Missing;
        return whole.Value.Sign <= 0 ? Outcome.NotMeaningful : Outcome.Of(part.Value * 100 / whole.Value);
    }

    private static Outcome Growth(Rational? now, Rational? before) => Percent(now - before, before);

    private Outcome Exact(string line, Period period, string kind)
    {
        if (Since(kind) is { } since)
            return Outcome.Of(Amount(line, period) - Amount(line, since));
        return kind switch
        {
            "amount" => Outcome.Of(Amount(line, period)),
            "yoy_change" => Outcome.Of(Amount(line, period) - Amount(line, period.YearBefore)),
            "yoy_percent" => Growth(Amount(line, period), Amount(line, period.YearBefore)),
            "qoq_change" => Outcome.Of(Amount(line, period) - Amount(line, period.QuarterBefore)),
            "qoq_percent" => Growth(Amount(line, period), Amount(line, period.QuarterBefore)),
            "percent_of_revenue" => Percent(Amount(line, period), Amount(RevenueTotal, period)),
            "margin_percent" => Percent(Amount(line, period), Amount(RevenueOf(line), period)),
            "percent_of_total_assets" => Percent(Amount(line, period), Amount(TotalAssets, period)),
            "target_amount" => Outcome.Of(Target(line, period)),
            "target_yoy_change" => Outcome.Of(Target(line, period) - Amount(line, period.YearBefore)),
            "target_yoy_percent" => Growth(Target(line, period), Amount(line, period.YearBefore)),
            "target_percent_of_revenue" => Percent(Target(line, period), Target(RevenueTotal, period)),
            _ => throw new ArgumentException(kind, nameof(kind)),
        };
    }

    private Rational? InMonth(string line, int month)
    {
        if (!_known.TryGetValue((line, month), out var value))
            _known[(line, month)] = value = month < FirstMonth || month > LastMonth ? null : InClosedMonth(line, month);
        return value;
    }

    private Rational? InClosedMonth(string line, int month)
    {
        if (Monthly.TryGetValue(line, out var measure))
            return _rows[measure.File].SingleOrDefault(row => row.Month() == month)?.Number(measure.Column);
        if (Nature(line)!.IsDated)
            return AtDay(line, Period.LastDay(month));

        var parts = line.Split('.', 3);
        var end = Period.LastDay(month);
        return (parts[0], parts[1]) switch
        {
            ("group", "balance") => Sparse("group_balance_sheet.csv", "amount_jpy", parts[2], month),
            ("group", "cash_flow") => Sparse("group_cash_flow.csv", "amount_jpy", parts[2], month),
            ("group", "memo") => Sparse("group_memo.csv", "amount", parts[2], month),
            ("backlog", "orders_received") => Sum(Orders(parts[2]).Where(order =>
                order["opening"] == "no" && Period.MonthOf(order.Day("received_on")) == month)),
            ("backlog", "revenue") => Sum(Revenue(parts[2]).Where(row => Period.MonthOf(row.Day("recognised_on")) == month)),
            ("backlog", "closing") => Sum(Orders(parts[2]).Where(order => order.Day("received_on") <= end))
                - Sum(Revenue(parts[2]).Where(row => row.Day("recognised_on") <= end)),
            _ => throw new ArgumentException(line, nameof(line)),
        };
    }

    private Rational? AtDay(string line, DateOnly day)
    {
        if (line == "atm.placed")
        {
            var placed = _rows["atm_installations.csv"].Count(row => row.Day("installed_on") <= day);
            return placed == 0 ? null : placed;
        }
        var band = line["network.contracts.".Length..];
        var changes = _rows["network_contracts.csv"].Where(row => row["bandwidth"] == band && row.Day("date") <= day).ToList();
        return changes.Count == 0
            ? null
            : changes.Aggregate((Rational)0, (sum, row) => sum + row.Number("activated") - row.Number("cancelled"));
    }

    private Rational? PerShare(string line, Period year)
    {
        switch (line)
        {
            case NetIncomePerShare: return Amount(NetIncome, year) / Shares(year);
            case "dividend.annual": return Dividend("interim", year) + Dividend("year_end", year);
            default: return Dividend(line["dividend.".Length..], year);
        }
    }

    private Rational? Dividend(string part, Period year)
    {
        var latest = _rows["group_dividends.csv"]
            .Where(row => row["fiscal_year"] == year.ToString() && row["part"] == part)
            .MaxBy(row => row.Day("announced_on"));
        if (latest is null)
            return null;
        var printed = latest.Number("jpy_per_share_as_printed");
        return latest["split_basis"] == "post"
            ? printed
            : _rows["group_splits.csv"].Aggregate(printed, (amount, split) => amount / split.Number("ratio"));
    }

    private Rational? Target(string line, Period year)
    {
        if (line == NetIncomePerShare)
            return Target(NetIncome, year) / Shares(year);
        return _rows["group_targets.csv"]
            .Where(row => row["fiscal_year"] == year.ToString() && row["line"] == line)
            .MaxBy(row => row.Day("announced_on"))?.Number("amount_jpy");
    }

    private Rational? Shares(Period year) => _rows["group_shares.csv"]
        .SingleOrDefault(row => row["fiscal_year"] == year.ToString())?.Number("weighted_average_shares_post_split");

    private Rational? Sparse(string file, string column, string item, int month) =>
        _rows[file].SingleOrDefault(row => row["item"] == item && row.Month() == month)?.Number(column);

    private IEnumerable<Row> Orders(string kind) => _orders.Values.Where(order => order["kind"] == kind);

    private IEnumerable<Row> Revenue(string kind) => _rows["backlog_revenue.csv"].Where(row => _orders[row["order_id"]]["kind"] == kind);

    private static Rational? Sum(IEnumerable<Row> rows) => rows.Aggregate((Rational)0, (sum, row) => sum + row.Number("amount_jpy"));
}
