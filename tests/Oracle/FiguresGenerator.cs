using System.Globalization;

namespace Iij.Tests.Oracle;

/// <summary>A figures file for a ledger: random figures that fit, and some found to lie halfway, with the oracle's values.</summary>
public sealed class FiguresGenerator
{
    private const int HalfwaySearches = 4000;
    private const int MissingKeptPercent = 25;

    private static readonly string[] Kinds =
    [
        "amount", "yoy_change", "yoy_percent", "qoq_change", "qoq_percent", "change_since_", "percent_of_revenue", "margin_percent",
        "percent_of_total_assets", "target_amount", "target_yoy_change", "target_yoy_percent", "target_percent_of_revenue",
    ];

    /// <summary>Lines with rules of their own, drawn more often.</summary>
    private static readonly string[] Favourites =
    [
        "atm.placed", "network.contracts.under_100mbps", "network.contracts.1gbps_and_over", LedgerOracle.NetIncomePerShare,
        "dividend.annual", "dividend.interim", "dividend.year_end", "backlog.construction", "backlog.operation",
    ];

    private static readonly PeriodKind[] MonthKinds =
    [
        PeriodKind.Month, PeriodKind.Month, PeriodKind.Quarter, PeriodKind.Quarter, PeriodKind.Half, PeriodKind.NineMonths, PeriodKind.Year,
    ];

    private readonly Random _random;
    private readonly LedgerOracle _oracle;
    private readonly string[] _lines;
    private readonly string[] _consolidated;
    private readonly int[] _balanceMonths;
    private readonly DateOnly[] _days;

    private FiguresGenerator(Draft ledger, LedgerOracle oracle, int seed)
    {
        _random = new(seed);
        _oracle = oracle;
        _consolidated = [.. oracle.ConsolidatedLines];
        _lines =
        [
            .. _consolidated, .. LedgerOracle.Monthly.Keys, .. LedgerOracle.Others.Keys,
            .. Items("group_balance_sheet.csv", LedgerGenerator.BalanceItems).Select(item => "group.balance." + item),
            .. Items("group_cash_flow.csv", LedgerGenerator.CashFlowItems).Select(item => "group.cash_flow." + item),
        ];
        _balanceMonths = [.. ledger.Rows("group_balance_sheet.csv").Select(row => row.Month())];
        _days =
        [
            .. ledger.Rows("network_contracts.csv").Select(row => row.Day("date")),
            .. ledger.Rows("atm_installations.csv").Select(row => row.Day("installed_on")),
        ];

        IEnumerable<string> Items(string file, IEnumerable<string> known) => ledger.Rows(file).Select(row => row["item"]).Union(known);
    }

