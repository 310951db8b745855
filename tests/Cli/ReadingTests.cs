using Google.Protobuf;
using Google.Protobuf.Collections;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;

namespace Iij.Tests.Cli;

/// <summary>Every command that reads: its table holds what gRPC answers, its JSON is the answer.</summary>
public sealed class ReadingTests(ClosedBooks books) : IClassFixture<ClosedBooks>
{
    private const string Line = "revenue.total";
    private readonly Iij _iij = books.Iij();

    [Fact]
    public async Task The_view_holds_every_figure_of_the_answer()
    {
        foreach (var period in new[] { books.Month, books.LastMonth.PlusMonths(-11).ToIso(), books.LastMonth.PlusMonths(1).ToIso() })
        {
            var expected = await books.Reporting.GetViewAsync(new() { Period = period });
            var shown = await _iij.DoesAsync("view", period);
            Assert.Contains($"Consolidated view {period}", shown.Output, StringComparison.Ordinal);
            Assert.Contains(expected.State == ViewState.Provisional ? "PROVISIONAL: " : "COMPLETE: ", shown.Output, StringComparison.Ordinal);
            Assert.Contains($"knowledge {expected.Knowledge}, lines version 1, digest {expected.Digest}", shown.Output, StringComparison.Ordinal);
            foreach (var line in expected.Lines)
                Assert.Equal([line.Line, Text(line.Amount), Text(line.YoyChange), Text(line.YoyPercent)], shown.Row(line.Line)[..4].Select(Unmarked));
            Assert.Equal(expected, (await _iij.DoesAsync("view", period, "--json")).Answer<GetViewResponse>());
        }
    }

