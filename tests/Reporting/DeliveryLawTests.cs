using System.Numerics;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting;
using Iij.Reporting.V1;
using Iij.Tests.Model;
using NodaTime;
using Xunit.Abstractions;

namespace Iij.Tests.Reporting;

/// <summary>
/// Every event arrives one to five times in any order, some never: the view, its digest and every figure are what is recomputed from the
/// set of events. Sources have up to three lives, of which group accounting accepted some; months are reopened and rolled forward.
/// </summary>
public sealed class DeliveryLawTests(ITestOutputHelper output)
{
    private const int DeliveriesMax = 5;
    private const int MonthsMax = 6;
    private const int Histories = 1_000;
    private const int StoredHistories = 50;
    private const int FiguresMany = 100_000; // one history replayed may have none with a value

    private static readonly string[] _periods =
        ["2012-04", "2012-05", "2012-06", "2012-07", "FY2012-Q1", "FY2012-Q2", "FY2012-H1", "FY2012-9M", "FY2012"];

    private static readonly string[] _measures = [.. MeasureCatalog.Measures.Values
        .Where(measure => !measure.IsList).Select(measure => measure.Name)
        .Concat(["group.balance.total_assets", "group.balance.cash", "group.balance.inventories", "group.balance.goodwill",
            "group.cash_flow.total_assets", "group.cash_flow.cash", "group.cash_flow.inventories", "group.cash_flow.goodwill"])];

    private static readonly string[] _byDate =
        [.. MeasureCatalog.Measures.Values.Where(measure => measure.ByDate).Select(measure => measure.Name)];

    [Fact]
    public void Every_figure_is_a_function_of_the_set_of_events()
    {
        var (figures, values, deliveries, events) = (0, 0, 0, 0);
        Seeded.Check(Histories, random =>
        {
            var history = Lives.Of(random);
            var delivered = Deliver(history.Told, random);
            var (asked, naive) = (new Asked(Fold.Of(Known.Of(delivered, history.Decisions))), history.Naive());
            CheckView(asked.View, naive);
            foreach (var (expected, figure) in Figures(asked, naive, random))
            {
                Assert.Equal(expected, figure);
                (figures, values) = (figures + 1, values + (char.IsAsciiDigit(figure[^1]) ? 1 : 0));
            }

            (deliveries, events) = (deliveries + delivered.Count, events + history.Told.Count);
        });
        output.WriteLine($"seeds {Seeded.Described(Histories)}: {events} events delivered {deliveries} times, {figures} figures, "
            + $"{values} of them with a value");
        Assert.True(figures < FiguresMany || values > figures / 10, "the law must speak of figures that have a value");
    }

    [Fact]
    public Task And_so_it_is_through_the_inbox_and_a_database() => Seeded.CheckAsync(StoredHistories, async random =>
    {
        await using var bench = await Bench.StartAsync();
        var history = Lives.Of(random, steps: 15);
        var delivered = Deliver(history.Told, random).Select(told => told.Message).ToList();
        foreach (var batch in delivered.Chunk(Math.Max(1, delivered.Count / random.Next(1, 6))))
            await bench.AcceptAsync(batch);
        foreach (var (source, incarnation) in history.Accepted)
        {
            await bench.Client.AcceptIncarnationAsync(
                new AcceptIncarnationRequest { RequestId = bench.NextRequest(), Source = source, Incarnation = incarnation }, Bench.Actor);
        }

        Assert.Empty(await bench.DeadLettersAsync());
        var (asked, naive) = (new Asked(await bench.ViewAsync()), history.Naive());
        CheckView(asked.View, naive);
        Assert.Equal(history.Told.Count + history.Accepted.Count, asked.View.Knowledge);
        Assert.All(Figures(asked, naive, random), figure => Assert.Equal(figure.Expected, figure.Figure));
    });

    // In any order; only which life of a source is known first is not an accident, since that one stands without anybody's word.
    private static List<Told> Deliver(IReadOnlyCollection<Told> told, Random random)
    {
        var shuffled = random.Shuffled(told.SelectMany(one => Enumerable.Repeat(one, random.Next(1, DeliveriesMax + 1)))).ToList();
        foreach (var first in told.GroupBy(one => one.Message.Source).Select(source => source.First().Message.Incarnation))
        {
            var known = shuffled.First(one => one.Message.Incarnation == first);
            shuffled.Insert(0, known);
        }

        return shuffled;
    }

