using System.Globalization;
using System.Numerics;
using Iij.Contracts;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Tests.Model;

/// <summary>
/// The view once more, the slow and plain way: each source's events are replayed in their own order like a clerk would, and figures
/// are added up from the last statement of each month. Shares no code with the fold.
/// </summary>
public sealed class NaiveView
{
    private static readonly Dictionary<string, string> _lines = File
        .ReadAllLines(Path.Combine(AppContext.BaseDirectory, "lines.csv")).Skip(1).Select(row => row.Split(','))
        .ToDictionary(row => row[0], row => row[1]);

    private readonly Dictionary<(string Source, string Month), Month> _months = [];

    public NaiveView(IEnumerable<Told> told)
    {
        // One life after another as they are given, each in its own order.
        foreach (var life in told.GroupBy(one => (one.Message.Source, one.Message.Incarnation)))
        {
            foreach (var one in life.DistinctBy(one => one.Message.Sequence).OrderBy(one => one.Message.Sequence))
                Replay(one);
        }
    }

    public static IReadOnlyCollection<string> Lines => _lines.Keys;

    public (DataStatus Status, int Revision, string State) Status(string source, YearMonth month)
    {
        if (!_months.TryGetValue((source, month.ToIso()), out var known))
            return (DataStatus.NotReceived, 0, "Open");
        var status = known.Facts is null ? DataStatus.NotReceived : known.Impacted ? DataStatus.Impacted : DataStatus.Received;
        return (status, known.Facts is null ? 0 : known.Revision, known.State);
    }

    /// <summary>A line or measure of flow over months, or of stock at the last of them; null where anything is missing.</summary>
    public BigInteger? Amount(string line, IReadOnlyList<YearMonth> months)
    {
        if (!_lines.TryGetValue(line, out var definition))
            return Sum(IsStock(line) ? [months[^1]] : months, month => Measure(line, month));
        BigInteger sum = 0;
        foreach (var term in definition.Split(' '))
        {
            if (Amount(term[1..], months) is not { } part)
                return null;
            sum += term[0] == '-' ? -part : part;
        }

        return sum;
    }

    /// <summary>The percentage of a change, to decimals, half away from zero, by whole-number arithmetic; "n/m" or "missing".</summary>
    public static string Percent(BigInteger? now, BigInteger? before, int decimals)
    {
        if (now is null || before is null)
            return "missing";
        if (before <= 0)
            return "n/m";
        var scaled = (now.Value - before.Value) * 100 * BigInteger.Pow(10, decimals);
        return Text(Divide(scaled, before.Value), decimals);
    }

    /// <summary>An amount in units of a power of ten, half away from zero.</summary>
    public static string Rounded(BigInteger? amount, int power, int decimals) => amount is null
        ? "missing"
        : Text(Divide(amount.Value * BigInteger.Pow(10, decimals), BigInteger.Pow(10, power)), decimals);

    private static BigInteger Divide(BigInteger a, BigInteger b)
    {
        var quotient = BigInteger.DivRem(BigInteger.Abs(a), b, out var rest);
        var away = rest * 2 >= b ? quotient + 1 : quotient;
        return a.Sign < 0 ? -away : away;
    }

    private static string Text(BigInteger unscaled, int decimals)
    {
        var digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var whole = decimals == 0 ? digits : digits[..^decimals] + "." + digits[^decimals..];
        return unscaled.Sign < 0 ? "-" + whole : whole;
    }

    // By name, as a reader of the presentation would say, not by the option that the system reads.
    private static readonly string[] _stocks =
    [
        "backlog.opening.", "backlog.closing.", "backlog.outsourced_personnel", "group.balance.", "group.employees",
        "group.memo.corporate_customers", "atm.placed", "network.contracts.", "cloud.projects", "cloud.clients", "cloud.partners",
        "cloud.vw_series_",
    ];

    private static bool IsStock(string measure) => _stocks.Any(stock => measure.StartsWith(stock, StringComparison.Ordinal));

    private static BigInteger? Sum(IEnumerable<YearMonth> months, Func<YearMonth, BigInteger?> of)
    {
        BigInteger sum = 0;
        foreach (var month in months)
        {
            if (of(month) is not { } amount)
                return null;
            sum += amount;
        }

        return sum;
    }

    private BigInteger? Measure(string measure, YearMonth month) =>
        _months.TryGetValue((measure.Split('.')[0], month.ToIso()), out var known)
        && known.Facts?.FirstOrDefault(fact => fact.Measure == measure && fact.Date == "" && fact.Subject == "") is { } found
            ? found.Unscaled
            : null;

    private void Replay(Told told)
    {
        var (source, month) = (told.Message.Source, told.Message.Month);
        if (!_months.TryGetValue((source, month), out var known))
            _months[(source, month)] = known = new Month();
        if (told.Message.Transition == "Reopened")
        {
            foreach (var (_, later) in _months.Where(m => m.Key.Source == source && string.CompareOrdinal(m.Key.Month, month) >= 0))
                later.Impacted = later.Facts is not null;
        }
        else if (told.Message.Transition is "Closed" or "RolledForward")
        {
            (known.Facts, known.Revision, known.Impacted) = (told.Facts, told.Message.Revision, false);
        }

        known.State = told.Message.Transition switch
        {
            "Returned" => told.Message.Revision == 0 ? "Open" : "Reopened", // of the source's close, which may not have arrived
            "Closed" or "RolledForward" or "Unlocked" => "Closed",
            var other => other,
        };
    }

    private sealed class Month
    {
        public IReadOnlyList<Fact>? Facts { get; set; }

        public int Revision { get; set; }

        public bool Impacted { get; set; }

        public string State { get; set; } = "Open";
    }
}
