using Google.Protobuf;
using Iij.Contracts;
using Iij.Group.V1;
using NodaTime;
using Decimal = Iij.Money.V1.Decimal;

namespace Iij.Tests.Model;

public sealed class GroupBusiness : Business
{
    private static readonly string[] _accounts =
        ["sga", "other_income_net", "income_tax", "equity_method_income", "noncontrolling_interests", "personnel_cost"];

    private static readonly string[] _memos = ["overseas_revenue", "new_graduates_hired", "corporate_customers"];
    private static readonly string[] _items = ["dividends_paid", "income_taxes_paid", "capital_expenditure", "other"];
    private static readonly string[] _lines = ["revenue.total", "operating_income", "net_income"];
    private static readonly string[] _parts = ["", "", "-Q1", "-H1", "-9M"];
    private static readonly string[] _years = ["FY2011", "FY2012", "FY2013"];

    public override string Name => "group";

    public override string SomeFlow => "group.sga";

    public override bool HasSubjects => true;

    public override Draft Sure(Random random, LocalDate on) => random.Next(3) switch
    {
        0 => Account(on, random.Next(6) + 1, random.Yen()),
        1 => CashFlow(on.Month(), random.One(_items), random.Yen()),
        _ => Memo(on.Month(), random.Next(2) + 1, random.Yen()),
    };

    public override Draft Any(Random random, Books books, YearMonth month)
    {
        var on = Day(random, month);
        return random.Next(12) switch
        {
            0 or 1 => Account(on, random.Next(2, 6), random.Yen() - 400_000),
            2 => Employees(month, random.Next(3_000)),
            3 => Balance(month, random.Chance(50) ? "guarantees" : "purchase_commitments", random.Yen() - 1_000),
            4 => Balance(month, "total_assets", random.Yen()),
            5 => Memo(month, 3, random.Next(9_000)),
            6 => Target(on, random.One(_years), random.One(_lines), random.Yen() + 1),
            7 => Dividend(on, random.One(_years), random.Next(2) + 1, random.Next(3), random.Next(10_000), random.Next(4)),
            8 => Shares(on, random.One(_years) + random.One(_parts), random.Next(1, 90_000_000), random.Chance(60)),
            9 => Split(on, random.Next(1, 900), random.Next(3)),
            _ => Sure(random, on),
        };
    }

    public override IReadOnlyList<Draft> EachKind(YearMonth month)
    {
        var on = month.OnDayOfMonth(9);
        return
        [
            .. Enumerable.Range(1, 6).Select(account => Account(on, account, 100 + account)), Employees(month, 2_000),
            Balance(month, "guarantees", -5), CashFlow(month, "dividends_paid", -70), Memo(month, 1, 8), Memo(month, 2, 9), Memo(month, 3, 7_000),
            Target(on, "FY2012", "revenue.total", 106_000_000_000), Dividend(on, "FY2012", 1, 1, 175_000, 2),
            Dividend(on, "FY2012", 2, 0, 1_000, 2), Shares(on, "FY2012", 40_000_000, dated: true), Shares(on, "FY2012-Q3", 40_000_000), Split(on, 200, 0),
        ];
    }

    public override IReadOnlyList<Draft> Zeros(YearMonth month) =>
        [.. Enumerable.Range(1, 6).Select(account => Account(month.OnDayOfMonth(9), account, 0)), Employees(month, 0)];

    public override IReadOnlyList<(IMessage Request, string Reason)> Wrong(LocalDate on) =>
    [
        (Account(on, 1, -1).Request, "FIELD_INVALID"),
        (new RecordAccountRequest { Date = on.ToProto(), AmountJpy = 1 }, "FIELD_INVALID"),
        (new RecordAccountRequest { Date = NoDay, Account = Iij.Group.V1.Account.Sga, AmountJpy = 1 }, "FIELD_INVALID"),
        (Employees(on.Month(), -1).Request, "FIELD_INVALID"),
        (Balance(on.Month(), "Total Assets", 1).Request, "FIELD_INVALID"),
        (Balance(on.Month(), "cash", 1).Request, "BALANCE_ITEM_UNKNOWN"),
        (new RecordCashFlowRequest { Month = on.Month().ToProto(), Item = "cash" }, "FIELD_INVALID"),
        (Target(on, "3Q12", "revenue.total", 1).Request, "FIELD_INVALID"),
        (Target(on, "FY2012", "revenue.total", 0).Request, "FIELD_INVALID"),
        (Dividend(on, "FY2012", 1, 1, -1, 0).Request, "FIELD_INVALID"),
        (Dividend(on, "FY2012-Q3", 1, 0, 1, 0).Request, "FIELD_INVALID"),
        (Wire.With(Dividend(on, "FY2012", 1, 0, 1, 0).Request, "split_basis", SplitBasis.Pre), "FIELD_INVALID"),
        (Dividend(on, "FY2012", 1, 7, 1, 0).Request, "FIELD_INVALID"),
        (Shares(on, "2012-12", 1).Request, "FIELD_INVALID"),
        (Split(on, 1, 19).Request, "FIELD_INVALID"),
    ];

