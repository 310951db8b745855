using System.Globalization;
using Iij.Contracts;
using Iij.Local;
using Iij.Reporting.V1;
using Iij.Tests.Oracle;
using Xunit.Abstractions;

namespace Iij.Tests.EndToEnd;

/// <summary>An explanation of a generated ledger adds up from the printed figures to the entries of the sources, as the ledger has them.</summary>
public sealed class ExplanationTests(ITestOutputHelper output)
{
    private const int Explained = 30;

    [Theory]
    [InlineData(61)]
    public async Task An_explanation_adds_up_from_the_printed_figures_to_the_rows_of_the_ledger(int seed)
    {
        var draft = FiguresGenerator.WithFigures(LedgerGenerator.Generate(seed, new(MonthsMin: 18, AtmDaysMax: 600)), seed, count: 900);
        await using var local = await LocalLedger.LoadAsync(draft);
        Assert.True(await new TieOut(local.Services.Channels, TimeProvider.System).WaitAsync(default));
        var reporting = new ReportingService.ReportingServiceClient(local.Services.Channels["reporting"]);
        var (oracle, random) = (new LedgerOracle(draft), new Random(seed));
        var (nodes, subjects) = (0, 0);
        for (var round = 0; round < Explained;)
        {
            var (printed, query) = (FiguresGenerator.Parse(draft), local.Figures.Select(figure => figure.Query).ToList());
            var index = random.Next(printed.Count);
            if (query[index].Kind is not (Kind.Amount or Kind.MarginPercent or Kind.PercentOfRevenue) || query[index].Period.Length == 10)
                continue;
            var request = Request(query[index]);
            var answer = await reporting.ExplainDifferenceAsync(request);
            Assert.Equal(oracle.Print(printed[index]), Text(answer.Figure));
            Assert.Equal(oracle.Print(printed[index] with { Period = request.Against.Period }), Text(answer.Against));
            if (answer.Root is null)
                continue;
            Assert.Equal(Number(answer.Figure.Value) - Number(answer.Against.Value), Number(answer.Root.Contribution));
            var walk = new Walk(reporting, request, draft);
            await walk.CheckAsync(answer.Root);
            (nodes, subjects, round) = (nodes + walk.Nodes, subjects + walk.Subjects, round + 1);
        }

        output.WriteLine($"seed {seed}: {Explained} differences, {nodes} drivers, {subjects} subjects compared with the rows of the ledger");
        Assert.True(subjects > 0, "no driver came down to an order");
    }

    [Theory]
    [InlineData(63)]
    public async Task The_entries_behind_an_amount_add_up_to_it_on_pages_of_any_size(int seed)
    {
        var draft = FiguresGenerator.WithFigures(LedgerGenerator.Generate(seed, new(MonthsMin: 14, AtmDaysMax: 300)), seed, count: 400);
        await using var local = await LocalLedger.LoadAsync(draft);
        Assert.True(await new TieOut(local.Services.Channels, TimeProvider.System).WaitAsync(default));
        var (reporting, random) = (new ReportingService.ReportingServiceClient(local.Services.Channels["reporting"]), new Random(seed));
        var (rows, people, listed) = (0L, new HashSet<string>(), 0);
        foreach (var query in local.Figures.Select(figure => figure.Query).Where(IsListed).OrderBy(_ => random.Next()).Take(12))
        {
            var figure = (await reporting.ListFiguresAsync(new() { Queries = { query } })).Figures.Single();
            if (figure.OutcomeCase != Iij.Reporting.V1.Figure.OutcomeOneofCase.Value)
                continue;
            var size = random.GetItems([7, 100, 1_000], 1)[0];
            var request = new ListFigureEntriesRequest { Line = query.Line, Figure = new() { Period = query.Period }, PageSize = size };
            var sum = 0L;
            do
            {
                var page = await reporting.ListFigureEntriesAsync(request);
                Assert.InRange(page.Entries.Count, 1, request.PageSize);
                Assert.Equal(figure.Exact, page.Figure.Exact);
                sum += page.Entries.Sum(one => one.Contribution);
                rows += page.Entries.Count;
                people.UnionWith(page.Entries.Where(one => one.Entry is not null).Select(one => one.Entry.Actor));
                request.PageToken = page.NextPageToken;
            }
            while (request.PageToken.Length > 0);
            Assert.Equal(figure.Exact, sum.ToString(CultureInfo.InvariantCulture));
            listed++;
        }

        output.WriteLine($"seed {seed}: {listed} figures, {rows} rows, recorded by {string.Join(", ", people)}");
        Assert.True(listed > 4 && people.Count > 0);
    }

    private static bool IsListed(FigureQuery query) => query.Kind == Kind.Amount && query.Period.Length != 10
        && query.Line != "net_income_per_share" && !query.Line.StartsWith("dividend.", StringComparison.Ordinal);

