using Iij.Contracts;
using Iij.Reporting;
using NodaTime;

namespace Iij.Tests.Reporting;

/// <summary>Generated histories of everything that reporting is told: events in and out of order, decisions, versions of the model.</summary>
internal static class Histories
{
    private const int FullMonths = 24; // FY2011 and FY2012
    private static readonly string[] _targets = ["revenue.total", "operating_income", "income_before_tax", "net_income_attributable", "gross_margin.total"];
    private static readonly string[] _sharePeriods = ["FY2011", "FY2012", "FY2012-Q1", "FY2011-Q4", "FY2011-H2", "FY2012-9M"];

    /// <summary>Two fiscal years of which every month has every amount, with revisions, announcements, splits and a second version of the model.</summary>
    public static History Full(Random random)
    {
        var history = Known.Of(FullBooks(random).Told);
        var at = random.NextInt64(history.Knowledge) + 1;
        return history with { Lines = [.. history.Lines, new LineVersion(2, at, at * 1_000_000, Model(random), "editor")] };
    }

    /// <summary>The books of <see cref="Full"/>.</summary>
    public static Books FullBooks(Random random)
    {
        var (books, announced) = (new Books(), new List<Fact>());
        for (var month = 0; month < FullMonths; month++)
        {
            var at = new YearMonth(2011, 4).PlusMonths(month);
            Announce(random, at, announced);
            Close(random, books, at, announced);
        }

        for (var again = random.Next(6); again > 0; again--)
        {
            var at = new YearMonth(2011, 4).PlusMonths(random.Next(FullMonths));
            var source = random.Pick(Fold.Sources);
            books.Reopen(source, at.ToIso());
            Close(random, books, at, announced, source);
        }

        return books;
    }

    private static void Close(Random random, Books books, YearMonth month, List<Fact> announced, string? only = null)
    {
        foreach (var source in Fold.Sources.Where(source => only is null || source == only))
        {
            var amounts = MeasureCatalog.Measures.Values.Where(measure => measure.Source == source && measure is { IsList: false, ByDate: false })
                .Select(measure => Books.F(measure.Name, random.NextInt64(-2_000_000_000, 9_000_000_000)));
            books.Close(source, month.ToIso(), [.. amounts, .. source == "group" ? announced : []]);
        }
    }

    private static void Announce(Random random, YearMonth month, List<Fact> announced)
    {
        var (date, year) = (month.FirstDay().ToIso(), $"FY{2011 + random.Next(2)}");
        if (random.Next(2) == 0)
            announced.Add(Books.A($"group.target.{random.Pick(_targets)}", year, date, random.NextInt64(1, 9_000_000_000)));
        if (random.Next(12) == 0)
            announced.Add(Books.A("group.split.ratio", "", date, random.Next(2, 200)));
        if (random.Next(3) == 0)
        {
            var (part, side) = (random.Pick(["interim", "year_end"]), random.Pick(["pre", "post"]));
            announced.Add(Books.A($"group.dividend.{part}.{side}_split", year, date, random.Next(1, 5_000), 2));
        }

        var stated = announced.Where(fact => fact.Measure.StartsWith("group.shares", StringComparison.Ordinal)).Select(fact => fact.Subject).ToHashSet();
        var missing = _sharePeriods.Where(period => !stated.Contains(period));
        if (missing.FirstOrDefault() is { } period)
            announced.Add(Books.A("group.shares.weighted_average" + (random.Next(2) == 0 ? "" : $".{date}"), period, date, random.Next(1_000, 900_000)));
    }

    /// <summary>Sources that live and are restored, and between their events what group accounting decides of what it knows by then.</summary>
    public static History Random(Random random)
    {
        var told = Story.OfAll(random, 4, 120);
        foreach (var source in Fold.Sources.Where(_ => random.Next(3) == 0))
        {
            var life = new Story(source, random, startedAt: 1_350_000_000_000_000);
            for (var step = 0; step < 30; step++)
                life.Step(4);
            told.AddRange(life.Events);
        }

        var (events, decisions) = (new List<ReceivedEvent>(), new List<GroupDecision>());
        var lines = new List<LineVersion> { new(1, 0, 0, Known.Lines, "built in") };
        var (facts, knowledge) = (new Dictionary<long, IReadOnlyList<Fact>>(), 0L);
        foreach (var one in random.Next(2) == 0 ? told : random.Shuffled(told))
        {
            var row = Known.Row(one, ++knowledge);
            events.Add(row);
            if (row.HasStatement)
                facts[knowledge] = one.Facts;
            if (random.Next(4) == 0)
                decisions.Add(Decision(random, events, ++knowledge));
            if (random.Next(25) == 0)
                lines.Add(new(lines.Count + 1, ++knowledge, knowledge * 1_000_000, Model(random), "editor"));
        }

        return new History(knowledge, events, facts, decisions, lines, [], []);
    }

    private static GroupDecision Decision(Random random, List<ReceivedEvent> events, long knowledge)
    {
        var row = random.Pick(events);
        var decision = new GroupDecision { Knowledge = knowledge, DecidedAt = knowledge * 1_000_000, Month = row.Month, Actor = "accountant" };
        return random.Next(4) switch
        {
            0 => decision with { Kind = GroupDecision.EditionApproved, Period = row.Month, Month = "" },
            1 => decision with { Kind = GroupDecision.IncarnationAccepted, Source = row.Source, Incarnation = row.Incarnation, Month = "" },
            _ => decision with
            {
                Kind = random.Next(3) == 0 ? GroupDecision.RevisionAccepted : GroupDecision.RevisionRejected,
                Source = row.Source,
                Incarnation = row.Incarnation,
                Revision = row.Revision,
            },
        };
    }

    // Some lines lose a term, and one that nothing names is gone.
    private static LineModel Model(Random random)
    {
        var rows = Known.Lines.Rows.Select(row => row.Definition.Split(' ') is { Length: > 1 } terms && random.Next(3) == 0
            ? (row.Name, string.Join(' ', terms.Skip(1))) : row).ToList();
        var free = rows.Where(row => !rows.Any(other => other.Item2.Split(' ').Any(term => term[1..] == row.Name))).ToList();
        return new LineModel(rows.Except([random.Pick(free)]));
    }
}
