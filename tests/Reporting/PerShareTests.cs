using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;
using Iij.Tests.Model;

namespace Iij.Tests.Reporting;

/// <summary>Amounts per share and targets: split-adjusted and as printed, the latest announcement, the factor in the lineage.</summary>
public sealed class PerShareTests
{
    private const string Pre = "group.dividend.interim.pre_split";
    private const string Post = "group.dividend.interim.post_split";

    private static readonly Fact[] _splitAndShares =
    [
        Books.A("group.split.ratio", "", "2012-10-01", 200), Books.A("group.shares.weighted_average", "FY2011", "", 40_000_000),
        Books.A("group.shares.weighted_average", "FY2012", "", 40_000_000),
    ];

    [Fact]
    public void A_dividend_from_before_the_split_is_divided_by_its_ratio()
    {
        var asked = new Books().Close("group", "2012-12", [.. _splitAndShares, Books.A(Pre, "FY2011", "2011-11-08", 1_500),
            Books.A(Post, "FY2012", "2012-11-08", 875, 2)]).Ask();
        Assert.Equal("7.50", Show(asked, "dividend.interim", "FY2011"));
        Assert.Equal("1500.00", Show(asked, "dividend.interim.as_printed", "FY2011"));
        Assert.Equal("8.75", Show(asked, "dividend.interim", "FY2012"));
        Assert.Equal("8.75", Show(asked, "dividend.interim.as_printed", "FY2012"));
        var factor = asked.Node("dividend.interim", "FY2011", Kind.Amount, Unit.JpyPerShare).Children[1];
        Assert.Equal(("split ratio", "200"), (factor.Name, factor.Value.ToString()));
        var split = factor.Children.Single().Source!.Value.Fact;
        Assert.Equal(("group.split.ratio", "2012-10-01"), (split.Measure, split.Date));
    }

    [Fact]
    public void The_latest_announcement_stands_whatever_order_it_was_told_in() => Seeded.Check(50, random =>
    {
        var told = random.Shuffled(new[]
        {
            Books.A(Pre, "FY2012", "2012-05-15", 1_750), Books.A(Post, "FY2012", "2012-11-08", 1_000, 2),
            Books.A(Pre, "FY2012", "2012-08-01", 1_800),
            Books.A("group.target.operating_income", "FY2012", "2012-05-15", 8_000),
            Books.A("group.target.operating_income", "FY2012", "2012-11-08", 7_000),
        });
        var asked = new Books().Close("group", "2012-12", [.. told, .. _splitAndShares]).Ask();
        Assert.Equal("10.00", Show(asked, "dividend.interim", "FY2012"));
        Assert.Equal("7000", asked.Text("operating_income", "FY2012", Kind.TargetAmount));
    });

    [Fact]
    public void The_year_is_missing_until_both_halves_are_announced_and_never_mixes_bases()
    {
        var interim = Books.A(Pre, "FY2012", "2012-05-15", 1_750);
        var asked = new Books().Close("group", "2012-12", [interim, .. _splitAndShares]).Ask();
        Assert.Equal("missing", Show(asked, "dividend.annual", "FY2012"));
        Assert.Equal(["no year_end dividend was announced for FY2012"],
            asked.Ask("dividend.annual", "FY2012", Kind.Amount, Unit.JpyPerShare).Missing.Inputs);
        asked = new Books().Close("group", "2012-12",
            [interim, Books.A("group.dividend.year_end.post_split", "FY2012", "2012-11-08", 1_000, 2), .. _splitAndShares]).Ask();
        Assert.Equal("18.75", Show(asked, "dividend.annual", "FY2012"));
        var printed = asked.Ask("dividend.annual.as_printed", "FY2012", Kind.Amount, Unit.JpyPerShare, 2);
        Assert.Equal("MIXED_SPLIT_BASIS", printed.NotMeaningful.Reason);
    }

    [Fact]
    public void Earnings_are_printed_on_the_shares_of_their_time()
    {
        var books = new Books();
        for (var month = 0; month < 12; month++)
            CloseMonth(books, NodaMonth(2011, month), 1_000_000_000);
        books.Close("group", "2012-12", _splitAndShares);
        var asked = books.Ask();
        Assert.Equal("300.00", Show(asked, "net_income_per_share", "FY2011"));
        Assert.Equal("60000.00", Show(asked, "net_income_per_share.as_printed", "FY2011"));
        Assert.Equal("missing", Show(asked, "net_income_per_share", "FY2012"));
    }

    [Fact]
    public void A_second_split_adjusts_what_is_on_a_basis_before_it_and_leaves_what_was_printed()
    {
        var books = new Books();
        for (var month = 0; month < 12; month++)
            CloseMonth(books, NodaMonth(2011, month), 1_000_000_000);
        Fact[] announced =
        [
            Books.A("group.split.ratio", "", "2012-10-01", 200), Books.A("group.split.ratio", "", "2013-03-01", 2),
            Books.A("group.shares.weighted_average.2012-12-31", "FY2011", "", 40_000_000),
            Books.A("group.dividend.interim.2012-09-30", "FY2012", "2012-11-08", 1_750),
            Books.A("group.dividend.year_end.2013-02-08", "FY2012", "2013-02-08", 1_000, 2),
            Books.A(Pre, "FY2011", "2011-11-08", 1_500), Books.A("group.dividend.year_end.post_split", "FY2011", "2012-05-15", 900, 2),
        ];
        var asked = books.Close("group", "2012-12", announced).Ask();
        Assert.Equal("150.00", Show(asked, "net_income_per_share", "FY2011"));
        Assert.Equal("60000.00", Show(asked, "net_income_per_share.as_printed", "FY2011"));
        Assert.Equal("4.38", Show(asked, "dividend.interim", "FY2012"));
        Assert.Equal("1750.00", Show(asked, "dividend.interim.as_printed", "FY2012"));
        Assert.Equal("5.00", Show(asked, "dividend.year_end", "FY2012"));
        Assert.Equal("9.38", Show(asked, "dividend.annual", "FY2012"));
        Assert.Equal("n/m", Show(asked, "dividend.annual.as_printed", "FY2012"));
        // Sides of the earliest split, as they were announced before bases had dates.
        Assert.Equal("3.75", Show(asked, "dividend.interim", "FY2011"));
        Assert.Equal("4.50", Show(asked, "dividend.year_end", "FY2011"));
    }