    [Theory]
    [InlineData(62)]
    public async Task Moving_an_order_in_a_preview_says_what_the_ledger_with_that_row_moved_says(int seed)
    {
        var draft = FiguresGenerator.WithFigures(LedgerGenerator.Generate(seed, new(MonthsMin: 18, AtmDaysMax: 600)), seed, count: 100);
        await using var local = await LocalLedger.LoadAsync(draft);
        Assert.True(await new TieOut(local.Services.Channels, TimeProvider.System).WaitAsync(default));
        var reporting = new ReportingService.ReportingServiceClient(local.Services.Channels["reporting"]);
        var row = Movable(draft);
        var from = Contracts.Calendar.ParseDate(row["recognised_on"])!.Value.Month();
        var moved = new LedgerOracle(WithRow(draft, row, $"{from.PlusMonths(-1).ToIso()}-15,{row["order_id"]},{row["amount_jpy"]}"));
        var move = new SubjectMove { Source = "backlog", Subject = row["order_id"], FromMonth = from.ToProto(), ToMonth = from.PlusMonths(-1).ToProto() };
        var compared = 0;
        foreach (var period in new[] { from.ToIso(), from.PlusMonths(-1).ToIso(), ReportingPeriod.Of(from).FiscalYear })
        {
            var answer = await reporting.GetChangesPreviewAsync(new() { Period = period, Moves = { move } });
            Assert.Contains(answer.StocksLeft, stock => stock.StartsWith("backlog.closing.", StringComparison.Ordinal));
            foreach (var difference in answer.Preview.Differences.Where(one => one.Query.Kind == Kind.Amount && one.Query.Unit == Money.V1.Unit.JpyMillion))
            {
                var figure = new Oracle.Figure("", difference.Query.Line, period, "amount", "", "JPY million", difference.Query.Decimals);
                Assert.Equal(moved.Print(figure), Text(difference.After));
                Assert.NotEqual(Text(difference.Before) + difference.Before.Exact, Text(difference.After) + difference.After.Exact);
                compared++;
            }
        }

        output.WriteLine($"seed {seed}: {row["order_id"]} moved from {from.ToIso()} to the month before, {compared} figures as the moved ledger says");
        Assert.True(compared > 4);
    }

    // The only revenue of an order in a month that is not the first of its books.
    private static Row Movable(Draft draft)
    {
        var rows = draft.Rows("backlog_revenue.csv").ToList();
        var first = rows.Min(row => row["recognised_on"])![..7];
        return rows.Where(row => !row["recognised_on"].StartsWith(first, StringComparison.Ordinal)
            && rows.Count(other => other["order_id"] == row["order_id"] && other["recognised_on"][..7] == row["recognised_on"][..7]) == 1)
            .MaxBy(row => row.Number("amount_jpy"), Rational.Order)!;
    }

    private static Draft WithRow(Draft draft, Row row, string text)
    {
        var edited = new Draft();
        foreach (var (name, file) in draft.Ledger)
            edited.Ledger[name] = new() { Lines = [.. file.Lines] };
        edited.Ledger["backlog_revenue.csv"].Lines[row.Line - 1] = text;
        return edited;
    }

    private static ExplainDifferenceRequest Request(FigureQuery query) => new()
    {
        Line = query.Line, Unit = query.Unit, Decimals = query.Decimals, LeavesMax = 1_000, PageSize = 1_000,
        Figure = new FigureSide { Period = query.Period, Kind = query.Kind },
        Against = new FigureSide { Period = ReportingPeriod.Parse(query.Period)!.YearBefore.Notation },
    };

    private static string Text(Iij.Reporting.V1.Figure figure) => figure.OutcomeCase switch
    {
        Iij.Reporting.V1.Figure.OutcomeOneofCase.Value => figure.Value,
        Iij.Reporting.V1.Figure.OutcomeOneofCase.NotMeaningful => "n/m",
        _ => "missing",
    };

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    // Goes down to the entries wherever there are some.
    private sealed class Walk(ReportingService.ReportingServiceClient reporting, ExplainDifferenceRequest request, Draft draft)
    {
        private const int OpenedMax = 12; // each asks the sources

        public int Nodes { get; private set; }

        public int Subjects { get; private set; }

        private int _opened;

        public async Task CheckAsync(Driver driver)
        {
            Nodes++;
            if (driver.Children.Count > 0)
                CheckSum(driver);
            Assert.True(driver.Children.Count > 0 || driver.ChildrenCount == 0, $"{driver.Path} is cut");
            foreach (var child in driver.Children)
                await CheckAsync(child);
            if (!driver.HasEntries || _opened++ >= OpenedMax)
                return;
            var opened = (await reporting.ExplainDifferenceAsync(new(request) { Path = driver.Path, WithEntries = true })).Root;
            Assert.Equal((driver.Exact, driver.Value), (opened.Exact, opened.Value));
            CheckSum(opened);
            if (driver.Fact?.Measure is not ("backlog.revenue.construction" or "backlog.revenue.operation"))
                return;
            foreach (var subject in opened.Children.Where(child => child is { Cause: DriverCause.Entries, Value.Length: > 0 }))
                CompareOrder(driver.Fact, subject);
        }

        private static void CheckSum(Driver driver) =>
            Assert.Equal((Rational)0, Exact(driver.Exact) - driver.Children.Aggregate((Rational)0, (sum, child) => sum + Exact(child.Exact)));

        private void CompareOrder(FactReference fact, Driver subject)
        {
            var month = fact.Month.ToYearMonth()!.Value.ToIso();
            var rows = draft.Rows("backlog_revenue.csv").Where(row => row["order_id"] == subject.Name
                && row["recognised_on"].StartsWith(month, StringComparison.Ordinal));
            Assert.Equal((Rational)0, rows.Aggregate((Rational)0, (sum, row) => sum + row.Number("amount_jpy")) - Exact(subject.Value));
            Subjects++;
        }

        private static Rational Exact(string text) => text.Split('/') is [var numerator, var denominator]
            ? Rational.Parse(numerator)!.Value / Rational.Parse(denominator)!.Value
            : Rational.Parse(text)!.Value;
    }
}
