namespace Iij.Tests.Oracle;

/// <summary>Proves the generators over many seeds, and counts what they cover.</summary>
internal static class Survey
{
    private static readonly SortedDictionary<string, int> Counts = new(StringComparer.Ordinal);

    public static int Run(int seeds)
    {
        var faults = 0;
        for (var seed = 1; seed <= seeds; seed++)
        {
            var draft = FiguresGenerator.WithFigures(LedgerGenerator.Generate(seed), seed);
            foreach (var refusal in Validator.Validate(draft))
                Fault($"seed {seed}: generated, but refused: {refusal}");
            var oracle = new LedgerOracle(draft);
            CountLedger(draft, oracle);
            foreach (var figure in FiguresGenerator.Parse(draft))
            {
                if (!oracle.Reproduces(figure))
                    Fault($"seed {seed}: {figure} is not {oracle.Print(figure)}");
                CountFigure(figure, oracle);
            }
            for (var month = oracle.FirstMonth; month <= oracle.LastMonth; month++)
                CheckSpread(draft, oracle, month, Fault);
            foreach (var badCase in BadInputs.All)
                CheckBad(badCase, seed, Fault);
        }
        foreach (var (name, count) in Counts)
            Console.WriteLine($"{count,8} {name}");
        Console.WriteLine($"{seeds} seeds, {BadInputs.All.Count} bad cases each, {faults} faults");
        return faults == 0 ? 0 : 1;

        void Fault(string text)
        {
            faults++;
            Console.WriteLine("FAULT " + text);
        }
    }

    private static void CheckBad(BadCase badCase, int seed, Action<string> fault)
    {
        var draft = BadInputs.Base(seed);
        if (Validator.Validate(draft).Count > 0)
            fault($"seed {seed}: the base of bad cases is refused");
        var expected = badCase.Spoil(draft);
        var refusals = Validator.Validate(draft);
        var found = refusals.Count > 0 && refusals[0] is var first
            && first.File == expected.File && first.Line == expected.Line && BadInputs.Says(first.Reason, expected.Reason);
        if (!found)
            fault($"seed {seed}: {badCase.Name} expects {expected}, gets {string.Join("; ", refusals)}");
    }

    private static void CheckSpread(Draft draft, LedgerOracle oracle, int month, Action<string> fault)
    {
        var row = draft.Rows("atm.csv").Single(each => each.Month() == month);
        var cells = oracle.Spread(month);
        if (row.Number("withdrawals") != cells.Sum(cell => cell.Withdrawals)
            || row.Number("commission_jpy") != cells.Sum(cell => cell.Commission))
            fault($"{Period.MonthText(month)}: the cells do not add up");
        if (cells.Any(cell => cell.Withdrawals == 0 && cell.Commission > 0))
            fault($"{Period.MonthText(month)}: a cell without withdrawals carries commission");
    }

    private static void CountFigure(Figure figure, LedgerOracle oracle)
    {
        var kind = figure.Kind.StartsWith("change_since_", StringComparison.Ordinal) ? "change_since" : figure.Kind;
        var period = Period.Parse(figure.Period)!;
        var exact = oracle.Exact(figure.Line, period, figure.Kind, figure.Unit);
        Add($"figures, kind {kind}: {exact.Word ?? "number"}");
        Add($"figures, all: {exact.Word ?? "number"}");
        Add($"figures, period {period.Kind}: {exact.Word ?? "number"}");
        Add($"figures, unit {figure.Unit}");
        var nature = oracle.Nature(figure.Line)!;
        if (nature.IsSpecial)
            Add($"figures, line {figure.Line}: {exact.Word ?? "number"}");
        if (exact.Word is not null)
            return;
        if (exact.Number.IsHalfway(figure.Decimals))
        {
            Add($"figures, halfway: {(exact.Number.Sign < 0 ? "negative" : "positive")}");
            Add($"figures, halfway, unit {figure.Unit}");
        }
        if (exact.Number.Sign < 0 && !figure.Value.StartsWith('-'))
            Add("figures, rounded from below to zero without a sign");
        if (exact.Number.Sign == 0)
            Add("figures, exactly zero");
        if (exact.Number.Sign < 0)
            Add("figures, negative");
    }