    private static void CheckView(View view, NaiveLives naive)
    {
        foreach (var source in Fold.Sources)
        {
            var (current, held, missing) = naive.Of(source);
            var known = view.Sources[source];
            Assert.Equal(current, known.Incarnation);
            Assert.Equal(held.Order(StringComparer.Ordinal), known.Held.Order(StringComparer.Ordinal));
            Assert.Equal(missing, known.Missing().SelectMany(range =>
                Enumerable.Range((int)range.First, (int)(range.Last - range.First + 1)).Select(sequence => (long)sequence)));
        }

        Assert.Equal(naive.Digest(), view.Digest);
    }

    private static IEnumerable<(string Expected, string Figure)> Figures(Asked asked, NaiveLives naive, Random random)
    {
        foreach (var notation in _periods)
        {
            var months = ReportingPeriod.Parse(notation)!.Months.ToList();
            foreach (var line in NaiveView.Lines.Concat(_measures))
            {
                var unit = MeasureCatalog.Find(line) is { Unit: Unit.Count } ? Unit.Count : Unit.Jpy;
                yield return Named(line, NaiveView.Rounded(naive.Standing.Amount(line, months), 0, 0), asked.Text(line, notation, Kind.Amount, unit));
            }
        }

        List<YearMonth> quarter = [.. ReportingPeriod.Parse("FY2012-Q2")!.Months], before = [.. ReportingPeriod.Parse("FY2012-Q1")!.Months];
        foreach (var line in NaiveView.Lines)
        {
            var (now, then) = (naive.Standing.Amount(line, quarter), naive.Standing.Amount(line, before));
            yield return Named(line, NaiveView.Percent(now, then, 2), asked.Text(line, "FY2012-Q2", Kind.QoqPercent, Unit.Percent, 2));
            yield return Named(line, NaiveView.Rounded(now - then, 6, 1), asked.Text(line, "FY2012-Q2", Kind.QoqChange, Unit.JpyMillion, 1));
        }

        foreach (var measure in _byDate)
        {
            var date = Story.First.PlusMonths(random.Next(-1, MonthsMax + 2)).OnDayOfMonth(random.Next(1, 29));
            yield return Named(measure, NaiveView.Rounded(naive.At(measure, date), 0, 0), asked.Text(measure, date.ToIso(), Kind.Amount, Unit.Count));
        }

        foreach (var line in new[] { "operating_income", "revenue.total", "net_income_attributable" })
        {
            var fact = naive.Announced("group.target." + line, "FY2012");
            yield return Named(line, fact is null ? "missing" : NaiveView.Rounded(fact.Unscaled * BigInteger.Pow(10, 9 - fact.Scale), 9, 3),
                asked.Text(line, "FY2012", Kind.TargetAmount, Unit.Jpy, 3));
        }
    }

    private static (string Expected, string Figure) Named(string line, string expected, string figure) =>
        ($"{line} {expected}", $"{line} {figure}");

    /// <summary>The events of all sources that arrive at all, and which lives were accepted in which order.</summary>
    private sealed record Lives(List<Told> Told, List<(string Source, string Incarnation)> Accepted)
    {
        // Lives begin far apart: a life's events never have the times of another's.
        private const long Apart = 1_000_000_000_000;
        private const long Began = 1_340_000_000_000_000;

        public GroupDecision[] Decisions => [.. Accepted.Select((one, i) => new GroupDecision
        {
            Knowledge = i + 1, Kind = GroupDecision.IncarnationAccepted, Source = one.Source, Incarnation = one.Incarnation,
        })];

        public static Lives Of(Random random, int steps = 100)
        {
            var (several, loses) = (random.Next(3) == 0, random.Next(3) == 0);
            var made = new Lives([], []);
            foreach (var source in Fold.Sources)
            {
                var later = new List<string>();
                var count = several ? random.Next(1, 4) : 1;
                for (var life = 0; life < count; life++)
                {
                    var story = new Story(source, random, startedAt: Began + life * Apart);
                    for (var step = random.Next(steps + 1); step > 0; step--)
                        story.Step(MonthsMax);
                    var arrived = story.Events.Where(_ => !loses || random.Next(8) > 0).ToList();
                    if (arrived.Count > 0 && made.Told.Any(told => told.Message.Source == source))
                        later.Add(arrived[0].Message.Incarnation);
                    made.Told.AddRange(arrived);
                }

                made.Accepted.AddRange(random.Shuffled(later).Where(_ => random.Next(2) == 0).Select(incarnation => (source, incarnation)));
            }

            return made;
        }

        public NaiveLives Naive() => new(Told, Accepted);
    }
}
