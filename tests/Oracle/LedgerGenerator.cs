using System.Globalization;

namespace Iij.Tests.Oracle;

/// <summary>How large a random ledger may be. EveryFileFilled leaves no file without a row.</summary>
public sealed record LedgerSize(
    int MonthsMin = 6, int MonthsMax = 27, int AtmDaysMax = 3000, int OrdersMax = 60, bool EveryFileFilled = false);

/// <summary>A random but valid ledger, rich in edges: ties, zero and negative bases, quiet months, gaps in the sparse files.</summary>
public sealed class LedgerGenerator
{
    public static readonly IReadOnlyList<string> BalanceItems =
    [
        "total_assets", "cash_and_cash_equivalents", "accounts_receivable", "inventories", "borrowings", "accumulated_deficit",
        "shareholders_equity", "property_and_equipment",
    ];

    public static readonly IReadOnlyList<string> CashFlowItems =
        ["depreciation_and_amortization", "income_taxes_paid", "dividends_paid", "increase_in_operating_assets"];

    private static readonly string[] BalancedItems =
        ["cash_and_cash_equivalents", "accounts_receivable", "inventories", "property_and_equipment"];

    private static readonly string[] MemoItems = ["overseas_revenue", "new_graduates_hired", "corporate_customers"];
    private static readonly string[] DividendParts = ["interim", "year_end"];
    private static readonly string[] Industries = ["Bank", "Ministry", "Retail", "University", "Utility"];
    private static readonly string[] TargetLines =
        ["revenue.total", "operating_income", "income_before_tax", "net_income_attributable", "revenue.network", "sga", "cloud.revenue"];

    private readonly Random _random;
    private readonly LedgerSize _size;
    private readonly Draft _draft = new();
    private readonly HashSet<int> _quiet = [];
    private readonly int _first;
    private readonly int _last;
    private readonly long _grain;

    private LedgerGenerator(int seed, LedgerSize size)
    {
        _random = new(seed);
        _size = size;
        var middle = Math.Clamp(12, size.MonthsMin, size.MonthsMax); // comparisons with the year before need more than twelve months
        var count = Chance(25) ? Between(size.MonthsMin, middle) : Between(middle, size.MonthsMax);
        _first = (Between(2004, 2023) * 12) + (Chance(40) ? 3 : Between(0, 11));
        _last = _first + count - 1;
        _grain = Pick<long>(1, 1_000, 500_000, 500_000, 5_000_000, 50_000_000);
        if (Chance(50))
        {
            // A month, or a quarter, in which nothing is earned: percentages over it are not meaningful.
            var start = Between(_first, _last);
            var length = Chance(50) ? 1 : 3;
            var from = length == 1 ? start : start - (start % 3);
            _quiet.UnionWith(Enumerable.Range(from, length));
        }
    }

    private DateOnly FirstDay => Period.FirstDay(_first);

    private DateOnly LastDay => Period.LastDay(_last);

