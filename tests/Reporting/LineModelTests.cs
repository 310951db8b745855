using Iij.Reporting;
using Iij.Reporting.V1;
using Iij.Tests.Model;
using Line = Iij.Reporting.V1.Line;

namespace Iij.Tests.Reporting;

/// <summary>The lines as data: what a model may be, and what becomes of the figures when it changes.</summary>
public sealed class LineModelTests
{
    [Theory]
    [InlineData("is defined by itself", "a=+a")]
    [InlineData("is defined by itself", "a=+b", "b=+c", "c=+a")]
    [InlineData("which is neither a line nor a measure", "a=+nothing")]
    [InlineData("which is neither a line nor a measure", "a=+group.target.sga")]
    [InlineData("which is neither a line nor a measure", "a=+")]
    [InlineData("mixes flows and stocks", "a=+atm.cost +group.balance.cash")]
    [InlineData("mixes units", "a=+atm.cost +atm.withdrawals")]
    [InlineData("takes a stock with", "a=+group.balance.cash")]
    [InlineData("takes a stock with", "a==atm.cost")]
    [InlineData("is \"+a -b", "a==group.balance.cash =group.balance.goodwill")]
    [InlineData("is \"+a -b", "a=")]
    [InlineData("begins with neither", "a=atm.cost")]
    [InlineData("is defined twice", "a=+atm.cost", "a=+atm.sga")]
    [InlineData("is the name of a measure", "atm.cost=+atm.sga")]
    [InlineData("is the name of a measure", "group.balance.anything=+atm.sga")]
    [InlineData("is not a name", "Revenue=+atm.cost")]
    [InlineData("is not a name", "a..b=+atm.cost")]
    [InlineData("is not a name", "=+atm.cost")]
    [InlineData("is a line of amounts per share", "net_income_per_share=+atm.cost")]
    [InlineData("is a line of amounts per share", "dividend.annual.as_printed=+atm.cost")]
    [InlineData("names \"atm.cost\" twice", "a=+atm.cost +atm.cost")]
    public void A_model_that_cannot_be_is_refused(string why, params string[] rows)
    {
        var error = Assert.Throws<LineModelException>(() => new LineModel(rows.Select(Row)));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_too_deep_to_show_and_a_line_too_wide_to_compute_are_refused()
    {
        var chain = Enumerable.Range(1, 200).Select(n => ($"l{n}", $"+l{n - 1}")).Prepend(("l0", "+atm.cost"));
        Assert.Contains("deep", Assert.Throws<LineModelException>(() => new LineModel(chain)).Message, StringComparison.Ordinal);
        // Each level doubles what is below it: 2^20 facts a month.
        var wide = Enumerable.Range(1, 20).SelectMany(n => new[] { ($"a{n}", $"+a{n - 1} +b{n - 1}"), ($"b{n}", $"+a{n - 1} -b{n - 1}") })
            .Concat([("a0", "+atm.cost"), ("b0", "+atm.sga")]);
        Assert.Contains("parts", Assert.Throws<LineModelException>(() => new LineModel(wide)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deep_line_that_is_taken_can_be_computed()
    {
        var rows = Enumerable.Range(1, 20).Select(n => ($"l{n}", $"+l{n - 1}")).Append(("l0", "+atm.cost")).Reverse().ToList();
        var history = Known.Of(new Books().Close("2012-04", Books.F("atm.cost", 5)).Told);
        var deep = history with { Lines = [new LineVersion(1, 0, 0, new LineModel(rows), "built in")] };
        Assert.Equal("5", new Asked(Fold.Of(deep)).Text("l20", "2012-04"));
    }

    [Fact]
    public void The_order_of_rows_does_not_matter_and_is_kept()
    {
        var model = new LineModel([("sum", "+part -atm.sga"), ("part", "+atm.cost")]);
        Assert.Equal(["sum", "part"], model.Lines.Select(line => line.Name));
        Assert.Equal("+part -atm.sga", model.Find("sum")!.Definition);
        Assert.Empty(new LineModel([]).Lines);
    }

    [Fact]
    public void The_built_in_model_is_the_reference_file()
    {
        Assert.Equal(Lines.Rows, LineModel.ReadBuiltIn().Rows);
        Assert.Equal(33, Lines.Rows.Count);
    }

    [Fact]
    public async Task A_new_version_does_not_rewrite_what_was_reported_before()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(new Events("atm").Close("2012-04", ("atm.cost", 5), ("atm.sga", 3)));
        var before = bench.Clock.Now;
        bench.Clock.Now = before.AddHours(1);
        Assert.Equal(2, (await DefineAsync(bench, ("cost.atm", "+atm.cost +atm.sga"), ("only.now", "+atm.sga"))).Version);
        Assert.Equal("8", await bench.FigureAsync("cost.atm", "2012-04"));
        Assert.Equal("5", await bench.FigureAsync("cost.atm", "2012-04", new AsOf { Knowledge = 1 }));
        var time = new AsOf { Time = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(before) };
        Assert.Equal("5", await bench.FigureAsync("cost.atm", "2012-04", time));
        Assert.Equal("LINE_UNKNOWN", (await Bench.RefusedAsync(bench.FigureAsync("only.now", "2012-04", time))).Reason);
        var view = await bench.Client.GetViewAsync(new GetViewRequest { Period = "2012-04", AsOf = new AsOf { Knowledge = 1 } });
        Assert.Equal((1, 33), (view.LinesVersion, view.Lines.Count));
        Assert.Equal(33, (await bench.Client.ListLinesAsync(new ListLinesRequest { Version = 1 })).Lines.Count);
        var latest = await bench.Client.ListLinesAsync(new ListLinesRequest());
        Assert.Equal((2, "+atm.cost +atm.sga"), (latest.Version, latest.Lines[0].Definition));
        var unknown = bench.Client.ListLinesAsync(new ListLinesRequest { Version = 3 }).ResponseAsync;
        Assert.Equal("VERSION_UNKNOWN", (await Bench.RefusedAsync(unknown)).Reason);
    }

    [Fact]
    public async Task A_refused_model_changes_nothing()
    {
        await using var bench = await Bench.StartAsync();
        var (_, reason, _, metadata) = await Bench.RefusedAsync(DefineAsync(bench, ("good", "+atm.cost"), ("bad", "+bad")));
        Assert.Equal(("LINES_INVALID", "bad"), (reason, metadata["line"]));
        Assert.Equal("FIELD_INVALID", (await Bench.RefusedAsync(DefineAsync(bench))).Reason);
        Assert.Equal(1, (await bench.Client.ListLinesAsync(new ListLinesRequest())).Version);
        Assert.Equal(0, (await bench.ViewAsync()).Knowledge);
    }

    private static Task<DefineLinesResponse> DefineAsync(Bench bench, params (string Name, string Definition)[] rows) =>
        TwoSteps.DefineLinesAsync(bench.Client, rows.Select(row => new Line { Name = row.Name, Definition = row.Definition }));

    private static (string Name, string Definition) Row(string text) =>
        (text[..text.IndexOf('=', StringComparison.Ordinal)], text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]);
}
