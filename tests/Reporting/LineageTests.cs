using System.Globalization;
using System.Numerics;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;
using Iij.Tests.Model;

namespace Iij.Tests.Reporting;

/// <summary>Where a figure comes from: the tree adds up to it, and each leaf is a fact of an event.</summary>
public sealed class LineageTests : IAsyncLifetime
{
    private static readonly string[] _months = ["2011-04", "2011-05", "2011-06", "2012-04", "2012-05", "2012-06"];
    private readonly Dictionary<(string Source, string Month), PeriodEventPublished> _told = [];
    private readonly Dictionary<(string Measure, string Month), long> _amounts = [];
    private Bench _bench = null!;

    public async Task InitializeAsync()
    {
        _bench = await Bench.StartAsync();
        var random = new Random(1);
        foreach (var source in Statements.Schemas.Keys)
        {
            var events = new Events(source);
            foreach (var month in _months)
            {
                var amounts = MeasureCatalog.Measures.Values.Where(m => m.Source == source && m.Nature != Nature.Register && !m.IsList)
                    .Select(m => (m.Name, Amount: random.NextInt64(-1_000_000_000, 9_000_000_000))).ToArray();
                foreach (var (measure, amount) in amounts)
                    _amounts[(measure, month)] = amount;
                events.Tell(month, "Prepared");
                _told[(source, month)] = events.Close(month, amounts);
            }

            await _bench.AcceptAsync(random.Shuffled(events.All));
        }
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Every_line_adds_up_from_facts_that_name_their_event()
    {
        foreach (var (line, definition) in Lines.Rows)
        {
            var answer = await LineageAsync(line, "FY2012-Q1", Kind.Amount);
            Assert.Equal(answer.Figure.Exact, answer.Root.Exact);
            Assert.Equal(BigInteger.Parse(answer.Root.Exact, CultureInfo.InvariantCulture), Recompute(answer.Root));
            var expected = Lines.Terms(line).Aggregate(BigInteger.Zero, (sum, term) => sum + term.Sign * Expected(term.Measure));
            Assert.Equal(expected.ToString(CultureInfo.InvariantCulture), answer.Root.Exact);
            Assert.Equal(definition, answer.Root.Definition);
            Assert.Equal(1, answer.LinesVersion);
            Assert.All(Leaves(answer.Root), CheckLeaf);
        }
    }

    [Fact]
    public async Task A_comparison_shows_both_sides()
    {
        var change = (await LineageAsync("revenue.total", "FY2012-Q1", Kind.YoyChange)).Root;
        Assert.Equal(2, change.Children.Count);
        Assert.Equal(Number(change.Children[0]) - Number(change.Children[1]), Number(change));
        Assert.All(Leaves(change), CheckLeaf);
        Assert.Equal(["2011-04", "2011-05", "2011-06", "2012-04", "2012-05", "2012-06"],
            Leaves(change).Select(leaf => leaf.Fact.Month.ToYearMonth()!.Value.ToIso()).Distinct().Order());
        var percent = await LineageAsync("operating_income", "FY2012-Q1", Kind.PercentOfRevenue);
        Assert.Equal(["operating_income FY2012-Q1", "revenue.total FY2012-Q1"], percent.Root.Children.Select(child => child.Name));
    }

    [Fact]
    public async Task What_is_missing_stands_where_it_is_missing()
    {
        var root = (await LineageAsync("revenue.atm", "FY2012-Q2", Kind.Amount)).Root;
        Assert.Equal("", root.Exact);
        Assert.Equal("missing: atm 2012-07 is not received; atm 2012-08 is not received; atm 2012-09 is not received", root.Problem);
        Assert.All(Leaves(root), leaf => Assert.Null(leaf.Fact));
    }

    private void CheckLeaf(LineageNode leaf)
    {
        var month = leaf.Fact.Month.ToYearMonth()!.Value.ToIso();
        var told = _told[(leaf.Fact.Source, month)];
        Assert.Equal((told.EventId, told.Revision, told.Sequence, told.Incarnation),
            (leaf.Fact.EventId, leaf.Fact.Revision, leaf.Fact.Sequence, leaf.Fact.Incarnation));
        Assert.True(leaf.Fact.Knowledge > 0);
        Assert.Equal(_amounts[(leaf.Fact.Measure, month)].ToString(CultureInfo.InvariantCulture), leaf.Exact);
    }

    private BigInteger Expected(string measure) => MeasureCatalog.Find(measure)!.Nature == Nature.Stock
        ? _amounts[(measure, "2012-06")]
        : _months.Skip(3).Aggregate(BigInteger.Zero, (sum, month) => sum + _amounts[(measure, month)]);

    // By the definitions the nodes show, not by the ones the service holds.
    private static BigInteger Recompute(LineageNode node)
    {
        if (node.Children.Count == 0)
            return Number(node);
        var parts = node.Children.Select(Recompute).ToList();
        if (node.Definition == "sum of its months")
            return parts.Aggregate(BigInteger.Zero, (sum, part) => sum + part);
        var terms = node.Definition.Split(' ');
        Assert.Equal(terms.Length, parts.Count);
        return terms.Zip(parts).Aggregate(BigInteger.Zero, (sum, part) => part.First[0] == '-' ? sum - part.Second : sum + part.Second);
    }

    private static BigInteger Number(LineageNode node) => BigInteger.Parse(node.Exact, CultureInfo.InvariantCulture);

    private static IEnumerable<LineageNode> Leaves(LineageNode node) =>
        node.Children.Count == 0 ? [node] : node.Children.SelectMany(Leaves);

    private async Task<GetLineageResponse> LineageAsync(string line, string period, Kind kind) =>
        await _bench.Client.GetLineageAsync(new GetLineageRequest
        {
            Query = new FigureQuery { Line = line, Period = period, Kind = kind, Unit = FigureRulesUnit(kind) },
        });

    private static Unit FigureRulesUnit(Kind kind) => Iij.Reporting.FigureRules.IsPercent(kind) ? Unit.Percent : Unit.Jpy;
}
