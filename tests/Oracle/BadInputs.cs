namespace Iij.Tests.Oracle;

/// <summary>One defect put into a valid draft. Spoil returns where it must be refused: the file, the line (0: no line can be named), and
/// in Reason a word of the reason; several, separated by |, where any one of them will do, in either case.</summary>
public sealed record BadCase(string Name, Func<Draft, Refusal> Spoil);

/// <summary>Every refusal of "Reading the files", each as one defect in an otherwise valid ledger or figures file.</summary>
public static class BadInputs
{
    private const string Orders = "backlog_orders.csv";
    private const string Revenue = "backlog_revenue.csv";
    private const string Contracts = "network_contracts.csv";
    private const string Atms = "atm_installations.csv";
    private const string Twice = "twice|duplicate|already|again";
    private const string Beyond = "beyond|left|exceed|remain|more than";
    private const string Again = "twice|once|already|" + Beyond;

    private static readonly (string Name, string Row, string Word)[] FigureRows =
    [
        ("line-unknown", "revenue.surprise,2012-12,amount,1,JPY million,0", "revenue.surprise"),
        ("measure-unknown", "network.contracts.surprise,2012-12,amount,1,count,0", "network.contracts.surprise"),
        ("line-empty", ",2012-12,amount,1,JPY million,0", "line"),
        ("kind-unknown", "revenue.total,2012-12,surprise,1,JPY million,0", "surprise"),
        ("kind-empty", "revenue.total,2012-12,,1,JPY million,0", "kind"),
        ("unit-unknown", "revenue.total,2012-12,amount,1,USD million,0", "USD million"),
        ("period-month-13", "revenue.total,2012-13,amount,1,JPY million,0", "2012-13"),
        ("period-quarter-5", "revenue.total,FY2012-Q5,amount,1,JPY million,0", "FY2012-Q5"),
        ("period-half-2", "revenue.total,FY2012-H2,amount,1,JPY million,0", "FY2012-H2"),
        ("period-calendar-year", "revenue.total,2012,amount,1,JPY million,0", "2012"),
        ("period-label", "revenue.total,3Q12,amount,1,JPY million,0", "3Q12"),
        ("period-no-such-day", "atm.placed,2012-02-30,amount,1,count,0", "2012-02-30"),
        ("period-date-of-flow", "revenue.total,2012-12-31,amount,1,JPY million,0", "date|2012-12-31|fit"),
        ("period-date-of-stock", "backlog.construction,2012-12-31,amount,1,JPY million,0", "date|2012-12-31|fit"),
        ("qoq-of-month", "revenue.total,2012-12,qoq_change,1,JPY million,0", "qoq_change|quarter"),
        ("qoq-of-year", "revenue.total,FY2012,qoq_percent,1,%,1", "qoq_percent|quarter"),
        ("qoq-of-half", "revenue.total,FY2012-H1,qoq_percent,1,%,1", "qoq_percent|quarter"),
        ("qoq-of-nine-months", "revenue.total,FY2012-9M,qoq_percent,1,%,1", "qoq_percent|quarter"),
        ("qoq-of-date", "atm.placed,2012-05-15,qoq_change,1,count,0", "qoq_change|quarter"),
        ("change-since-of-flow", "revenue.total,2012-12,change_since_2012-03,1,JPY million,0", "change_since|stock"),
        ("change-since-unknown-period", "group.balance.total_assets,2012-12,change_since_2012-13,1,JPY million,0", "2012-13"),
        ("change-since-nothing", "group.balance.total_assets,2012-12,change_since_,1,JPY million,0", "change_since"),
        ("change-since-date", "group.balance.total_assets,2012-12,change_since_2012-03-31,1,JPY million,0", "change_since|date|stock"),
        ("margin-of-cost", "cost.total,2012-12,margin_percent,1,%,1", "margin_percent|margin"),
        ("margin-of-revenue", "revenue.total,2012-12,margin_percent,1,%,1", "margin_percent|margin"),
        ("assets-of-revenue", "revenue.total,2012-12,percent_of_total_assets,1,%,1", "percent_of_total_assets|asset"),
        ("target-of-quarter", "revenue.total,FY2012-Q3,target_amount,1,JPY billion,1", "target_amount|year"),
        ("target-of-month", "revenue.total,2012-12,target_yoy_percent,1,%,1", "target_yoy_percent|year"),
        ("per-share-of-quarter", "net_income_per_share,FY2012-Q3,amount,1,JPY per share,2", "FY2012-Q3|year"),
        ("per-share-of-month", "net_income_per_share,2012-12,yoy_percent,1,%,1", "2012-12|year"),
        ("dividend-of-half", "dividend.interim,FY2012-H1,amount,1,JPY per share,2", "FY2012-H1|year"),
        ("dividend-of-date", "dividend.annual,2012-12-31,amount,1,JPY per share,2", "2012-12-31|year|date"),
        ("dividend-unknown", "dividend.special,FY2012,amount,1,JPY per share,2", "dividend.special"),
        ("value-no-number", "revenue.total,2012-12,amount,many,JPY million,0", "many|number|value"),
        ("value-empty", "revenue.total,2012-12,amount,,JPY million,0", "number|value|empty"),
        ("value-two-points", "revenue.total,2012-12,amount,1.2.3,JPY million,0", "1.2.3|number|value"),
        ("value-not-meaningful-misspelt", "revenue.total,2012-12,yoy_percent,n.m.,%,1", "n.m.|number|value"),
        ("decimals-no-number", "revenue.total,2012-12,amount,1,JPY million,one", "decimals|integer|number|one"),
        ("decimals-negative", "revenue.total,2012-12,amount,1,JPY million,-1", "decimals|negative|-1"),
    ];

