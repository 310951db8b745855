using Grpc.Core;
using Iij.Contracts;
using Iij.Group.V1;
using Iij.Local.Ledger;
using NodaTime;
using Memo = Iij.Group.V1.Memo;

namespace Iij.Local;

/// <summary>
/// The calls that record the group's own files. Items of months that the group does not close are not recorded: no statement would
/// have them.
/// </summary>
internal sealed class GroupSteps(GroupService.GroupServiceClient group, LedgerFolder ledger)
{
    public IEnumerable<LoadStep> All()
    {
        var closed = ledger.ClosedMonths["group"].ToHashSet();
        return ledger.Group.SelectMany(Month)
            .Concat(ledger.Balance.Where(row => closed.Contains(row.Month)).Select(Balance))
            .Concat(ledger.CashFlow.Where(row => closed.Contains(row.Month)).Select(CashFlow))
            .Concat(ledger.Memo.Where(row => closed.Contains(row.Month)).Select(Memorandum))
            .Concat(ledger.Dividends.Select(Dividend))
            .Concat(ledger.Shares.Select(Shares))
            .Concat(ledger.Splits.Select(Split))
            .Concat(ledger.Targets.Select(Target));
    }

    private static LoadStep Step<T>(CsvRow row, string part, Func<string, CallOptions, AsyncUnaryCall<T>> call) =>
        new(row, $"{row.File}:{row.Line}{part}", async (id, options) => await call(id, options));

    private IEnumerable<LoadStep> Month(MonthRow month)
    {
        foreach (var (account, column) in new[]
        {
            (Account.Sga, "sga_excluding_atm_jpy"), (Account.OtherIncomeNet, "other_income_net_jpy"), (Account.IncomeTax, "income_tax_jpy"),
            (Account.EquityMethodIncome, "equity_method_income_jpy"),
            (Account.NoncontrollingInterests, "noncontrolling_interests_jpy"), (Account.PersonnelCost, "personnel_cost_jpy"),
        })
        {
            yield return Step(month.Row, $" {column}", (id, options) => group.RecordAccountAsync(new()
            {
                RequestId = id, Date = month.Month.LastDay().ToProto(), Account = account, AmountJpy = month.Row.Amount(column),
            }, options));
        }

        yield return Step(month.Row, " employees", (id, options) => group.RecordEmployeesAsync(
            new() { RequestId = id, Month = month.Month.ToProto(), Employees = month.Row.Amount("employees") }, options));
    }

    private LoadStep Balance(ItemRow row) => Step(row.Row, "", (id, options) => group.RecordBalanceAsync(
        new() { RequestId = id, Month = row.Month.ToProto(), Item = row.Item, AmountJpy = row.Amount }, options));

    private LoadStep CashFlow(ItemRow row) => Step(row.Row, "", (id, options) => group.RecordCashFlowAsync(
        new() { RequestId = id, Month = row.Month.ToProto(), Item = row.Item, AmountJpy = row.Amount }, options));

    private LoadStep Memorandum(ItemRow row) => Step(row.Row, "", (id, options) => group.RecordMemoAsync(new()
    {
        RequestId = id, Month = row.Month.ToProto(), Amount = row.Amount,
        Memo = row.Item switch
        {
            "overseas_revenue" => Memo.OverseasRevenue,
            "new_graduates_hired" => Memo.NewGraduatesHired,
            _ => Memo.CorporateCustomers,
        },
    }, options));

    private LoadStep Dividend(DividendRow row) => Step(row.Row, "", (id, options) => group.AnnounceDividendAsync(new()
    {
        RequestId = id, FiscalYear = row.FiscalYear, AnnouncedOn = row.AnnouncedOn.ToProto(), ValuePerShare = row.PerShare,
        Part = row.Part == "interim" ? DividendPart.Interim : DividendPart.YearEnd,
        Status = row.Status == "paid" ? DividendStatus.Paid : DividendStatus.Forecast,
        BasisOn = Basis(row).ToProto(),
    }, options));

    // The file knows two sides of all its splits: before the first, or after the last.
    private LocalDate Basis(DividendRow row)
    {
        var splits = ledger.Splits.Select(split => split.EffectiveOn).ToList();
        if (row.SplitBasis == "pre")
            return splits.Append(row.AnnouncedOn.PlusDays(1)).Min().PlusDays(-1);
        return splits.Append(row.AnnouncedOn).Max();
    }

    private LoadStep Shares(SharesRow row)
    {
        var known = ledger.ClosedMonths["group"][^1].LastDay(); // the file names no date: known by the end of the ledger
        return Step(row.Row, "", (id, options) => group.StateSharesAsync(new()
        {
            RequestId = id, FiscalYear = row.FiscalYear, WeightedAverageShares = row.Shares, StatedOn = known.ToProto(),
            BasisOn = ledger.Splits.Select(split => split.EffectiveOn).Append(known).Max().ToProto(), // after every split of the file
        }, options));
    }

    private LoadStep Split(SplitRow row) => Step(row.Row, "", (id, options) => group.AnnounceSplitAsync(
        new() { RequestId = id, EffectiveOn = row.EffectiveOn.ToProto(), Ratio = new() { Unscaled = row.Ratio } }, options));

    private LoadStep Target(TargetRow row) => Step(row.Row, "", (id, options) => group.AnnounceTargetAsync(new()
    {
        RequestId = id, FiscalYear = row.FiscalYear, AnnouncedOn = row.AnnouncedOn.ToProto(), Line = row.Line, AmountJpy = row.Amount,
    }, options));
}
