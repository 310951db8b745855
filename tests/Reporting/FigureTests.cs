using Iij.Money.V1;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>Figures by hand: rounding, zero, missing and not meaningful, stocks, dates, and what may be asked.</summary>
public sealed class FigureTests
{
    [Theory]
    [InlineData(500_000, 0, "1")]
    [InlineData(499_999, 0, "0")]
    [InlineData(1_500_000, 0, "2")]
    [InlineData(2_500_000, 0, "3")]
    [InlineData(-500_000, 0, "-1")]
    [InlineData(-499_999, 0, "0")]
    [InlineData(-2_500_000, 0, "-3")]
    [InlineData(-49_999, 1, "0.0")]
    [InlineData(-50_000, 1, "-0.1")]
    [InlineData(0, 2, "0.00")]
    [InlineData(long.MaxValue, 0, "9223372036855")]
    [InlineData(long.MinValue, 6, "-9223372036854.775808")]
    public void A_value_is_rounded_once_half_away_from_zero_and_zero_has_no_sign(long yen, int decimals, string shown)
    {
        var asked = new Books().Close("2012-04", Books.F("atm.cost", yen)).Ask();
        Assert.Equal(shown, asked.Text("cost.atm", "2012-04", Kind.Amount, Unit.JpyMillion, decimals));
    }

    [Fact]
    public void The_largest_amounts_add_without_overflow()
    {
        var books = new Books();
        foreach (var month in Months("2012-04", 12))
            books.Close("atm", month, Books.F("atm.cost", long.MaxValue), Books.F("atm.sga", long.MinValue));
        Assert.Equal("110680464442257309684", books.Ask().Text("atm.cost", "FY2012"));
        Assert.Equal("-110680464442257309696", books.Ask().Text("atm.sga", "FY2012"));
    }

    [Fact]
    public void Zero_missing_and_not_meaningful_are_three_values()
    {
        var asked = new Books().Close("2011-04", Books.F("atm.cost", 0), Books.F("atm.sga", -5))
            .Close("2012-04", Books.F("atm.cost", 0), Books.F("atm.sga", 5)).Ask();
        Assert.Equal("0", asked.Text("atm.cost", "2012-04"));
        Assert.Equal("n/m", asked.Text("atm.cost", "2012-04", Kind.YoyPercent, Unit.Percent, 1));
        Assert.Equal("n/m", asked.Text("atm.sga", "2012-04", Kind.YoyPercent, Unit.Percent, 1));
        Assert.Equal("10", asked.Text("atm.sga", "2012-04", Kind.YoyChange));
        Assert.Equal("missing", asked.Text("atm.withdrawals", "2012-04", Kind.Amount, Unit.Count));
        Assert.Equal("BASE_NOT_POSITIVE", asked.Ask("atm.sga", "2012-04", Kind.YoyPercent, Unit.Percent).NotMeaningful.Reason);
    }

    [Fact]
    public void Missing_wins_over_not_meaningful_and_names_what_lacks()
    {
        var asked = new Books().Close("2011-04", Books.F("atm.cost", 0)).Ask();
        var figure = asked.Ask("atm.cost", "2012-04", Kind.YoyPercent, Unit.Percent);
        Assert.Equal(["atm 2012-04 is not received"], figure.Missing.Inputs);
        var margin = asked.Ask("gross_margin.network", "2011-04");
        Assert.Equal(["network 2011-04 is not received", "cloud 2011-04 is not received"], margin.Missing.Inputs);
        Assert.Equal("", margin.Exact);
    }

    [Fact]
    public void A_flow_over_months_of_which_one_is_missing_is_missing()
    {
        var books = new Books().Close("2012-04", Books.F("atm.cost", 1)).Close("2012-06", Books.F("atm.cost", 3));
        Assert.Equal(["atm 2012-05 is not received"], books.Ask().Ask("atm.cost", "FY2012-Q1").Missing.Inputs);
        books.Close("atm", "2012-05");
        Assert.Equal(["atm.cost is absent in 2012-05 (revision 1)"], books.Ask().Ask("atm.cost", "FY2012-Q1").Missing.Inputs);
        books.Close("2012-05", Books.F("atm.cost", 0));
        Assert.Equal("4", books.Ask().Text("atm.cost", "FY2012-Q1"));
    }

    [Fact]
    public void A_stock_stands_at_the_end_and_is_neither_added_nor_carried_forward()
    {
        var books = new Books().Close("2012-04", Books.F("group.balance.cash", 10)).Close("2012-05", Books.F("group.balance.cash", 20));
        Assert.Equal("20", books.Ask().Text("group.balance.cash", "2012-05"));
        Assert.Equal("missing", books.Ask().Text("group.balance.cash", "FY2012-Q1"));
        books.Close("2012-06", Books.F("group.balance.cash", 5));
        Assert.Equal("5", books.Ask().Text("group.balance.cash", "FY2012-Q1"));
        Assert.Equal("-5", books.Ask().Text("group.balance.cash", "FY2012-Q1", Kind.ChangeSince, Unit.Jpy, 0, "2012-04"));
        Assert.Equal("missing", books.Ask().Text("group.balance.cash", "2012-07"));
    }

