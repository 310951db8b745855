using Iij.Contracts;
using NodaTime;

namespace Iij.Local.Ledger;

/// <summary>The rules that hold between the rows of a ledger. Each names the row that breaks it.</summary>
public static class LedgerRules
{
    private static readonly string[] _memoItems = ["overseas_revenue", "new_graduates_hired", "corporate_customers"];

    /// <summary>Throws <see cref="InputException"/> at the first row that breaks a rule.</summary>
    public static void Check(LedgerFolder ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        foreach (var (file, rows) in new[]
        {
            ("network.csv", ledger.Network), ("backlog.csv", ledger.Backlog), ("cloud.csv", ledger.Cloud), ("atm.csv", ledger.Atm),
            ("group.csv", ledger.Group),
        })
            CheckMonths(file, rows);
        foreach (var rows in new[] { ledger.Balance, ledger.CashFlow, ledger.Memo })
            CheckOnce(rows, row => (row.Month, row.Item), row => row.Row, row => $"{row.Item} of {row.Month.ToIso()}");
        if (ledger.Memo.FirstOrDefault(row => !_memoItems.Contains(row.Item)) is { } memo)
            throw memo.Row.Refuse($"unknown item \"{memo.Item}\"; known are {string.Join(", ", _memoItems)}");
        CheckContracts(ledger);
        CheckOrders(ledger);
        CheckRevenue(ledger);
        CheckAtms(ledger);
        CheckAnnouncements(ledger);
    }

    private static void CheckMonths(string file, IReadOnlyList<MonthRow> rows)
    {
        if (rows.Count == 0)
            throw new InputException(file, 1, "has no month");
        CheckOnce(rows, row => row.Month, row => row.Row, row => $"month {row.Month.ToIso()}");
        var sorted = rows.OrderBy(row => row.Month).ToList();
        for (var i = 1; i < sorted.Count; i++)
        {
            var expected = sorted[i - 1].Month.PlusMonths(1);
            if (sorted[i].Month != expected)
                throw sorted[i].Row.Refuse($"month {expected.ToIso()} is missing before {sorted[i].Month.ToIso()}");
        }
    }

    private static void CheckContracts(LedgerFolder ledger)
    {
        var (first, last) = Range(ledger.Network);
        foreach (var row in ledger.Contracts.Where(row => row.Date > last || (!row.Opening && row.Date < first)))
            throw row.Row.Refuse($"date {row.Date.ToIso()} is outside the closed months");
        foreach (var band in ledger.Contracts.GroupBy(row => row.Band))
        {
            // Within a day what is activated comes before what is cancelled.
            long inForce = 0;
            foreach (var day in band.GroupBy(row => row.Date).OrderBy(day => day.Key))
            {
                inForce += day.Sum(row => row.Activated);
                foreach (var row in day.OrderBy(row => row.Row.Line))
                {
                    inForce -= row.Cancelled;
                    if (inForce < 0)
                        throw row.Row.Refuse($"more contracts of {row.Band} are cancelled than are in force on {row.Date.ToIso()}");
                    if (row is { Opening: true, Cancelled: > 0 })
                        throw row.Row.Refuse("an opening row cancels nothing");
                }
            }
        }
    }

    private static void CheckOrders(LedgerFolder ledger)
    {
        CheckOnce(ledger.Orders, row => row.OrderId, row => row.Row, row => $"order {row.OrderId}");
        var (first, last) = Range(ledger.Backlog);
        foreach (var row in ledger.Orders.Where(row => row.ReceivedOn > last || (!row.Opening && row.ReceivedOn < first)))
            throw row.Row.Refuse($"received_on {row.ReceivedOn.ToIso()} is outside the closed months");
    }

    private static void CheckRevenue(LedgerFolder ledger)
    {
        var orders = ledger.Orders.ToDictionary(order => order.OrderId);
        var (first, last) = Range(ledger.Backlog);
        var left = orders.Values.ToDictionary(order => order.OrderId, order => order.Amount);
        var accepted = new HashSet<string>();
        foreach (var row in ledger.Revenue.OrderBy(row => row.RecognisedOn).ThenBy(row => row.Row.Line))
        {
            if (!orders.TryGetValue(row.OrderId, out var order))
                throw row.Row.Refuse($"unknown order {row.OrderId}");
            if (row.RecognisedOn < order.ReceivedOn)
                throw row.Row.Refuse($"revenue before the receipt of {row.OrderId} on {order.ReceivedOn.ToIso()}");
            if (row.RecognisedOn < first || row.RecognisedOn > last)
                throw row.Row.Refuse($"recognised_on {row.RecognisedOn.ToIso()} is outside the closed months");
            if (order.Kind == "construction" && !accepted.Add(row.OrderId))
                throw row.Row.Refuse($"construction order {row.OrderId} is recognised twice");
            if (row.Amount > left[row.OrderId])
                throw row.Row.Refuse($"{row.Amount} is beyond what is left of {row.OrderId}: {left[row.OrderId]}");
            if (order.Kind == "construction" && row.Amount != order.Amount)
                throw row.Row.Refuse($"construction order {row.OrderId} is recognised in part: {row.Amount} of {order.Amount}");
            left[row.OrderId] -= row.Amount;
        }
    }

    private static void CheckAtms(LedgerFolder ledger)
    {
        CheckOnce(ledger.Installations, row => row.AtmId, row => row.Row, row => $"ATM {row.AtmId}");
        foreach (var (month, row) in ledger.Atm)
        {
            if (row.Amount("withdrawals") > 0 && !ledger.Installations.Any(atm => atm.InstalledOn <= month.LastDay()))
                throw row.Refuse($"withdrawals in {month.ToIso()} without a placed ATM");
            if (row.Amount("withdrawals") == 0 && row.Amount("commission_jpy") > 0)
                throw row.Refuse($"commission in {month.ToIso()} without withdrawals that carry it");
        }
    }

    private static void CheckAnnouncements(LedgerFolder ledger)
    {
        CheckOnce(ledger.Shares, row => row.FiscalYear, row => row.Row, row => $"shares of {row.FiscalYear}");
        CheckOnce(ledger.Splits, row => row.EffectiveOn, row => row.Row, row => $"split of {row.EffectiveOn.ToIso()}");
        CheckOnce(ledger.Targets, row => (row.FiscalYear, row.Line, row.AnnouncedOn), row => row.Row,
            row => $"target {row.Line} of {row.FiscalYear} on {row.AnnouncedOn.ToIso()}");
        CheckOnce(ledger.Dividends, row => (row.FiscalYear, row.Part, row.AnnouncedOn), row => row.Row,
            row => $"{row.Part} dividend of {row.FiscalYear} on {row.AnnouncedOn.ToIso()}");
    }

    private static void CheckOnce<TRow, TKey>(
        IEnumerable<TRow> rows, Func<TRow, TKey> key, Func<TRow, CsvRow> source, Func<TRow, string> name)
        where TKey : notnull
    {
        var seen = new Dictionary<TKey, int>(EqualityComparer<TKey>.Default);
        foreach (var row in rows)
        {
            if (!seen.TryAdd(key(row), source(row).Line))
                throw source(row).Refuse($"{name(row)} stands twice, first in line {seen[key(row)]}");
        }
    }

    private static (LocalDate First, LocalDate Last) Range(IReadOnlyList<MonthRow> rows) =>
        (rows.Min(row => row.Month).FirstDay(), rows.Max(row => row.Month).LastDay());
}