    [Fact]
    public void Any_number_of_splits_multiplies_to_the_factor_of_those_after_the_basis() => Seeded.Check(60, random =>
    {
        var splits = Enumerable.Range(0, random.Next(6)).Select(_ => (On: new NodaTime.LocalDate(2012, 1, 1).PlusDays(random.Next(500)), By: random.Next(2, 9)))
            .DistinctBy(split => split.On).ToList();
        var basis = new NodaTime.LocalDate(2012, 1, 1).PlusDays(random.Next(500));
        var asked = new Books().Close("group", "2012-12",
        [
            .. splits.Select(split => Books.A("group.split.ratio", "", Iij.Contracts.Calendar.ToIso(split.On), split.By)),
            Books.A($"group.dividend.interim.{Iij.Contracts.Calendar.ToIso(basis)}", "FY2012", "2012-11-08", 1_000_000),
        ]).Ask();
        var factor = splits.Where(split => split.On > basis).Aggregate(1L, (product, split) => product * split.By);
        Assert.Equal(Iij.Contracts.Exact.Of(1_000_000) / Iij.Contracts.Exact.Of(factor),
            asked.Node("dividend.interim", "FY2012", Kind.Amount, Unit.JpyPerShare).Value);
        Assert.Equal("1000000.00", Show(asked, "dividend.interim.as_printed", "FY2012"));
    });

    [Fact]
    public void Quarters_and_cumulative_periods_have_earnings_over_their_own_shares()
    {
        var books = new Books();
        for (var month = 0; month < 12; month++)
            CloseMonth(books, NodaMonth(2011, month), 1_000_000_000);
        string[] periods = ["FY2011-Q1", "FY2011-Q2", "FY2011-Q3", "FY2011-Q4", "FY2011-H1", "FY2011-9M", "FY2011"];
        var shares = periods.Select((period, index) =>
            Books.A("group.shares.weighted_average.2012-12-31", period, "", 30_000_000 + index * 1_000_000));
        var asked = books.Close("group", "2012-12", [.. shares, Books.A("group.split.ratio", "", "2012-10-01", 200)]).Ask();
        Assert.Equal(["100.00", "96.77", "93.75", "90.91", "176.47", "257.14", "333.33"],
            periods.Select(period => Show(asked, "net_income_per_share", period)));
        Assert.Equal("20000.00", Show(asked, "net_income_per_share.as_printed", "FY2011-Q1"));
        Assert.Equal("-3.23", asked.Text("net_income_per_share", "FY2011-Q2", Kind.QoqChange, Unit.JpyPerShare, 2));
        Assert.Equal("missing", Show(asked, "net_income_per_share", "FY2011-H2"));
    }

    [Fact]
    public void A_target_is_compared_with_the_actual_of_the_year_before()
    {
        var books = new Books();
        for (var month = 0; month < 12; month++)
            CloseMonth(books, NodaMonth(2011, month), 1_000_000_000);
        books.Close("group", "2012-12", [.. _splitAndShares,
            Books.A("group.target.net_income_attributable", "FY2012", "2012-05-15", 15_000_000_000),
            Books.A("group.target.revenue.total", "FY2012", "2012-05-15", 60_000_000_000)]);
        var asked = books.Ask();
        Assert.Equal("3000000000", asked.Text("net_income_attributable", "FY2012", Kind.TargetYoyChange));
        Assert.Equal("25.0", asked.Text("net_income_attributable", "FY2012", Kind.TargetYoyPercent, Unit.Percent, 1));
        Assert.Equal("25.0", asked.Text("net_income_attributable", "FY2012", Kind.TargetPercentOfRevenue, Unit.Percent, 1));
        Assert.Equal("375.00", asked.Text("net_income_per_share", "FY2012", Kind.TargetAmount, Unit.JpyPerShare, 2));
        Assert.Equal("missing", asked.Text("sga", "FY2012", Kind.TargetAmount));
    }

    [Fact]
    public void The_register_is_that_of_the_latest_statement_that_stands()
    {
        var books = new Books().Close("group", "2012-05", Books.A("group.target.sga", "FY2012", "2012-05-15", 8_000))
            .Close("group", "2012-06");
        Assert.Equal("missing", books.Ask().Text("sga", "FY2012", Kind.TargetAmount));
        books.Close("group", "2012-04", Books.A("group.target.sga", "FY2012", "2012-05-15", 9_000));
        Assert.Equal("missing", books.Ask().Text("sga", "FY2012", Kind.TargetAmount));
    }

    // Every line of the group needs its measures; net income attributable is the commission of the month.
    internal static void CloseMonth(Books books, string month, long income) => books.Close(month,
        [.. Lines.Measures("net_income_attributable").Select(measure =>
            Books.F(measure, measure == "atm.revenue.commission" ? income : 0))]);

    private static string Show(Asked asked, string line, string year) => asked.Text(line, year, Kind.Amount, Unit.JpyPerShare, 2);

    private static string NodaMonth(int april, int plus) => Iij.Contracts.Calendar.ToIso(new NodaTime.YearMonth(april, 4).PlusMonths(plus));
}
