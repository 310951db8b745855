using System.Text;

namespace Iij.Tests.Oracle;

/// <summary>What is wrong and where; line 0 where no line can be named (a file absent or unknown).</summary>
public sealed record Refusal(string File, int Line, string Reason);

/// <summary>The rules of "Reading the files", naively: every refusal found, those of single rows before those between rows.</summary>
public sealed class Validator
{
    private readonly List<Refusal> _refusals = [];
    private readonly Dictionary<string, List<Row>> _rows = [];

    private Validator()
    {
    }

    public static IReadOnlyList<Refusal> Validate(
        string ledgerFolder, string? figuresFile = null, IReadOnlyDictionary<string, string>? definitions = null) =>
        Validate(
            Directory.EnumerateFiles(ledgerFolder).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes),
            figuresFile is null ? null : File.ReadAllBytes(figuresFile),
            definitions);

    public static IReadOnlyList<Refusal> Validate(Draft draft, IReadOnlyDictionary<string, string>? definitions = null)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return Validate(draft.Ledger.ToDictionary(file => file.Key, file => file.Value.ToBytes()), draft.Figures.ToBytes(), definitions);
    }

    private static List<Refusal> Validate(
        Dictionary<string, byte[]> ledger, byte[]? figures, IReadOnlyDictionary<string, string>? definitions)
    {
        var validator = new Validator();
        validator.ReadLedger(ledger);
        if (validator._refusals.Count == 0)
            validator.CheckLedger();
        if (validator._refusals.Count == 0 && figures is not null)
            validator.CheckFigures(new LedgerOracle(ToDraft(ledger), definitions), figures);
        return validator._refusals;
    }

    private static Draft ToDraft(Dictionary<string, byte[]> ledger)
    {
        var draft = new Draft();
        foreach (var (name, bytes) in ledger)
            draft.Ledger[name] = DraftFile.FromBytes(bytes);
        return draft;
    }

    private void Refuse(string file, int line, string reason) => _refusals.Add(new(file, line, reason));

    private void ReadLedger(Dictionary<string, byte[]> ledger)
    {
        foreach (var file in ledger.Keys.Except(Schema.Files.Keys))
            Refuse(file, 0, "unknown file");
        foreach (var (file, columns) in Schema.Files)
        {
            if (!ledger.TryGetValue(file, out var bytes))
            {
                Refuse(file, 0, "absent file");
                continue;
            }
            _rows[file] = ReadRows(file, bytes, [.. columns.Select(column => column.Name)]);
            foreach (var row in _rows[file])
                foreach (var column in columns)
                    if (Wrong(column, row[column.Name]) is { } reason)
                        Refuse(file, row.Line, $"{column.Name} '{row[column.Name]}' {reason}");
        }
    }

    private List<Row> ReadRows(string file, byte[] bytes, string[] columns)
    {
        var utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);
        var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        var rows = new List<Row>();
        string[] header = [];
        for (var number = 1; start < bytes.Length || number == 1; number++)
        {
            var length = Array.IndexOf(bytes, (byte)'\n', start) is var end and >= 0 ? end - start : bytes.Length - start;
            if (Decode(utf8, bytes.AsSpan(start, length)) is not { } text)
            {
                Refuse(file, number, "not UTF-8");
                return rows;
            }
            start += length + 1;
            var fields = text.Split(',');
            if (number == 1)
            {
                header = fields;
                foreach (var column in fields.Except(columns))
                    Refuse(file, 1, $"unknown column '{column}'");
                foreach (var column in columns.Except(fields))
                    Refuse(file, 1, $"absent column '{column}'");
                if (_refusals.Count > 0)
                    return rows;
            }
            else if (fields.Length != header.Length)
            {
                Refuse(file, number, $"{fields.Length} fields under {header.Length} columns");
            }
            else
            {
                rows.Add(new(number, header, fields));
            }
        }
        return rows;
    }

    private static string? Decode(UTF8Encoding utf8, ReadOnlySpan<byte> line)
    {
        try
        {
            return utf8.GetString(line).TrimEnd('\r');
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? Wrong(Column column, string text)
    {
        var number = Rational.Parse(text);
        var whole = number is not null && !text.Contains('.', StringComparison.Ordinal);
        return column.Kind switch
        {
            FieldKind.Month => Period.ParseMonth(text) is null ? "is not a month" : null,
            FieldKind.Day => Period.ParseDay(text) is null ? "is not a date" : null,
            FieldKind.FiscalYear => Period.Parse(text) is { Kind: PeriodKind.Year } ? null : "is not a fiscal year",
            FieldKind.Word => column.Words.Contains(text) ? null : "is unknown",
            FieldKind.Text => text.Length == 0 ? "is empty" : null,
            FieldKind.DecimalZeroOrMore => number is null ? "is not a number" : number.Value.Sign < 0 ? "is negative" : null,
            _ when !whole => "is not an integer",
            FieldKind.ZeroOrMore => number!.Value.Sign < 0 ? "is negative" : null,
            FieldKind.AboveZero => number!.Value.Sign <= 0 ? "must be above zero, not zero or negative" : null,
            _ => null,
        };
    }

    private void CheckLedger()
    {
        foreach (var file in Schema.MonthlyFiles)
        {
            Once(file, row => row["month"]);
            var months = _rows[file].OrderBy(row => row.Month()).ToList();
            foreach (var (earlier, later) in months.Zip(months.Skip(1)))
                if (later.Month() > earlier.Month() + 1)
                    Refuse(file, later.Line, $"month {Period.MonthText(earlier.Month() + 1)} is missing");
        }
        foreach (var file in Schema.SparseFiles)
            Once(file, row => row["month"] + " " + row["item"]);
        Once("backlog_orders.csv", row => row["order_id"]);
        Once("atm_installations.csv", row => row["atm_id"]);

        var closed = Schema.MonthlyFiles.SelectMany(file => _rows[file]).Select(row => row.Month()).ToList();
        foreach (var file in Schema.MonthlyFiles)
            if (_rows[file].Count != closed.Max() - closed.Min() + 1 && _refusals.Count == 0)
                Refuse(file, 0, "a month is missing at an end");
        CheckDates("backlog_orders.csv", "received_on", closed.Min(), closed.Max());
        CheckDates("network_contracts.csv", "date", closed.Min(), closed.Max());
        CheckRevenue(closed.Min(), closed.Max());
        CheckContracts();
        CheckWithdrawals();
    }

    private void Once(string file, Func<Row, string> key)
    {
        foreach (var again in _rows[file].GroupBy(key).SelectMany(group => group.Skip(1)))
            Refuse(file, again.Line, $"{key(again)} is there twice");
    }

    private void CheckDates(string file, string column, int first, int last)
    {
        foreach (var row in _rows[file])
            if (Period.MonthOf(row.Day(column)) is var month && (month > last || (month < first && row["opening"] == "no")))
                Refuse(file, row.Line, $"{row[column]} is outside the closed months");
    }

    private void CheckRevenue(int first, int last)
    {
        const string File = "backlog_revenue.csv";
        var orders = _rows["backlog_orders.csv"].GroupBy(row => row["order_id"]).ToDictionary(group => group.Key, group => group.First());
        foreach (var row in _rows[File].Where(row => !orders.ContainsKey(row["order_id"])))
            Refuse(File, row.Line, $"order {row["order_id"]} is unknown");
        foreach (var row in _rows[File])
            if (Period.MonthOf(row.Day("recognised_on")) is var month && (month < first || month > last))
                Refuse(File, row.Line, $"{row["recognised_on"]} is outside the closed months");

        foreach (var group in _rows[File].GroupBy(row => row["order_id"]).Where(group => orders.ContainsKey(group.Key)))
        {
            var order = orders[group.Key];
            var left = order.Number("amount_jpy");
            var count = 0;
            foreach (var row in group.OrderBy(row => row.Day("recognised_on")).ThenBy(row => row.Line))
            {
                left -= row.Number("amount_jpy");
                if (row.Day("recognised_on") < order.Day("received_on"))
                    Refuse(File, row.Line, $"revenue before order {group.Key} was received");
                if (order["kind"] == "construction" && ++count > 1)
                    Refuse(File, row.Line, $"construction order {group.Key} is recognised twice");
                else if (left.Sign < 0)
                    Refuse(File, row.Line, $"revenue beyond what is left of order {group.Key}");
                else if (order["kind"] == "construction" && left.Sign > 0)
                    Refuse(File, row.Line, $"construction order {group.Key} is recognised in part");
            }
        }
    }

    private void CheckContracts()
    {
        const string File = "network_contracts.csv";
        foreach (var band in _rows[File].GroupBy(row => row["bandwidth"]))
        {
            Rational inForce = 0;
            foreach (var row in band.OrderBy(row => row.Day("date")).ThenBy(row => row.Line))
            {
                inForce += row.Number("activated") - row.Number("cancelled");
                if (inForce.Sign < 0)
                    Refuse(File, row.Line, "more contracts cancelled than in force");
            }
        }
    }

    private void CheckWithdrawals()
    {
        foreach (var row in _rows["atm.csv"].Where(row => row.Number("withdrawals").Sign > 0))
            if (!_rows["atm_installations.csv"].Any(atm => atm.Day("installed_on") <= Period.LastDay(row.Month())))
                Refuse("atm.csv", row.Line, "withdrawals in a month without a placed ATM");
    }

    private void CheckFigures(LedgerOracle oracle, byte[] bytes)
    {
        foreach (var row in ReadRows(Schema.FiguresFile, bytes, [.. Schema.FigureColumns]))
        {
            var period = Period.Parse(row["period"]);
            var reason = oracle.Nature(row["line"]) is null ? $"unknown line '{row["line"]}'"
                : period is null ? $"unknown period '{row["period"]}'"
                : !LedgerOracle.IsKind(row["kind"]) ? $"unknown kind '{row["kind"]}'"
                : !Schema.Units.Contains(row["unit"]) ? $"unknown unit '{row["unit"]}'"
                : oracle.Unfit(row["line"], period, row["kind"]) is { } unfit ? unfit
                : row["value"] is not ("n/m" or "missing") && Rational.Parse(row["value"]) is null
                    ? $"value '{row["value"]}' is neither a number nor n/m nor missing"
                : row["decimals"] is not { Length: 1 } || !char.IsAsciiDigit(row["decimals"][0]) ? $"decimals '{row["decimals"]}'"
                : null;
            if (reason is not null)
                Refuse(Schema.FiguresFile, row.Line, reason);
        }
    }
}