    [Fact]
    public async Task Missing_has_a_footnote_that_names_it()
    {
        var (next, last) = (books.LastMonth.PlusMonths(1).ToIso(), books.LastMonth.PlusMonths(2).ToIso());
        var period = ReportingPeriod.Parse(next)!.FiscalYear;
        var shown = await _iij.DoesAsync("view", period);
        var note = shown.Row(Line)[1];
        Assert.StartsWith("- [", note, StringComparison.Ordinal);
        var text = Assert.Single(shown.Lines, line => line.StartsWith($"{note[2..]} missing: ", StringComparison.Ordinal));
        Assert.Contains("network", text, StringComparison.Ordinal);
        Assert.Contains(" is not received", text, StringComparison.Ordinal);
        Assert.DoesNotContain(last, shown.Row("revenue.atm")[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_view_takes_a_unit_and_a_moment()
    {
        var asked = new GetViewRequest { Period = books.Month, Unit = Unit.Jpy, AsOf = new() { Knowledge = 3 } };
        var expected = await books.Reporting.GetViewAsync(asked);
        Assert.Equal(3, expected.Knowledge);
        Assert.Equal(expected, (await _iij.DoesAsync("view", books.Month, "--unit", "jpy", "--as-of", "3", "--json")).Answer<GetViewResponse>());
        var none = await _iij.DoesAsync("view", books.Month, "--as-of", "2001-02-03T09:00:00", "--json");
        Assert.Equal(0, none.Answer<GetViewResponse>().Knowledge);
        Assert.Equal(none.Output, (await _iij.DoesAsync("view", books.Month, "--as-of", "2001-02-03T00:00:00Z", "--json")).Output);
    }

    [Theory]
    [InlineData(Kind.Amount, Unit.JpyMillion, 0)]
    [InlineData(Kind.YoyPercent, Unit.Percent, 1, "--kind", "yoy-percent")]
    [InlineData(Kind.Amount, Unit.Jpy, 2, "--unit", "jpy", "--decimals", "2")]
    [InlineData(Kind.PercentOfRevenue, Unit.Percent, 1, "--kind", "percent-of-revenue")]
    public async Task A_figure_is_what_the_service_answers(Kind kind, Unit unit, int decimals, params string[] options)
    {
        var query = new FigureQuery { Line = Line, Period = books.Month, Kind = kind, Unit = unit, Decimals = decimals };
        var expected = await books.Reporting.ListFiguresAsync(new() { Queries = { query } });
        Assert.Equal(expected, (await _iij.DoesAsync(["figure", Line, books.Month, "--json", .. options])).Answer<ListFiguresResponse>());
        var shown = await _iij.DoesAsync(["figure", Line, books.Month, .. options]);
        Assert.Contains($": {Text(expected.Figures[0])}", shown.Lines[0], StringComparison.Ordinal);
        Assert.Contains($"digest {expected.Digest}", shown.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stock_is_compared_with_another_period()
    {
        var since = books.LastMonth.PlusMonths(-3).ToIso();
        var answer = (await _iij.DoesAsync("figure", "backlog.operation", books.Month, "--since", since, "--json")).Answer<ListFiguresResponse>();
        Assert.Equal((Kind.ChangeSince, since), (answer.Figures[0].Query.Kind, answer.Figures[0].Query.Since));
        var perShare = (await _iij.DoesAsync("figure", "net_income_per_share", "FY2001", "--json")).Answer<ListFiguresResponse>();
        Assert.Equal((Unit.JpyPerShare, 2), (perShare.Figures[0].Query.Unit, perShare.Figures[0].Query.Decimals));
        var count = (await _iij.DoesAsync("figure", "atm.withdrawals", books.Month, "--json")).Answer<ListFiguresResponse>();
        Assert.Equal(Unit.Count, count.Figures[0].Query.Unit);
    }

    [Fact]
    public async Task A_lineage_goes_down_to_the_event()
    {
        var query = new FigureQuery { Line = Line, Period = books.Month, Kind = Kind.YoyPercent, Unit = Unit.Percent, Decimals = 1 };
        var expected = await books.Reporting.GetLineageAsync(new() { Query = query });
        string[] words = ["lineage", Line, books.Month, "--kind", "yoy-percent"];
        Assert.Equal(expected, (await _iij.DoesAsync([.. words, "--json"])).Answer<GetLineageResponse>());
        var shown = await _iij.DoesAsync(words);
        var facts = Facts(expected.Root).ToList();
        Assert.NotEmpty(facts);
        foreach (var fact in facts)
        {
            Assert.Contains($"{fact.Source} {fact.Month.ToYearMonth()!.Value.ToIso()} revision {fact.Revision}, sequence {fact.Sequence}, "
                + $"event {fact.EventId}, incarnation {fact.Incarnation}, knowledge {fact.Knowledge}", shown.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_status_has_every_cell_and_every_source()
    {
        var shown = await _iij.DoesAsync("status", books.Month);
        Assert.Equal(["month", "atm", "backlog", "cloud", "group", "network"], shown.Row("month"));
        Assert.All(shown.Row(books.Month)[1..], cell => Assert.Equal("received r1, closed", cell));
        Assert.Contains("dead letters open: 0", shown.Output, StringComparison.Ordinal);
        var sources = (await books.Reporting.ListSourcesAsync(new())).Sources;
        foreach (var source in sources)
            Assert.Equal([source.Source, source.Incarnation, $"{source.LastSequence}", "none"], shown.Row(source.Source)[..4]);
        using var all = System.Text.Json.JsonDocument.Parse((await _iij.DoesAsync("status", "--json")).Output);
        T Part<T>(string name) where T : IMessage<T>, new() => JsonParser.Default.Parse<T>(all.RootElement.GetProperty(name).GetRawText());
        Assert.Equal(await books.Reporting.ListDataStatusAsync(new() { PageSize = 1000 }), Part<ListDataStatusResponse>("dataStatus"));
        Assert.Equal(sources.Select(source => source.Incarnation), Part<ListSourcesResponse>("sources").Sources.Select(source => source.Incarnation));
        Assert.Empty(Part<ListDeadLettersResponse>("deadLetters").Letters);
    }

    [Fact]
    public async Task Months_and_statements_of_a_source_are_shown()
    {
        var closing = books.Closing("atm");
        var periods = (await _iij.DoesAsync("periods", "atm", "--json")).Answer<ListPeriodsResponse>();
        Assert.Equal(await closing.ListPeriodsAsync(new() { PageSize = 1000 }), periods);
        Assert.Equal([books.Month, "closed", "1"], (await _iij.DoesAsync("periods", "atm")).Row(books.Month));
        var month = books.LastMonth.ToProto();
        var trial = await closing.GetTrialStatementAsync(new() { Month = month });
        Assert.Equal(trial, (await _iij.DoesAsync("trial", "atm", books.Month, "--json")).Answer<GetTrialStatementResponse>());
        var shown = await _iij.DoesAsync("trial", "atm", books.Month);
        Assert.Contains(trial.TrialStatement.Digest, shown.Output, StringComparison.Ordinal);
        var facts = Fact.Of(MeasureCatalog.Parse(trial.TrialStatement.Schema, trial.TrialStatement.Body)!);
        foreach (var fact in facts.DistinctBy(fact => fact.Measure))
            Assert.Contains($"{fact.Amount}", shown.Row(fact.Measure));
        Assert.Contains(trial.Findings.Count == 0 ? "no findings" : trial.Findings[0].Code, shown.Output, StringComparison.Ordinal);
        Assert.Equal(await closing.AuditTotalsAsync(new(), Books.As("dave")), (await _iij.DoesAsync("audit", "atm", "--json")).Answer<AuditTotalsResponse>());
        Assert.Contains("no findings", (await _iij.DoesAsync("audit", "atm")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revisions_and_lines_are_shown()
    {
        var revisions = await books.Reporting.ListRevisionsAsync(new() { Source = "atm", Month = books.LastMonth.ToProto() });
        Assert.Equal(revisions, (await _iij.DoesAsync("revisions", "atm", books.Month, "--json")).Answer<ListRevisionsResponse>());
        var row = (await _iij.DoesAsync("revisions", "atm", books.Month)).Row("1");
        Assert.Equal(["1", "stands", $"{revisions.Revisions[0].Knowledge}", revisions.Revisions[0].Incarnation], row[..4]);
        Assert.Contains(revisions.Revisions[0].EventId, row);
        var lines = await books.Reporting.ListLinesAsync(new());
        Assert.Equal(lines, (await _iij.DoesAsync("lines", "--version", "1", "--json")).Answer<ListLinesResponse>());
        var shown = await _iij.DoesAsync("lines");
        Assert.All(lines.Lines, line => Assert.Equal([line.Name, line.Definition], [shown.Row(line.Name)[0], shown.Row(line.Name)[3]]));
    }

    private static string Text(Figure figure) => figure.OutcomeCase switch
    {
        Figure.OutcomeOneofCase.Value => figure.Value,
        Figure.OutcomeOneofCase.NotMeaningful => "n/m",
        _ => "-",
    };

    private static string Unmarked(string cell) => cell.StartsWith("- [", StringComparison.Ordinal) ? "-" : cell;

    private static IEnumerable<FactReference> Facts(LineageNode node) =>
        node.Children.SelectMany(Facts).Concat(node.Fact is null ? new RepeatedField<FactReference>() : [node.Fact]);
}