    /// <summary>The ledger with a figures file; count figures at random and up to halfway ties on top.</summary>
    public static Draft WithFigures(
        Draft ledger, int seed, int count = 400, int halfway = 60, IReadOnlyDictionary<string, string>? definitions = null)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        var oracle = new LedgerOracle(ledger, definitions);
        var generator = new FiguresGenerator(ledger, oracle, seed);
        var figures = new HashSet<Figure>();
        while (figures.Count < count)
        {
            var figure = generator.Next("random");
            if (figure.Value != "missing" || generator.Chance(MissingKeptPercent))
                figures.Add(figure);
        }
        figures.UnionWith(generator.Halfway(halfway));
        ledger.Figures = new()
        {
            Lines = [string.Join(',', Schema.FigureColumns), .. figures.Select(figure => generator.Text(figure))],
            NewLine = generator.Chance(25) ? "\r\n" : "\n",
            ByteOrderMark = generator.Chance(20),
        };
        return ledger;
    }

    public static List<Figure> Parse(Draft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return
        [
            .. draft.Rows(Schema.FiguresFile).Select(row => new Figure(
                row["page"], row["line"], row["period"], row["kind"], row["value"], row["unit"],
                int.Parse(row["decimals"], CultureInfo.InvariantCulture))),
        ];
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private string Text(Figure figure)
    {
        // A comparison is numeric: 5, 5.0 and 5.00 are one value.
        var value = !Chance(10) || figure.Value is "n/m" or "missing" ? figure.Value
            : figure.Decimals == 0 ? figure.Value + ".0"
            : figure.Value.TrimEnd('0').TrimEnd('.');
        return $"{figure.Page},{figure.Line},{figure.Period},{figure.Kind},{value},{figure.Unit},{figure.Decimals}";
    }

    private IEnumerable<Figure> Halfway(int count)
    {
        for (var search = 0; search < HalfwaySearches && count > 0; search++)
        {
            var figure = Next("halfway");
            var exact = _oracle.Exact(figure.Line, Period.Parse(figure.Period)!, figure.Kind, figure.Unit);
            var decimals = Enumerable.Range(0, 4).FirstOrDefault(places => exact.Word is null && exact.Number.IsHalfway(places), -1);
            if (decimals < 0)
                continue;
            count--;
            yield return figure with { Decimals = decimals, Value = exact.Print(decimals) };
        }
    }

    private Figure Next(string page)
    {
        while (true)
        {
            var kind = Pick(Kinds);
            var line = kind switch
            {
                "margin_percent" => Pick([.. _lines.Where(line => line.StartsWith("gross_margin.", StringComparison.Ordinal))]),
                "percent_of_total_assets" => Pick([.. _lines.Where(line => line.StartsWith("group.balance.", StringComparison.Ordinal))]),
                "change_since_" => Pick([.. _lines.Where(line => _oracle.Nature(line)!.IsStock)]),
                _ when IsTarget(kind) => Chance(15) ? LedgerOracle.NetIncomePerShare : Pick(_consolidated),
                _ => Chance(20) ? Pick(Favourites) : Pick(_lines),
            };
            var nature = _oracle.Nature(line)!;
            var period = NextPeriod(line, nature, kind);
            if (kind == "change_since_")
            {
                var since = NextPeriod(line, nature, kind);
                if (since.End >= period.End)
                    continue;
                kind += since;
            }
            if (_oracle.Unfit(line, period, kind) is not null)
                continue;
            var unit = LedgerOracle.IsPercent(kind) ? "%"
                : nature.Unit == LineNature.Yen ? Pick("JPY million", "JPY million", "JPY billion")
                : nature.Unit;
            var decimals = unit switch { "count" => 0, "JPY million" => Pick(0, 0, 0, 1), _ => Pick(0, 1, 1, 2, 3) };
            var value = _oracle.Exact(line, period, kind, unit).Print(decimals);
            return new(page, line, period.ToString(), kind, value, unit, decimals);
        }
    }

    private static bool IsTarget(string kind) => kind.StartsWith("target_", StringComparison.Ordinal);

    private Period NextPeriod(string line, LineNature nature, string kind)
    {
        if (nature.IsDated && Chance(60))
            return Period.OfDay(NextDay());
        var compared = kind.StartsWith("yoy", StringComparison.Ordinal) || kind.StartsWith("target_yoy", StringComparison.Ordinal);
        var earliest = compared && Chance(60) ? _oracle.FirstMonth + 12 : _oracle.FirstMonth;
        var latest = kind.StartsWith("target_yoy", StringComparison.Ordinal) ? _oracle.LastMonth + 12 : _oracle.LastMonth;
        if (line.StartsWith("group.balance.", StringComparison.Ordinal) && _balanceMonths.Length > 0 && Chance(60))
            return Period.Holding(PeriodKind.Month, Pick(_balanceMonths));
        var month = earliest > latest || Chance(10)
            ? _random.Next(_oracle.FirstMonth - 14, _oracle.LastMonth + 15)
            : _random.Next(earliest, latest + 1);
        var periodKind = nature.IsSpecial || IsTarget(kind) ? PeriodKind.Year
            : kind.StartsWith("qoq", StringComparison.Ordinal) ? PeriodKind.Quarter
            : Pick(MonthKinds);
        return Period.Holding(periodKind, month);
    }

    /// <summary>Any day around the ledger, or one at a dated row, the day before it or after it.</summary>
    private DateOnly NextDay()
    {
        if (Chance(50))
            return Pick(_days).AddDays(_random.Next(-1, 2) + (Chance(20) ? 365 : 0));
        var first = Period.FirstDay(_oracle.FirstMonth).AddDays(-70);
        var last = Period.LastDay(_oracle.LastMonth).AddDays(_random.Next(0, 500));
        return first.AddDays(_random.Next(0, last.DayNumber - first.DayNumber));
    }
}