    [Fact]
    public void A_stock_at_a_date_is_what_stood_that_day()
    {
        var asked = new Books()
            .Close("atm", "2012-04", Books.D("atm.placed", "2012-03-10", 3), Books.D("atm.placed", "2012-04-01", 5),
                Books.D("atm.placed", "2012-04-15", 8))
            .Close("atm", "2012-06", Books.D("atm.placed", "2012-06-01", 9), Books.D("atm.placed", "2012-08-01", 20)).Ask();
        (string Date, string Shown)[] expected =
        [
            ("2012-03-09", "missing"), ("2012-03-10", "3"), ("2012-03-31", "3"), ("2012-04-01", "5"), ("2012-04-14", "5"),
                ("2012-04-15", "8"),
            ("2012-04-30", "8"), ("2012-05-01", "missing"), ("2012-06-01", "9"), ("2012-07-31", "9"), ("2012-08-01", "20"),
                ("2030-01-01", "20"),
        ];
        foreach (var (date, shown) in expected)
            Assert.Equal((date, shown), (date, asked.Text("atm.placed", date, Kind.Amount, Unit.Count)));
        Assert.Equal("17", asked.Text("atm.placed", "2012-08-01", Kind.ChangeSince, Unit.Count, 0, "2012-03-10"));
        Assert.Equal(["atm 2012-05 is not received"], asked.Ask("atm.placed", "2012-05-01", Kind.Amount, Unit.Count).Missing.Inputs);
        Assert.Equal("missing", new Books().Ask().Text("atm.placed", "2012-05-01", Kind.Amount, Unit.Count));
    }

    [Fact]
    public void Percentages_are_made_of_their_parts_after_aggregation()
    {
        var asked = new Books()
            .Close("2011-04", Books.F("atm.revenue.commission", 100), Books.F("atm.cost", 50))
            .Close("2011-05", Books.F("atm.revenue.commission", 300), Books.F("atm.cost", 50))
            .Close("2011-06", Books.F("atm.revenue.commission", 0), Books.F("atm.cost", 50))
            .Close("2011-07", Books.F("atm.revenue.commission", 1), Books.F("atm.cost", 0))
            .Close("2011-08", Books.F("atm.revenue.commission", 1), Books.F("atm.cost", 0))
            .Close("2011-09", Books.F("atm.revenue.commission", 1), Books.F("atm.cost", 0)).Ask();
        Assert.Equal("62.50", asked.Text("gross_margin.atm", "FY2011-Q1", Kind.MarginPercent, Unit.Percent, 2));
        Assert.Equal("-99.3", asked.Text("revenue.atm", "FY2011-Q2", Kind.QoqPercent, Unit.Percent, 1));
        Assert.Equal("n/m", asked.Text("gross_margin.atm", "2011-06", Kind.MarginPercent, Unit.Percent, 2));
        Assert.Equal("-397", asked.Text("revenue.atm", "FY2011-Q2", Kind.QoqChange));
    }

    [Fact]
    public void Rounded_parts_need_not_add_up_to_the_rounded_total()
    {
        var asked = new Books().Close("2012-04", Books.F("backlog.revenue.construction", 1_400_000),
            Books.F("backlog.revenue.operation", 1_400_000),
            Books.F("cloud.revenue.component", 0)).Ask();
        Assert.Equal(["1", "1", "3"], Million(asked, "revenue.systems_integration.construction", "revenue.systems_integration.operation",
            "revenue.systems_integration"));
        Assert.Equal("2800000", asked.Ask("revenue.systems_integration", "2012-04", Kind.Amount, Unit.JpyMillion).Exact);
    }

