using System.Globalization;
using System.Numerics;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting;
using Iij.Reporting.V1;
using Iij.Tests.Model;
using Xunit.Abstractions;
using Driver = Iij.Reporting.Driver;

namespace Iij.Tests.Reporting;

/// <summary>An explanation adds up: the children of every driver to it, the leaves to the difference, and each measure to what the books say of it.</summary>
public sealed class ExplanationLawTests(ITestOutputHelper output)
{
    private static readonly int _histories = Environment.GetEnvironmentVariable("IIJ_TEST_LONG") == "1" ? 400 : 60;
    private static readonly string[] _periods =
        ["2012-04", "2012-05", "2012-06", "2012-07", "FY2012-Q1", "FY2011-Q4", "FY2012", "FY2011", "FY2011-H2", "FY2012-9M", "2012-05-15", "2012-09-01"];

    private static readonly List<string> _lines =
        [.. Known.Lines.Rows.Select(row => row.Name), .. MeasureCatalog.Measures.Keys, .. FigureRules.PerShareLines, .. FigureRules.PerShareLines];

    private static readonly string[] _targets = ["net_income_per_share", "operating_income", "income_before_tax", "revenue.total", "gross_margin.total"];

    [Fact]
    public void The_children_of_every_driver_add_exactly_to_it_between_any_two_figures()
    {
        var (pairs, drivers, causes) = (0, 0, new Dictionary<DriverCause, int>());
        Seeded.Check(_histories, random =>
        {
            var history = random.Next(3) == 0 ? Histories.Random(random) : Histories.Full(random);
            for (var pair = 0; pair < 100; pair++)
            {
                if (Pair(random, history) is not var (root, now, against))
                    continue;
                Assert.Equal(Text(Minus(Of(now.Value!.Value), Of(against.Value!.Value))), root.Contribution.ToString());
                foreach (var driver in Everything(root))
                {
                    Check(driver);
                    causes[driver.Cause] = causes.GetValueOrDefault(driver.Cause) + 1;
                    drivers++;
                }

                pairs++;
            }
        });
        output.WriteLine($"seeds {Seeded.Described(_histories)}: {pairs} pairs of figures, {drivers} drivers by "
            + string.Join(", ", causes.OrderBy(cause => cause.Key).Select(cause => $"{cause.Value} {cause.Key}")));
        Assert.True(_histories < 60 || causes.Count >= 7, "a cause was never met");
    }

    [Fact]
    public void What_a_measure_adds_to_a_difference_is_what_the_books_say()
    {
        var compared = 0;
        Seeded.Check(_histories, random =>
        {
            var told = random.Next(3) == 0 ? Story.OfAll(random, 4, 120) : Histories.FullBooks(random).Told;
            var (asked, naive) = (new Asked(Fold.Of(Known.Of(told))), new NaiveView(told));
            foreach (var line in NaiveView.Lines.Where(line => !line.StartsWith("backlog.", StringComparison.Ordinal)))
            {
                var (now, against) = (random.Pick(_periods[..4]), random.Pick(_periods[..4]));
                var (one, other) = (asked.Node(line, now, Kind.Amount, Unit.Jpy), asked.Node(line, against, Kind.Amount, Unit.Jpy));
                if (one.Value is null || other.Value is null)
                    continue;
                var told1 = new DriverTree(_ => null).Of(one, other);
                var leaves = Everything(told1).Where(driver => driver.Children.Count == 0 && driver.Contribution.Sign != 0).ToList();
                foreach (var terms in Lines.Terms(line).GroupBy(term => term.Measure))
                {
                    var sign = terms.Sum(term => term.Sign);
                    var expected = sign * (Amount(naive, terms.Key, now) - Amount(naive, terms.Key, against));
                    var actual = leaves.Where(leaf => leaf.Now!.Source!.Value.Fact.Measure == terms.Key)
                        .Aggregate(BigInteger.Zero, (sum, leaf) => sum + BigInteger.Parse(leaf.Contribution.ToString(), CultureInfo.InvariantCulture));
                    Assert.Equal(expected, actual);
                    compared++;
                }
            }
        });
        output.WriteLine($"seeds {Seeded.Described(_histories)}: {compared} measures of lines compared with the naive books");
        Assert.True(compared > 0);
    }