    public static Draft Generate(int seed, LedgerSize? size = null)
    {
        var generator = new LedgerGenerator(seed, size ?? new());
        generator.WriteMonthly();
        generator.WriteContracts();
        generator.WriteOrders();
        generator.WriteAtms();
        generator.WriteSparse();
        generator.WriteShareholders();
        return generator._draft;
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private int Between(int low, int high) => _random.Next(low, high + 1);

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private DateOnly DayBetween(DateOnly low, DateOnly high) => low.AddDays(Between(0, high.DayNumber - low.DayNumber));

    private long Yen() => Between(0, 9) switch
    {
        0 => 0,
        1 => _random.NextInt64(0, (40 * _grain) + 1000),
        _ => _grain * Between(0, _grain == 1 ? 2_000_000_000 : 40),
    };

    private string Signed() => Text(Chance(40) ? -Yen() : Yen());

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Write(string file, IEnumerable<string> rows)
    {
        var lines = rows.ToArray();
        if (Chance(50))
            _random.Shuffle(lines);
        _draft.Ledger[file] = new()
        {
            Lines = [Schema.Header(file), .. lines],
            NewLine = Chance(25) ? "\r\n" : "\n",
            ByteOrderMark = Chance(20),
            NewLineAtEnd = Chance(80),
        };
    }

    private void WriteMonthly()
    {
        var months = Enumerable.Range(_first, _last - _first + 1).ToList();
        foreach (var file in Schema.MonthlyFiles.Where(file => file != "atm.csv"))
        {
            // A column may be zero for the whole ledger, and so its quotients.
            var columns = Schema.Files[file].Skip(1).Select(column => (Column: column, Dead: Chance(6))).ToList();
            Write(file, months.Select(month => Period.MonthText(month) + "," + string.Join(',', columns.Select(each =>
                each.Dead || (_quiet.Contains(month) && IsRevenue(file, each.Column.Name)) ? "0"
                : each.Column.Kind == FieldKind.AnySign ? Signed()
                : each.Column.Name.EndsWith("_jpy", StringComparison.Ordinal) ? Text(Yen())
                : Text(Between(0, 40))))));
        }
    }

    private static bool IsRevenue(string file, string column) => column.Contains("revenue", StringComparison.Ordinal)
        || (file == "network.csv" && !column.StartsWith("cost", StringComparison.Ordinal) && column != "lte_additions");

    private void WriteContracts()
    {
        var rows = new HashSet<string>();
        // Every band begins on one day, so that "before the first row" has one meaning.
        var (begin, opening) = Between(0, 4) switch
        {
            0 => (FirstDay.AddDays(-Between(1, 40)), "yes"),
            1 => (DayBetween(FirstDay, Period.LastDay(_first)), "no"),
            _ => (FirstDay, "yes"),
        };
        foreach (var band in Schema.Bands)
        {
            var inForce = Between(0, 50);
            rows.Add($"{Period.DayText(begin)},{band},{inForce},0,{opening}");
            for (var day = begin.AddDays(1); day <= LastDay; day = day.AddDays(Between(1, 50)))
            {
                if (day < FirstDay)
                    continue;
                var (activated, cancelled) = (Between(0, 9), Chance(5) ? inForce : Between(0, Math.Min(inForce, 9)));
                rows.Add($"{Period.DayText(day)},{band},{activated},{cancelled},no");
                inForce += activated - cancelled;
            }
        }
        Write("network_contracts.csv", rows);
    }

    private void WriteOrders()
    {
        var orders = new List<string>();
        var revenue = new List<string>();
        var count = Between(4, _size.OrdersMax);
        for (var number = 1; number <= count; number++)
        {
            var id = $"SI-{number.ToString("00000", CultureInfo.InvariantCulture)}";
            var isConstruction = Chance(50);
            var opening = Chance(25);
            var received = !opening ? DayBetween(FirstDay, LastDay)
                : Chance(10) ? FirstDay
                : Chance(5) ? DayBetween(FirstDay, LastDay) // stock that counts from its own date on
                : FirstDay.AddDays(-Between(1, 200));
            var amount = Chance(2) ? 0 : Math.Max(1, Yen());
            orders.Add($"{Period.DayText(received)},{id},{(isConstruction ? "construction" : "operation")},{Pick(Industries)},{amount},"
                + (opening ? "yes" : "no"));
            if (amount == 0 || Chance(25))
                continue;
            foreach (var (day, part) in isConstruction ? [(RevenueDay(received), amount)] : Parts(received, amount))
                if (!_quiet.Contains(Period.MonthOf(day)))
                    revenue.Add($"{Period.DayText(day)},{id},{part}");
        }
        Write("backlog_orders.csv", orders);
        Write("backlog_revenue.csv", revenue);
    }

    private DateOnly RevenueDay(DateOnly received)
    {
        var earliest = received < FirstDay ? FirstDay : received;
        return Chance(25) ? earliest : DayBetween(earliest, LastDay);
    }

    private List<(DateOnly Day, long Amount)> Parts(DateOnly received, long amount)
    {
        var parts = new List<(DateOnly, long)>();
        var left = amount;
        for (var turn = Between(1, 8); turn > 0 && left > 0; turn--)
        {
            var part = Chance(20) ? left : Chance(5) ? 0 : Math.Max(1, left / Between(2, 5));
            var entry = (RevenueDay(received), part);
            parts.Add(entry);
            left -= part;
            if (Chance(20) && left >= part)
            {
                parts.Add(entry); // two identical rows are two entries
                left -= part;
            }
        }
        return parts;
    }

    private void WriteAtms()
    {
        var installed = new List<DateOnly>();
        var atmDays = 0;
        while (installed.Count < 40)
        {
            var day = installed.Count == 0 && Chance(20) ? DayBetween(FirstDay, Period.LastDay(_first))
                : installed.Count == 0 || Chance(25) ? FirstDay.AddDays(-Between(0, 60))
                : DayBetween(FirstDay, LastDay);
            atmDays += LastDay.DayNumber - (day < FirstDay ? FirstDay : day).DayNumber + 1;
            if (installed.Count > 0 && (atmDays > _size.AtmDaysMax || Chance(10)))
                break;
            installed.Add(day);
        }
        for (var later = Between(0, 3); later > 0; later--)
            installed.Add(LastDay.AddDays(Between(1, 60)));

        // Ids do not follow the dates, so that a tie by id is not a tie by date.
        var ids = Enumerable.Range(1, installed.Count)
            .Select(number => "ATM-" + number.ToString("0000", CultureInfo.InvariantCulture)).ToArray();
        _random.Shuffle(ids);
        Write("atm_installations.csv", installed.Zip(ids).Select(each =>
            $"{Period.DayText(each.First)},{each.Second},{(each.First < FirstDay ? "yes" : "no")}"));
        Write("atm.csv", Enumerable.Range(_first, _last - _first + 1).Select(month =>
        {
            var cells = installed.Sum(day => Math.Max(0, Period.LastDay(month).DayNumber - Math.Max(
                day.DayNumber, Period.FirstDay(month).DayNumber) + 1));
            var withdrawals = _quiet.Contains(month) || Chance(15) ? 0 : Between(1, Pick(cells, 3 * cells));
            var commission = withdrawals == 0 ? 0 : Yen();
            return $"{Period.MonthText(month)},{withdrawals},{commission},{Yen()},{Yen()}";
        }));
    }

    // A balance sheet as it is printed: total assets beside items of which some are left out. Without the total, equity is what balances it.
    private IEnumerable<string> BalanceSheet(int month)
    {
        var amounts = BalanceItems.Where(_ => !Chance(10) || _size.EveryFileFilled).ToDictionary(item => item, _ => Chance(40) ? -Yen() : Yen());
        var claims = amounts.GetValueOrDefault("borrowings")
            + (amounts.TryGetValue("shareholders_equity", out var equity) ? equity : amounts.GetValueOrDefault("accumulated_deficit"));
        if (amounts.ContainsKey("total_assets"))
            amounts["total_assets"] = claims + Yen();
        else
            amounts["shareholders_equity"] = BalancedItems.Sum(amounts.GetValueOrDefault) - amounts.GetValueOrDefault("borrowings");
        return amounts.Select(item => $"{Period.MonthText(month)},{item.Key},{item.Value}");
    }

    private void WriteSparse()
    {
        var months = Enumerable.Range(_first, _last - _first + 1).ToList();
        var (balanceDensity, cashGap) = (Pick(15, 40, 90), Pick(0, 5, 30));
        var balance = months.Where(month => month == _last || Chance(balanceDensity)).SelectMany(BalanceSheet);
        Write("group_balance_sheet.csv", Chance(5) && !_size.EveryFileFilled ? [] : balance);
        var cashFlow = from month in months
                       from item in CashFlowItems
                       where !Chance(cashGap)
                       select $"{Period.MonthText(month)},{item},{Signed()}";
        Write("group_cash_flow.csv", cashFlow);
        var memo = from month in months
                   from item in MemoItems
                   where !Chance(cashGap)
                   select $"{Period.MonthText(month)},{item},{(item == "overseas_revenue" ? Yen() : Between(0, 40))}";
        Write("group_memo.csv", memo);
    }

    private void WriteShareholders()
    {
        var (firstYear, lastYear) = ((_first - 3) / 12, (_last - 3) / 12);
        var years = Enumerable.Range(firstYear - 1, lastYear - firstYear + 3).Select(year => $"FY{year}").ToList();
        var hasSplit = _size.EveryFileFilled || Chance(70);
        Write("group_splits.csv", hasSplit ? [$"{Period.DayText(DayBetween(FirstDay, LastDay))},{Pick(2, 3, 7, 100, 200)}"] : []);
        Write("group_shares.csv", years.Where(_ => Chance(85) || _size.EveryFileFilled)
            .Select(year => $"{year},{Pick(8, 1_000, 8_000, 400_000, 40_536_400) * (Chance(30) ? 1 : Between(1, 9))}"));
        var dividends = from year in years
                        from part in DividendParts
                        from day in Announcements()
                        let basis = hasSplit && Chance(60) ? "pre" : "post"
                        select $"{Period.DayText(day)},{year},{part},{Pick("paid", "forecast")},{DividendAmount()},{basis}";
        Write("group_dividends.csv", dividends);
        var targets = from year in years
                      from line in TargetLines
                      from day in Announcements()
                      select $"{year},{Period.DayText(day)},{line},{Math.Max(1, Yen() * 12)}";
        Write("group_targets.csv", targets);
    }

    /// <summary>The days of none to three announcements, no two on one day; some after the last closed month.</summary>
    private List<DateOnly> Announcements() =>
    [
        .. Enumerable.Range(0, _size.EveryFileFilled ? 1 : Pick(0, 1, 1, 2, 3))
            .Select(_ => DayBetween(FirstDay.AddDays(-100), LastDay.AddDays(100))).Distinct(),
    ];

    private string DividendAmount() => Between(0, 4) switch
    {
        0 => "0",
        1 => Text(Between(1, 40) * 250L),
        2 => string.Create(CultureInfo.InvariantCulture, $"{Between(0, 40)}.{Pick("00", "50", "25", "125", "5")}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Between(1, 2000)}.{Between(0, 99):00}"),
    };
}
