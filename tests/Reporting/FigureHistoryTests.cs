using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting;
using Iij.Reporting.V1;
using Iij.Tests.Model;
using Xunit.Abstractions;
using Iij.Tests.Servers;

namespace Iij.Tests.Reporting;

/// <summary>A figure's history tells every moment since which it was another, and no other moment.</summary>
public sealed class FigureHistoryTests(ITestOutputHelper output)
{
    private static readonly int _histories = Environment.GetEnvironmentVariable("IIJ_TEST_LONG") == "1" ? 600 : 60;
    private static readonly string[] _periods = ["2012-04", "2012-05", "2012-06", "FY2012-Q1", "FY2012-Q2", "FY2012", "FY2011", "2012-05-15", "2012-09-01"];
    private static readonly string[] _special =
        [.. NaiveView.Lines, "net_income_per_share", "dividend.annual", "dividend.interim.as_printed", "backlog.operation"];
    private static readonly List<string> _lines = [.. MeasureCatalog.Measures.Keys, .. Known.Lines.Rows.Select(row => row.Name), .. _special, .. _special];

    [Fact]
    public void It_is_what_a_recomputation_at_every_number_says()
    {
        var (numbers, figures, versions, causes) = (0L, 0, 0, new Dictionary<FigureVersion.CauseOneofCase, int>());
        Seeded.Check(_histories, random =>
        {
            var history = Histories.Random(random);
            numbers += history.Knowledge;
            foreach (var query in Enumerable.Range(0, 12).Select(_ => Query(random, history)))
            {
                var (told, olderLeftOut) = FigureHistory.Of(history, Fold.Of(history), query, int.MaxValue, int.MaxValue);
                Assert.False(olderLeftOut);
                var expected = Recomputed(history, query);
                Assert.Equal(expected, told.Select(one => (one.Knowledge, one.Figure)));
                Assert.All(told, one => Assert.Equal(one.Knowledge, one.KnownAt.Seconds));
                Compare(told, FigureHistory.Of(history, Fold.Of(history), query, 2, int.MaxValue), 2);
                (figures, versions) = (figures + 1, versions + told.Count);
                foreach (var one in told)
                    causes[one.CauseCase] = causes.GetValueOrDefault(one.CauseCase) + 1;
            }
        });
        output.WriteLine($"seeds {Seeded.Described(_histories)}: {numbers} numbers of knowledge, {figures} figures, {versions} versions "
            + $"by {string.Join(", ", causes.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {pair.Key}"))}");
        Assert.True(causes.Count == 3 || _histories < 60, "a kind of cause was never met");
    }

    [Fact]
    public void What_costs_too_much_is_left_out_and_said_so()
    {
        var books = new Books();
        for (var n = 1; n <= 5; n++)
            books = books.Close("atm", "2012-04", Books.F("atm.cost", n == 4 ? 3 : n));
        var (history, query) = (Known.Of(books.Told), Cost("2012-04"));
        var all = FigureHistory.Of(history, Fold.Of(history), query);
        Assert.Equal("5 3 2 1", Texts(all));
        Assert.Equal(["2", "1", "1", ""], all.Versions.Select(one => one.Change));
        for (var most = 1; most <= 6; most++)
            Compare(all.Versions, FigureHistory.Of(history, Fold.Of(history), query, most), most);
        Assert.Equal("5 3 …", Texts(FigureHistory.Of(history, Fold.Of(history), query, foldsMax: 4)));
        Assert.Equal("5 3 2 1", Texts(FigureHistory.Of(history, Fold.Of(history), query, foldsMax: 6)));
        Assert.Empty(FigureHistory.Of(history, Fold.Of(history), Cost("2012-05")).Versions);
    }

    [Fact]
    public async Task It_is_answered_over_gRPC_and_as_JSON_with_what_made_each_version()
    {
        await using var peer = await FakePeer.StartAsync("atm");
        await using var bench = await Bench.StartAsync("", ("atm", peer.Address));
        var atm = new Events("atm");
        await bench.AcceptAsync(atm.Close("2012-04", ("atm.cost", 3_500_000)));
        await bench.AcceptAsync(new Events("cloud").Close("2012-04"));
        await bench.AcceptAsync(atm.Tell("2012-04", "Reopened"));
        await bench.AcceptAsync(atm.Close("2012-04", ("atm.cost", 1_000_000)));
        var rejected = (await bench.Client.RejectRevisionAsync(new RejectRevisionRequest
        {
            RequestId = "reject", Source = "atm", Month = new() { Year = 2012, Month_ = 4 }, Revision = 2, Reason = "not of this month",
        }, Bench.Actor)).Knowledge;
        var request = new GetFigureHistoryRequest { Query = Cost("2012-04", Unit.JpyMillion, 1) };
        var answer = await bench.Client.GetFigureHistoryAsync(request);
        Assert.Equal((rejected, false), (answer.Knowledge, answer.OlderLeftOut));
        Assert.Equal([("3.5", "2.5", rejected), ("1.0", "-2.5", 4L), ("3.5", "", 1L)],
            answer.Versions.Select(one => (one.Figure.Value, one.Change, one.Knowledge)));
        Assert.Equal((DecisionKind.RevisionRejected, "atm", 2, "accountant", "not of this month"), answer.Versions[0].Decision is var decision
            ? (decision.Kind, decision.Source, decision.Revision, decision.Actor, decision.Reason) : default);
        Assert.Equal((atm[1].EventId, ""), (answer.Versions[2].PeriodEvent.EventId, answer.Versions[2].PeriodEvent.Body));
        Assert.All(answer.Versions, one => Assert.Equal(bench.Clock.Now, one.KnownAt.ToDateTimeOffset()));

        using var http = new HttpClient { BaseAddress = bench.Http };
        var path = "/api/v1/figure-history?query.line=atm.cost&query.period=2012-04&query.kind=KIND_AMOUNT&query.unit=UNIT_JPY_MILLION&query.decimals=1";
        Assert.Equal(answer, Google.Protobuf.JsonParser.Default.Parse<GetFigureHistoryResponse>(await http.GetStringAsync(new Uri(path, UriKind.Relative))));
        using var refused = await http.GetAsync(new Uri(path + "&as_of=1", UriKind.Relative));
        Assert.Equal("QUERY_INVALID", (await JsonRefusals.InfoOfAsync(refused)).Reason);
        request.Query.Line = "none";
        Assert.Equal("LINE_UNKNOWN", (await Bench.RefusedAsync(bench.Client.GetFigureHistoryAsync(request).ResponseAsync)).Reason);
        Assert.Equal("FIELD_INVALID", (await Bench.RefusedAsync(bench.Client.GetFigureHistoryAsync(new()).ResponseAsync)).Reason);
    }

    private static FigureQuery Cost(string period, Unit unit = Unit.Jpy, int decimals = 0) =>
        new() { Line = "atm.cost", Period = period, Kind = Kind.Amount, Unit = unit, Decimals = decimals };

    private static string Texts((IReadOnlyList<FigureVersion> Versions, bool OlderLeftOut) told) =>
        string.Join(' ', told.Versions.Select(one => one.Figure.Value)) + (told.OlderLeftOut ? " …" : "");

    private static void Compare(IReadOnlyList<FigureVersion> all, (IReadOnlyList<FigureVersion> Versions, bool OlderLeftOut) some, int most)
    {
        Assert.Equal(all.Take(most), some.Versions);
        Assert.Equal(all.Count > most, some.OlderLeftOut);
    }

    // At every number of knowledge, one after the other.
    private static List<(long Knowledge, Figure Figure)> Recomputed(History history, FigureQuery query)
    {
        var versions = new List<(long, Figure)>();
        var last = At(history, query, 0);
        Assert.Equal(Figure.OutcomeOneofCase.Missing, last.OutcomeCase);
        for (var knowledge = 1L; knowledge <= history.Knowledge; knowledge++)
        {
            var figure = At(history, query, knowledge);
            if (Key(figure) != Key(last))
                versions.Add((knowledge, figure));
            last = figure;
        }

        versions.Reverse();
        return versions;
    }

    private static string Key(Figure figure) => $"{figure.OutcomeCase} {figure.Exact} {figure.NotMeaningful?.Reason}";

    private static Figure At(History history, FigureQuery query, long knowledge)
    {
        var view = Fold.Of(history.Until(knowledge));
        var (asked, misfit) = FigureRules.Read(query, view.Lines);
        return asked is null
            ? new Figure { Query = query, Missing = new Missing { Inputs = { misfit!.Message } } }
            : FigureCalculator.ToFigure(query, asked, new FigureCalculator(view).Compute(asked));
    }

    // Most of them have a value at some time: a figure that is always missing has no history.
    private static FigureQuery Query(Random random, History history)
    {
        for (var attempt = 0; ; attempt++)
        {
            var query = new FigureQuery
            {
                Line = random.Pick(_lines), Period = random.Pick(_periods), Kind = random.Next(3) > 0 ? Kind.Amount : random.Pick(Enum.GetValues<Kind>()),
                Unit = random.Pick(Enum.GetValues<Unit>()), Decimals = random.Next(4), Since = "2012-04",
            };
            if (query.Kind != Kind.ChangeSince)
                query.Since = "";
            if (FigureRules.Read(query, history.Lines[^1].Lines).Asked is not null
                && (attempt > 500 || At(history, query, random.NextInt64(history.Knowledge + 1)).OutcomeCase != Figure.OutcomeOneofCase.Missing))
                return query;
        }
    }
}