    public override IEnumerable<Fact> Facts(Books books, YearMonth month, bool isFirst) =>
    [
        .. Counted(books, month, _accounts.Append("employees").Select(name => "group." + name)),
        .. Counted(books, month, _memos.Select(name => "group.memo." + name)),
        .. Counted(books, month, books.Measures("group.balance.", month)),
        .. Counted(books, month, books.Measures("group.cash_flow.", month)),
        .. books.Entries.Where(entry => entry.Stands && entry.Draft.Announced is not null).Select(entry => entry.Draft.Announced!),
    ];

    private static Draft Account(LocalDate on, int account, long amount) => new(
        new RecordAccountRequest { Date = on.ToProto(), Account = (Account)account, AmountJpy = amount }, on,
        new Line("group." + _accounts[account - 1], amount));

    private static Draft Employees(YearMonth month, long count) => new(
        new RecordEmployeesRequest { Month = month.ToProto(), Employees = count }, month.LastDay(), new Line("group.employees", count))
    {
        OwnMonth = true,
    };

    private static Draft Balance(YearMonth month, string item, long amount) => new(
        new RecordBalanceRequest { Month = month.ToProto(), Item = item, AmountJpy = amount }, month.LastDay(),
        new Line("group.balance." + item, amount))
    { OwnMonth = true };

    private static Draft CashFlow(YearMonth month, string item, long amount) => new(
        new RecordCashFlowRequest { Month = month.ToProto(), Item = item, AmountJpy = amount }, month.LastDay(),
        new Line("group.cash_flow." + item, amount));

    private static Draft Memo(YearMonth month, int memo, long amount) => new(
        new RecordMemoRequest { Month = month.ToProto(), Memo = (Memo)memo, Amount = amount }, month.LastDay(),
        new Line("group.memo." + _memos[memo - 1], amount))
    { OwnMonth = memo == 3 };

    private static Draft Target(LocalDate on, string year, string line, long amount) => new(
        new AnnounceTargetRequest { FiscalYear = year, AnnouncedOn = on.ToProto(), Line = line, AmountJpy = amount }, on)
    {
        Opening = true, Announced = new("group.target." + line, year, on.ToIso(), amount, 0),
    };

    // A basis of 0 is a date, the day before; otherwise it is a side of the split.
    private static Draft Dividend(LocalDate on, string year, int part, int basis, long unscaled, int scale) => new(
        new AnnounceDividendRequest
        {
            FiscalYear = year, AnnouncedOn = on.ToProto(), Part = (DividendPart)part, Status = DividendStatus.Forecast,
            ValuePerShare = new Decimal { Unscaled = unscaled, Scale = scale }, SplitBasis = (SplitBasis)basis,
            BasisOn = basis == 0 ? on.PlusDays(-1).ToProto() : null,
        }, on)
    {
        Opening = true,
        Announced = new($"group.dividend.{(part == 1 ? "interim" : "year_end")}."
            + (basis == 0 ? on.PlusDays(-1).ToIso() : basis == 1 ? "pre_split" : "post_split"), year, on.ToIso(), unscaled, scale),
    };

    private static Draft Shares(LocalDate on, string period, long count, bool dated = false) => new(
        new StateSharesRequest
        {
            FiscalYear = period, WeightedAverageShares = count, StatedOn = on.ToProto(), BasisOn = dated ? on.ToProto() : null,
        }, on)
    {
        Opening = true, Announced = new("group.shares.weighted_average" + (dated ? "." + on.ToIso() : ""), period, "", count, 0),
    };

    private static Draft Split(LocalDate on, long ratio, int scale) => new(
        new AnnounceSplitRequest { EffectiveOn = on.ToProto(), Ratio = new Decimal { Unscaled = ratio, Scale = scale } }, on)
    {
        Opening = true, OwnMonth = true, Announced = new("group.split.ratio", "", on.ToIso(), ratio, scale),
    };
}