    [Theory]
    [InlineData("revenue.none", "2012-04", Kind.Amount, Unit.Jpy, "", "LINE_UNKNOWN")]
    [InlineData("group.target.operating_income", "FY2012", Kind.Amount, Unit.Jpy, "", "LINE_UNKNOWN")]
    [InlineData("atm.cost", "3Q12", Kind.Amount, Unit.Jpy, "", "PERIOD_UNKNOWN")]
    [InlineData("atm.cost", "2012-13", Kind.Amount, Unit.Jpy, "", "PERIOD_UNKNOWN")]
    [InlineData("group.balance.cash", "2012-04", Kind.ChangeSince, Unit.Jpy, "", "PERIOD_UNKNOWN")]
    [InlineData("atm.cost", "2012-04-30", Kind.Amount, Unit.Jpy, "", "KIND_UNFIT")]
    [InlineData("group.balance.cash", "2012-04-30", Kind.Amount, Unit.Jpy, "", "KIND_UNFIT")]
    [InlineData("atm.cost", "2012-04", Kind.QoqChange, Unit.Jpy, "", "KIND_UNFIT")]
    [InlineData("atm.cost", "FY2012-H1", Kind.QoqPercent, Unit.Percent, "", "KIND_UNFIT")]
    [InlineData("atm.cost", "2012-04", Kind.ChangeSince, Unit.Jpy, "2012-03", "KIND_UNFIT")]
    [InlineData("group.balance.cash", "2012-04", Kind.ChangeSince, Unit.Jpy, "2012-03-31", "KIND_UNFIT")]
    [InlineData("atm.withdrawals", "2012-04", Kind.PercentOfRevenue, Unit.Percent, "", "KIND_UNFIT")]
    [InlineData("group.balance.cash", "2012-04", Kind.PercentOfRevenue, Unit.Percent, "", "KIND_UNFIT")]
    [InlineData("operating_income", "2012-04", Kind.MarginPercent, Unit.Percent, "", "KIND_UNFIT")]
    [InlineData("atm.cost", "2012-04", Kind.PercentOfTotalAssets, Unit.Percent, "", "KIND_UNFIT")]
    [InlineData("operating_income", "FY2012-H1", Kind.TargetAmount, Unit.Jpy, "", "KIND_UNFIT")]
    [InlineData("dividend.annual", "FY2012", Kind.TargetAmount, Unit.JpyPerShare, "", "KIND_UNFIT")]
    [InlineData("net_income_per_share", "FY2012", Kind.TargetPercentOfRevenue, Unit.Percent, "", "KIND_UNFIT")]
    [InlineData("net_income_per_share", "2012-04", Kind.Amount, Unit.JpyPerShare, "", "KIND_UNFIT")]
    [InlineData("dividend.interim", "FY2012-H1", Kind.Amount, Unit.JpyPerShare, "", "KIND_UNFIT")]
    [InlineData("net_income_per_share", "FY2012-Q3", Kind.TargetAmount, Unit.JpyPerShare, "", "KIND_UNFIT")]
    [InlineData("atm.cost", "2012-04", Kind.Unspecified, Unit.Jpy, "", "KIND_UNFIT")]
    [InlineData("atm.cost", "2012-04", (Kind)99, Unit.Jpy, "", "KIND_UNFIT")]
    [InlineData("atm.cost", "2012-04", Kind.Amount, Unit.Unspecified, "", "UNIT_UNFIT")]
    [InlineData("atm.cost", "2012-04", Kind.Amount, Unit.Count, "", "UNIT_UNFIT")]
    [InlineData("atm.withdrawals", "2012-04", Kind.Amount, Unit.JpyMillion, "", "UNIT_UNFIT")]
    [InlineData("atm.cost", "2012-04", Kind.YoyPercent, Unit.Jpy, "", "UNIT_UNFIT")]
    [InlineData("dividend.annual", "FY2012", Kind.Amount, Unit.Jpy, "", "UNIT_UNFIT")]
    public void What_does_not_fit_is_refused(string line, string period, Kind kind, Unit unit, string since, string reason) =>
        Assert.Equal(reason, new Books().Ask().Refusal(line, period, kind, unit, 0, since));

    [Fact]
    public async Task A_misfit_among_many_queries_is_refused_by_its_index()
    {
        await using var bench = await Bench.StartAsync();
        FigureQuery Query(string line, int decimals = 0) =>
            new() { Line = line, Period = "2012-04", Kind = Kind.Amount, Unit = Unit.Jpy, Decimals = decimals };
        var request = new ListFiguresRequest { Queries = { Query("atm.cost"), Query("atm.cost"), Query("atm.none") } };
        var (code, reason, _, metadata) = await Bench.RefusedAsync(bench.Client.ListFiguresAsync(request).ResponseAsync);
        Assert.Equal((Grpc.Core.StatusCode.InvalidArgument, "LINE_UNKNOWN", "2"), (code, reason, metadata["index"]));
        Assert.Equal("queries[2].line", metadata["field"]);
        request = new ListFiguresRequest { Queries = { Query("atm.cost", 10) } };
        Assert.Equal("FIELD_INVALID", (await Bench.RefusedAsync(bench.Client.ListFiguresAsync(request).ResponseAsync)).Reason);
        request = new ListFiguresRequest();
        Assert.Equal("FIELD_INVALID", (await Bench.RefusedAsync(bench.Client.ListFiguresAsync(request).ResponseAsync)).Reason);
    }

    private static IEnumerable<string> Million(Asked asked, params string[] lines) =>
        lines.Select(line => asked.Text(line, "2012-04", Kind.Amount, Unit.JpyMillion));

    private static IEnumerable<string> Months(string first, int count) => Enumerable.Range(0, count)
        .Select(n => Iij.Contracts.Calendar.ToIso(Iij.Contracts.Calendar.ParseMonth(first)!.Value.PlusMonths(n)));
}
