using System.Security.Cryptography;
using System.Text;
using NodaTime;

namespace Iij.Local.Ledger;

/// <summary>A row of a monthly file: its month and its row.</summary>
public sealed record MonthRow(YearMonth Month, CsvRow Row);

/// <summary>A row of a sparse file: one item of one month.</summary>
public sealed record ItemRow(YearMonth Month, string Item, long Amount, CsvRow Row);

/// <summary>A change of the contracts of one band.</summary>
public sealed record ContractRow(LocalDate Date, string Band, long Activated, long Cancelled, bool Opening, CsvRow Row);

/// <summary>An order received.</summary>
public sealed record OrderRow(LocalDate ReceivedOn, string OrderId, string Kind, string Industry, long Amount, bool Opening, CsvRow Row);

/// <summary>Revenue recognised against an order.</summary>
public sealed record RevenueRow(LocalDate RecognisedOn, string OrderId, long Amount, CsvRow Row);

/// <summary>An ATM installed.</summary>
public sealed record InstallationRow(LocalDate InstalledOn, string AtmId, bool Opening, CsvRow Row);

/// <summary>A dividend announced, in yen per share as printed.</summary>
public sealed record DividendRow(
    LocalDate AnnouncedOn, string FiscalYear, string Part, string Status, Money.V1.Decimal PerShare, string SplitBasis, CsvRow Row);

/// <summary>The weighted average shares of a fiscal year, after the split.</summary>
public sealed record SharesRow(string FiscalYear, long Shares, CsvRow Row);

/// <summary>A share split.</summary>
public sealed record SplitRow(LocalDate EffectiveOn, long Ratio, CsvRow Row);

/// <summary>A target announced, yen.</summary>
public sealed record TargetRow(string FiscalYear, LocalDate AnnouncedOn, string Line, long Amount, CsvRow Row);

/// <summary>
/// A ledger folder as it was read and found valid: every rule of its files holds. What a row means and which rows are refused is
/// said in deploy/reference/README.md.
/// </summary>
public sealed class LedgerFolder
{
    /// <summary>Where it was read from.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 over the names and contents of its files: the identity of a ledger.</summary>
    public required string Digest { get; init; }

    /// <summary>network.csv.</summary>
    public required IReadOnlyList<MonthRow> Network { get; init; }

    /// <summary>network_contracts.csv.</summary>
    public required IReadOnlyList<ContractRow> Contracts { get; init; }

    /// <summary>backlog.csv.</summary>
    public required IReadOnlyList<MonthRow> Backlog { get; init; }

    /// <summary>backlog_orders.csv.</summary>
    public required IReadOnlyList<OrderRow> Orders { get; init; }

    /// <summary>backlog_revenue.csv.</summary>
    public required IReadOnlyList<RevenueRow> Revenue { get; init; }

    /// <summary>cloud.csv.</summary>
    public required IReadOnlyList<MonthRow> Cloud { get; init; }

    /// <summary>atm.csv.</summary>
    public required IReadOnlyList<MonthRow> Atm { get; init; }

    /// <summary>atm_installations.csv.</summary>
    public required IReadOnlyList<InstallationRow> Installations { get; init; }

    /// <summary>group.csv.</summary>
    public required IReadOnlyList<MonthRow> Group { get; init; }

    /// <summary>group_balance_sheet.csv.</summary>
    public required IReadOnlyList<ItemRow> Balance { get; init; }

    /// <summary>group_cash_flow.csv.</summary>
    public required IReadOnlyList<ItemRow> CashFlow { get; init; }

    /// <summary>group_memo.csv.</summary>
    public required IReadOnlyList<ItemRow> Memo { get; init; }

    /// <summary>group_dividends.csv.</summary>
    public required IReadOnlyList<DividendRow> Dividends { get; init; }

    /// <summary>group_shares.csv.</summary>
    public required IReadOnlyList<SharesRow> Shares { get; init; }

    /// <summary>group_splits.csv.</summary>
    public required IReadOnlyList<SplitRow> Splits { get; init; }

    /// <summary>group_targets.csv.</summary>
    public required IReadOnlyList<TargetRow> Targets { get; init; }

    /// <summary>The months each source closes: from the first to the last of its monthly file.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<YearMonth>> ClosedMonths => new Dictionary<string, IReadOnlyList<YearMonth>>
    {
        ["network"] = Months(Network), ["backlog"] = Months(Backlog), ["cloud"] = Months(Cloud), ["atm"] = Months(Atm), ["group"] = Months(Group),
    };

    /// <summary>SHA-256 over the names and contents of a folder's CSV files.</summary>
    public static string DigestOf(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(file) + "\n"));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static List<YearMonth> Months(IReadOnlyList<MonthRow> rows) => rows.Select(row => row.Month).Order().ToList();
}
