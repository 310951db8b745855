using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting;
using Iij.Reporting.V1;
using Iij.Tests.Model;

namespace Iij.Tests.Reporting;

/// <summary>The fold by itself: order, duplication and an independent recomputation.</summary>
public sealed class FoldLawTests
{
    [Fact]
    public void Any_order_and_duplication_gives_the_same_view() => Seeded.Check(1_000, random =>
    {
        var told = Story.OfAll(random, 6, 30);
        var view = Fold.Of(Known.Of(told));
        var other = Fold.Of(Known.Of(random.Shuffled(told.Concat(told.Where(_ => random.Next(3) == 0)))));
        Assert.Equal(view.Digest, other.Digest);
        foreach (var source in Fold.Sources)
        {
            Assert.Equal(view.Sources[source].Incarnation, other.Sources[source].Incarnation);
            Assert.Empty(other.Sources[source].Missing());
        }
    });

    [Fact]
    public void The_view_is_what_a_naive_replay_says() => Seeded.Check(300, random =>
    {
        var told = Story.OfAll(random, 6, 60);
        var (view, naive) = (Fold.Of(Known.Of(random.Shuffled(told))), new NaiveView(told));
        foreach (var month in Enumerable.Range(0, 7).Select(Story.First.PlusMonths))
        {
            foreach (var source in Fold.Sources)
            {
                var cell = view.Cell(source, month);
                Assert.Equal(naive.Status(source, month), (cell.Status, cell.Standing?.Revision ?? 0, cell.State.ToString()));
            }
        }
    });

    [Fact]
    public void Figures_are_what_a_naive_recomputation_says() => Seeded.Check(300, random =>
    {
        var told = Story.OfAll(random, 8, 120);
        var (asked, naive) = (new Asked(Fold.Of(Known.Of(random.Shuffled(told)))), new NaiveView(told));
        string[] measures = ["atm.withdrawals", "group.balance.total_assets", "backlog.closing.construction", "network.cost"];
        foreach (var line in NaiveView.Lines.Concat(measures))
        {
            var notation = random.Pick(["2012-04", "2012-06", "FY2012-Q1", "FY2012-Q2", "FY2012-H1"]);
            var months = ReportingPeriod.Parse(notation)!.Months.ToList();
            var (decimals, isCount) = (random.Next(10), line == "atm.withdrawals");
            var unit = isCount ? Unit.Count : random.Pick([Unit.Jpy, Unit.JpyMillion, Unit.JpyBillion]);
            var power = unit == Unit.JpyMillion ? 6 : unit == Unit.JpyBillion ? 9 : 0;
            Assert.Equal(NaiveView.Rounded(naive.Amount(line, months), power, decimals),
                asked.Text(line, notation, Kind.Amount, unit, decimals));
        }

        var (now, before) = (Months("FY2012-Q2"), Months("FY2012-Q1"));
        foreach (var line in NaiveView.Lines)
        {
            Assert.Equal(NaiveView.Percent(naive.Amount(line, now), naive.Amount(line, before), 2),
                asked.Text(line, "FY2012-Q2", Kind.QoqPercent, Unit.Percent, 2));
        }
    });

    [Fact]
    public void The_highest_revision_wins_as_a_whole()
    {
        var books = new Books().Close("atm", "2012-04", Books.F("atm.withdrawals", 7), Books.F("atm.cost", 5)).Reopen("atm", "2012-04")
            .Close("atm", "2012-04", Books.F("atm.withdrawals", 8));
        foreach (var order in new[] { books.Told, [.. books.Told.Reverse()] })
        {
            var asked = new Asked(Fold.Of(Known.Of(order)));
            Assert.Equal("8", asked.Text("atm.withdrawals", "2012-04", Kind.Amount, Unit.Count));
            Assert.Equal(["atm.cost is absent in 2012-04 (revision 2)"], asked.Ask("atm.cost", "2012-04").Missing.Inputs);
        }
    }

    [Fact]
    public void Incarnations_that_wait_do_not_depend_on_the_order_of_arrival() => Seeded.Check(100, random =>
    {
        var told = new List<Told>();
        for (var life = 0; life < 3; life++)
        {
            var story = new Story("atm", random, startedAt: 1_340_000_000_000_000 + life * 1_000_000_000L);
            for (var step = 0; step < 30; step++)
                story.Step(3);
            told.AddRange(story.Events);
        }

        // Which life was known first is not an accident: it stands. All else may come in any order.
        Assert.Single(Enumerable.Range(0, 6).Select(_ => Fold.Of(Known.Of([told[0], .. random.Shuffled(told)])).Digest).Distinct());
    });

    [Fact]
    public void A_later_life_with_a_clock_set_back_displaces_nothing() => Seeded.Check(50, random =>
    {
        var (story, later) = (new Story("atm", random), new Story("atm", random, startedAt: 1_000_000_000_000_000));
        for (var step = 0; step < 20; step++)
        {
            story.Step(3);
            later.Step(3);
        }

        var view = Fold.Of(Known.Of([story.Events[0], .. random.Shuffled([.. story.Events, .. later.Events])]));
        Assert.Equal(story.Events[0].Message.Incarnation, view.Sources["atm"].Incarnation);
        Assert.Equal([later.Events[0].Message.Incarnation], view.Sources["atm"].Held);
    });

    [Fact]
    public void A_restored_copy_never_displaces_the_life_it_was_copied_from() => Seeded.Check(50, random =>
    {
        var story = new Story("atm", random);
        for (var step = 0; step < 40; step++)
            story.Step(3);
        var restored = Guid.NewGuid().ToString();
        // A restored database serves its old events again, with their times and ids, under its new incarnation.
        var copies = story.Events.Take(story.Events.Count - 1)
            .Select(told => told with { Message = told.Message with { Incarnation = restored } });
        var view = Fold.Of(Known.Of([.. story.Events, .. copies]));
        Assert.Equal(story.Events[0].Message.Incarnation, view.Sources["atm"].Incarnation);
        Assert.Equal([restored], view.Sources["atm"].Held);
    });

    private static List<NodaTime.YearMonth> Months(string notation) => [.. ReportingPeriod.Parse(notation)!.Months];
}