    private static BigInteger Amount(NaiveView naive, string measure, string month) =>
        naive.Amount(measure, [Contracts.Calendar.ParseMonth(month)!.Value])!.Value;

    private static void Check(Driver driver)
    {
        if (driver.Children.Count > 0)
        {
            var sum = driver.Children.Aggregate((BigInteger.Zero, BigInteger.One), (total, child) => Plus(total, Of(child.Contribution)));
            Assert.Equal(driver.Contribution.ToString(), Text(sum));
        }

        Assert.Equal(driver.Children.Count, driver.Children.Select(child => child.Role).Distinct().Count());
        var sizes = driver.Children.Select(child => child.Contribution.Magnitude).ToList();
        Assert.True(sizes.Zip(sizes.Skip(1)).All(pair => (pair.First - pair.Second).Sign >= 0));
        Assert.True(driver.Children.Count > 0 || driver.Contribution.Sign == 0 || driver.Cause != DriverCause.Unspecified, driver.ToString());
    }

    // Two figures of a line that both have a value: of other periods, of other moments, or of a target.
    private static (Driver Root, Node Now, Node Against)? Pair(Random random, History history)
    {
        var (line, kind) = (random.Pick(_lines), random.Next(3) > 0 ? Kind.Amount : random.Pick(Enum.GetValues<Kind>()));
        line = kind == Kind.TargetAmount ? random.Pick(_targets) : line;
        var against = kind == Kind.TargetAmount && random.Next(2) == 0 ? Kind.Amount : kind;
        var now = Node(random, history, line, kind, random.Pick(_periods));
        var other = Node(random, history, line, against, random.Next(3) == 0 ? now?.Period ?? "FY2012" : random.Pick(_periods));
        if (now is not { Node.Value: not null } one || other is not { Node.Value: not null } two)
            return null;
        Node? TargetOf(string term) => kind == against ? null
            : new FigureCalculator(one.View).Compute(one.Figure with { Line = term, Kind = Kind.TargetAmount });
        return (new DriverTree(TargetOf).Of(one.Node, two.Node), one.Node, two.Node);
    }

    private static (View View, FigureAsked Figure, Node Node, string Period)? Node(Random random, History history, string line, Kind kind, string period)
    {
        var view = Fold.Of(history.Until(history.Knowledge - (random.Next(2) == 0 ? 0 : random.NextInt64(history.Knowledge / 2 + 1))));
        foreach (var unit in new[] { Unit.Jpy, Unit.Percent, Unit.JpyPerShare, Unit.Count, Unit.Ratio })
        {
            var query = new FigureQuery { Line = line, Period = period, Kind = kind, Unit = unit, Since = kind == Kind.ChangeSince ? "2012-04" : "" };
            if (FigureRules.Read(query, view.Lines).Asked is { } asked)
                return (view, asked, new FigureCalculator(view).Compute(asked), period);
        }

        return null;
    }

    private static IEnumerable<Driver> Everything(Driver driver) => driver.Children.SelectMany(Everything).Prepend(driver);

    // Fractions once more, by whole numbers.
    private static (BigInteger, BigInteger) Of(Exact value) => (value.Numerator, value.Denominator);

    private static (BigInteger, BigInteger) Plus((BigInteger N, BigInteger D) a, (BigInteger N, BigInteger D) b)
    {
        var (n, d) = (a.N * b.D + b.N * a.D, a.D * b.D);
        var divisor = BigInteger.GreatestCommonDivisor(n, d);
        return (n / divisor, d / divisor);
    }

    private static (BigInteger, BigInteger) Minus((BigInteger N, BigInteger D) a, (BigInteger N, BigInteger D) b) => Plus(a, (-b.N, b.D));

    private static string Text((BigInteger N, BigInteger D) value) => value.D.IsOne ? $"{value.N}" : $"{value.N}/{value.D}";
}