    public static readonly IReadOnlyList<BadCase> All =
        [.. FileCases(), .. FieldCases(), .. TwiceAndGapCases(), .. RevenueCases(), .. ConstructionCases(), .. CountCases(), .. FigureCases()];

    /// <summary>A valid ledger with figures that every case can be put into.</summary>
    public static Draft Base(int seed) =>
        FiguresGenerator.WithFigures(LedgerGenerator.Generate(seed, new(EveryFileFilled: true)), seed, count: 20, halfway: 0);

    /// <summary>Whether the reason holds one of the words expected of it.</summary>
    public static bool Says(string reason, string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.Split('|').Any(word => reason.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<BadCase> FileCases()
    {
        yield return new("file-unknown", draft =>
        {
            draft.Ledger["surprise.csv"] = new() { Lines = ["month,amount_jpy"] };
            return new("surprise.csv", 0, "unknown|unexpected");
        });
        foreach (var (file, columns) in Schema.Files)
        {
            var stem = Path.GetFileNameWithoutExtension(file);
            yield return new($"file-absent-{stem}", draft =>
            {
                draft.Ledger.Remove(file);
                return new(file, 0, "absent|missing|not found");
            });
            foreach (var each in TableCases(stem, draft => draft.Ledger[file], file, columns[^1].Name))
                yield return each;
        }
        foreach (var each in TableCases("figures", draft => draft.Figures, Schema.FiguresFile, "decimals"))
            yield return each;
        yield return new("empty-file-network", draft =>
        {
            draft.Ledger["network.csv"].Lines.Clear();
            draft.Ledger["network.csv"].Lines.Add("");
            return new("network.csv", 1, "absent|missing|header|column|empty");
        });
        yield return new("utf8-orders", draft =>
            Append(draft, Orders, $"{Day(draft)},BAD-1,operation,{DraftFile.BrokenByte}Bank,1000,no", "UTF-8|UTF8"));
        yield return new("utf8-figures", draft =>
            Append(draft, Schema.FiguresFile, $"{DraftFile.BrokenByte},sga,2012-12,amount,1,JPY million,0", "UTF-8|UTF8"));
    }

    /// <summary>Defects any table can have: a column too many or too few, a row too long or too short.</summary>
    private static IEnumerable<BadCase> TableCases(string stem, Func<Draft, DraftFile> find, string file, string lastColumn)
    {
        yield return new($"column-unknown-{stem}", draft =>
        {
            EditAll(find(draft), (line, index) => line + (index == 0 ? ",surprise" : ",1"));
            return new(file, 1, "surprise");
        });
        yield return new($"column-absent-{stem}", draft =>
        {
            EditAll(find(draft), (line, _) => line[..line.LastIndexOf(',')]);
            return new(file, 1, lastColumn);
        });
        yield return new($"row-long-{stem}", draft =>
        {
            find(draft).Lines[^1] += ",1";
            return new(file, find(draft).LastLine, "field|column|value");
        });
        yield return new($"row-short-{stem}", draft =>
        {
            var lines = find(draft).Lines;
            lines[^1] = lines[^1][..lines[^1].LastIndexOf(',')];
            return new(file, lines.Count, "field|column|value");
        });
    }

    /// <summary>Every column of every file, with what may not stand in it.</summary>
    private static IEnumerable<BadCase> FieldCases()
    {
        foreach (var (file, columns) in Schema.Files)
            foreach (var column in columns)
                foreach (var (name, value, word) in WrongValues(column))
                    yield return new($"{name}-{Path.GetFileNameWithoutExtension(file)}-{column.Name}", draft =>
                        SpoilField(draft, file, column.Name, value, word));
    }

    private static (string Name, string Value, string Word)[] WrongValues(Column column)
    {
        (string, string, string)[] noInteger =
        [
            ("fraction", "12.5", "integer|whole|12.5"),
            ("letters", "twelve", "integer|number|twelve"),
            ("blank", "", "integer|number|empty|absent|missing"),
        ];
        (string, string, string) negative = ("negative", "-1", "negative|zero|-1");
        return column.Kind switch
        {
            FieldKind.Month => [("month-13", "2011-13", "month|2011-13"), ("month-day", "2011-04-01", "month|2011-04-01")],
            FieldKind.Day => [("day-30", "2011-02-30", "date|day|2011-02-30"), ("day-slashes", "2011/04/01", "date|day|2011/04/01")],
            FieldKind.FiscalYear => [("year-bare", "2012", "year|period|2012"), ("year-quarter", "FY2012-Q1", "year|period|FY2012-Q1")],
            FieldKind.Word => [("unknown", "surprise", "surprise")],
            FieldKind.DecimalZeroOrMore => [("letters", "twelve", "number|decimal|twelve"), negative],
            FieldKind.ZeroOrMore => [.. noInteger, negative],
            FieldKind.AboveZero => [.. noInteger, negative, ("zero", "0", "zero|positive|0")],
            FieldKind.AnySign => noInteger,
            _ => [],
        };
    }

    private static Refusal SpoilField(Draft draft, string file, string column, string value, string word)
    {
        // A row of its own where others might depend on the one that is spoiled.
        switch (file)
        {
            case Orders: Append(draft, file, $"{Day(draft)},BAD-1,operation,Bank,1000000,no", word); break;
            case Revenue: AppendRevenue(draft, "operation", 1_000_000, (10, 400_000)); break;
            case Contracts: Append(draft, file, $"{Day(draft)},under_100mbps,1,0,no", word); break;
            case Atms: Append(draft, file, $"{Day(draft)},BAD-ATM,no", word); break;
            default: break;
        }
        var lines = draft[file].Lines;
        var fields = lines[^1].Split(',');
        fields[Array.IndexOf(lines[0].Split(','), column)] = value;
        lines[^1] = string.Join(',', fields);
        return new(file, lines.Count, word);
    }

    private static IEnumerable<BadCase> TwiceAndGapCases()
    {
        foreach (var file in Schema.MonthlyFiles)
        {
            var stem = Path.GetFileNameWithoutExtension(file);
            yield return new($"month-twice-{stem}", draft => Append(draft, file, draft.Ledger[file].Lines[1], Twice));
            yield return new($"month-missing-{stem}", draft =>
            {
                var months = draft.Rows(file).OrderBy(row => row.Month()).ToList();
                draft.Ledger[file].Lines.RemoveAt(months[2].Line - 1);
                var after = draft.Rows(file).Single(row => row.Month() == months[3].Month());
                return new(file, after.Line, $"{months[2]["month"]}|missing|absent|gap");
            });
        }
        foreach (var file in Schema.SparseFiles)
        {
            yield return new($"item-twice-{Path.GetFileNameWithoutExtension(file)}", draft =>
                Append(draft, file, draft.Ledger[file].Lines[1], Twice));
        }
        yield return new("order-twice", draft =>
        {
            Append(draft, Orders, $"{Day(draft)},BAD-1,operation,Bank,1000000,no", "");
            return Append(draft, Orders, $"{Day(draft, 11)},BAD-1,construction,Retail,2000000,no", Twice);
        });
        yield return new("atm-twice", draft =>
        {
            Append(draft, Atms, $"{Day(draft)},BAD-ATM,no", "");
            return Append(draft, Atms, $"{Day(draft, 11)},BAD-ATM,no", Twice);
        });
    }

    private static IEnumerable<BadCase> RevenueCases()
    {
        yield return new("order-unknown", draft => Append(draft, Revenue, $"{Day(draft)},BAD-404,1000", "unknown|BAD-404"));
        yield return new("revenue-before-receipt", draft =>
            AppendRevenue(draft, "operation", 1_000_000, (9, 400_000)) with { Reason = "before|receipt|received" });
        yield return new("revenue-before-closed-months", draft =>
        {
            var before = Period.FirstDay(First(draft)).AddDays(-1);
            Append(draft, Orders, $"{Period.DayText(before.AddDays(-5))},BAD-1,operation,Bank,1000000,yes", "");
            return Append(draft, Revenue, $"{Period.DayText(before)},BAD-1,1000", "closed|outside|before the|month");
        });
        yield return new("revenue-after-closed-months", draft =>
        {
            Append(draft, Orders, $"{Day(draft)},BAD-1,operation,Bank,1000000,no", "");
            return Append(draft, Revenue, $"{Period.DayText(LastDay(draft).AddDays(1))},BAD-1,1000", "closed|outside|after the|month");
        });
        yield return new("operation-beyond-left-at-once", draft =>
            AppendRevenue(draft, "operation", 1_000_000, (10, 1_000_001)) with { Reason = Beyond });
        yield return new("operation-beyond-left-by-one", draft =>
            AppendRevenue(draft, "operation", 1_000_000, (10, 400_000), (12, 600_000), (14, 1)) with { Reason = Beyond });
        yield return new("operation-beyond-left-identical-rows", draft =>
            AppendRevenue(draft, "operation", 1_000_000, (12, 500_001), (12, 500_001)) with { Reason = Beyond });
        yield return new("operation-beyond-left-in-date-order", draft =>
        {
            // The row in excess is the last by date, not by line.
            var last = AppendRevenue(draft, "operation", 1_000_000, (14, 1), (12, 600_000), (10, 400_000));
            return last with { Line = last.Line - 2, Reason = Beyond };
        });
    }

    private static IEnumerable<BadCase> ConstructionCases()
    {
        yield return new("construction-in-part", draft =>
            AppendRevenue(draft, "construction", 1_000_000, (10, 999_999)) with { Reason = "part|whole|full|once|amount" });
        yield return new("construction-in-two-parts", draft =>
        {
            var last = AppendRevenue(draft, "construction", 1_000_000, (10, 400_000), (12, 600_000));
            return last with { Line = last.Line - 1, Reason = "part|whole|full|once|amount" };
        });
        yield return new("construction-twice", draft =>
            AppendRevenue(draft, "construction", 1_000_000, (10, 1_000_000), (12, 1_000_000)) with { Reason = Again });
        yield return new("construction-twice-identical-rows", draft =>
            AppendRevenue(draft, "construction", 1_000_000, (10, 1_000_000), (10, 1_000_000)) with { Reason = Again });
        yield return new("construction-beyond", draft =>
            AppendRevenue(draft, "construction", 1_000_000, (10, 1_000_001)) with { Reason = "part|whole|full|amount|" + Beyond });
    }

    private static IEnumerable<BadCase> CountCases()
    {
        yield return new("contracts-cancelled-beyond", draft =>
            Append(draft, Contracts, $"{Period.DayText(LastDay(draft))},1gbps_and_over,0,1000000,no", "cancel|force"));
        yield return new("contracts-cancelled-before-activated", draft =>
        {
            // Enough at the end of the month, too few on the day.
            Append(draft, Contracts, $"{Day(draft, 20)},1gbps_and_over,1000000,0,no", "");
            return Append(draft, Contracts, $"{Day(draft, 19)},1gbps_and_over,0,1000000,no", "cancel|force");
        });
        foreach (var opening in new[] { "yes", "no" })
        {
            yield return new($"withdrawals-without-atm-opening-{opening}", draft =>
            {
                // The first ATM comes on the first day of the second month, and the first month has withdrawals.
                var first = draft.Rows("atm.csv").MinBy(row => row.Month())!;
                draft.Ledger["atm.csv"].Lines[first.Line - 1] = $"{first["month"]},1,100,0,0";
                var installations = draft.Ledger[Atms].Lines;
                installations.RemoveRange(1, installations.Count - 1);
                installations.Add($"{Period.DayText(Period.FirstDay(First(draft) + 1))},ATM-0001,{opening}");
                return new("atm.csv", first.Line, "atm|withdrawal");
            });
        }
    }

    private static IEnumerable<BadCase> FigureCases() => FigureRows.Select(each => new BadCase($"figures-{each.Name}", draft =>
        Append(draft, Schema.FiguresFile, "bad," + each.Row, each.Word)));

    private static int First(Draft draft) => draft.Rows("group.csv").Min(row => row.Month());

    private static DateOnly LastDay(Draft draft) => Period.LastDay(draft.Rows("group.csv").Max(row => row.Month()));

    /// <summary>A day of the second closed month.</summary>
    private static string Day(Draft draft, int day = 10) => Period.DayText(Period.FirstDay(First(draft) + 1).AddDays(day - 1));

    private static Refusal Append(Draft draft, string file, string line, string word)
    {
        draft[file].Lines.Add(line);
        return new(file, draft[file].LastLine, word);
    }

    /// <summary>An order received on the 10th of the second month and its revenue rows; the refusal names the last of them.</summary>
    private static Refusal AppendRevenue(Draft draft, string kind, long amount, params (int Day, long Amount)[] revenue)
    {
        Append(draft, Orders, $"{Day(draft)},BAD-1,{kind},Bank,{amount},no", "");
        foreach (var row in revenue)
            Append(draft, Revenue, $"{Day(draft, row.Day)},BAD-1,{row.Amount}", "");
        return new(Revenue, draft[Revenue].LastLine, "");
    }

    private static void EditAll(DraftFile file, Func<string, int, string> edit)
    {
        for (var index = 0; index < file.Lines.Count; index++)
            file.Lines[index] = edit(file.Lines[index], index);
    }
}