    private static void CountLedger(Draft draft, LedgerOracle oracle)
    {
        Add("ledgers");
        var months = Enumerable.Range(oracle.FirstMonth, oracle.LastMonth - oracle.FirstMonth + 1).ToList();
        Add($"ledgers, months {months.Count switch { <= 12 => "6 to 12", <= 18 => "13 to 18", _ => "19 to 27" }}");
        if (oracle.FirstMonth % 12 != 3)
            Add("ledgers, first month not April");
        CountFiles(draft);
        CountOrders(draft, oracle);
        CountMonths(draft, oracle, months);
        Add("ATM-days", months.Sum(month => oracle.Spread(month).Count));
        var end = Period.LastDay(oracle.LastMonth);
        Add("ATMs beyond the last month", draft.Rows("atm_installations.csv").Count(row => row.Day("installed_on") > end));
        Add("targets announced again", Again("group_targets.csv", "line"));
        Add("dividends announced again", Again("group_dividends.csv", "part"));
        if (!draft.Rows("group_splits.csv").Any())
            Add("ledgers without a split");

        int Again(string file, string column) =>
            draft.Rows(file).GroupBy(row => row["fiscal_year"] + row[column]).Sum(group => group.Count() - 1);
    }

    private static void CountFiles(Draft draft)
    {
        foreach (var file in draft.Ledger.Values.Append(draft.Figures))
        {
            Add(file.NewLine == "\n" ? "files, LF" : "files, CRLF");
            Add(file.ByteOrderMark ? "files, BOM" : "files, no BOM");
            Add(file.NewLineAtEnd ? "files, newline at the end" : "files, no newline at the end");
        }
    }

    private static void CountOrders(Draft draft, LedgerOracle oracle)
    {
        var orders = draft.Rows("backlog_orders.csv").ToList();
        var revenue = draft.Rows("backlog_revenue.csv").ToList();
        foreach (var order in orders)
        {
            Add($"orders, {order["kind"]}, {(order["opening"] == "yes" ? "opening" : "received")}");
            if (order["opening"] == "yes" && order.Day("received_on") > Period.FirstDay(oracle.FirstMonth))
                Add("orders, opening dated inside the ledger");
            if (revenue.Any(row => row["order_id"] == order["order_id"] && row.Day("recognised_on") == order.Day("received_on")))
                Add("orders, revenue on the day of receipt");
        }
        Add("revenue rows", revenue.Count);
        Add("revenue rows, identical again", revenue.Count - revenue.DistinctBy(row => string.Join(',', row.Fields)).Count());
    }

    private static void CountMonths(Draft draft, LedgerOracle oracle, IEnumerable<int> months)
    {
        var orders = draft.Rows("backlog_orders.csv").ToList();
        foreach (var month in months)
        {
            Add("months");
            if (!orders.Any(order => order["opening"] == "no" && Period.MonthOf(order.Day("received_on")) == month))
                Add("months without an order");
            if (oracle.Amount(LedgerOracle.RevenueTotal, Period.Holding(PeriodKind.Month, month))!.Value.Sign == 0)
                Add("months without revenue");
            if (oracle.Amount("atm.withdrawals", Period.Holding(PeriodKind.Month, month))!.Value.Sign == 0)
                Add("months without withdrawals");
            if (oracle.Amount(LedgerOracle.NetIncome, Period.Holding(PeriodKind.Month, month))!.Value.Sign < 0)
                Add("months with a loss");
        }
    }

    private static void Add(string name, int count = 1) => Counts[name] = Counts.GetValueOrDefault(name) + count;
}
