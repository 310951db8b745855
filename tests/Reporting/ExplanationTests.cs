using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;
using Driver = Iij.Reporting.V1.Driver;

namespace Iij.Tests.Reporting;

/// <summary>Why a figure differs, as the API answers it: causes by name, roots of printed figures, pages that add up, refusals.</summary>
public sealed class ExplanationTests : IAsyncLifetime
{
    private readonly Events _atm = new("atm");
    private Bench _bench = null!;

    public async Task InitializeAsync()
    {
        _bench = await Bench.StartAsync();
        await _bench.AcceptAsync(_atm.Close("2011-04", ("atm.cost", 3_400_000), ("atm.revenue.commission", 5_000_000), ("atm.sga", 10)));
        await _bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1_600_000), ("atm.revenue.commission", 8_500_000), ("atm.sga", 15)));
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task The_root_is_the_difference_of_the_printed_figures_and_rounding_a_child_of_its_own()
    {
        var answer = await ExplainAsync(Request("gross_margin.atm", "2012-04", "2011-04"));
        Assert.Equal(("7", "2"), (answer.Figure.Value, answer.Against.Value));
        Assert.Equal(("5", "5000000"), (answer.Root.Contribution, answer.Root.Exact));
        Assert.Equal(["revenue.atm 2012-04 3500000", "cost.atm 2012-04 1800000", "rounding -300000"],
            answer.Root.Children.Select(child => $"{child.Name} {child.Exact}"));
        var leaf = answer.Root.Children[0].Children.Single();
        Assert.Equal((DriverCause.Period, "atm.revenue.commission", 2012, 2011),
            (leaf.Cause, leaf.Fact.Measure, leaf.Fact.Month.Year, leaf.AgainstFact.Month.Year));
        Assert.Equal(("8500000", "5000000", "4", "revenue.atm/atm.revenue.commission"), (leaf.Value, leaf.AgainstValue, leaf.Contribution, leaf.Path));
        CheckSums(answer.Root);
    }

    [Fact]
    public async Task The_difference_is_told_in_a_sentence_in_both_languages()
    {
        await _bench.AcceptAsync(_atm.Close("2012-05", ("atm.cost", 2_600_000), ("atm.revenue.commission", 8_500_000), ("atm.sga", 15)));
        await TellsAsync(Request("gross_margin.atm", "2012-04", "2011-04"),
            "Gross margin, ATM of 2012-04 rose by 5 JPY million against 2011-04: ATM +4, Cost, ATM +2.",
            "2012-04の売上総利益（ATM）は、2011-04に対して5百万円増加しました（ATM運営 +4、原価（ATM） +2）。");
        await TellsAsync(Request("operating_income.atm", "2012-05", "2012-04", Unit.Jpy),
            "Operating income, ATM of 2012-05 fell by 1,000,000 JPY against 2012-04: Gross margin, ATM −1,000,000.",
            "2012-05の営業利益（ATM）は、2012-04に対して1,000,000円減少しました（売上総利益（ATM） −1,000,000）。");
        await TellsAsync(Request("operating_income.atm", "2012-04", "2011-04", Unit.Jpy),
            "Operating income, ATM of 2012-04 rose by 5,299,995 JPY against 2011-04: Gross margin, ATM +5,300,000 (of it ATM +3,500,000), atm.sga −5.",
            "2012-04の営業利益（ATM）は、2011-04に対して5,299,995円増加しました（売上総利益（ATM） +5,300,000（うちATM運営 +3,500,000）、atm.sga −5）。");
        await TellsAsync(Request("atm.sga", "2012-05", "2012-04", Unit.Jpy), "atm.sga of 2012-05 did not change against 2012-04.",
            "2012-05のatm.sgaは、2012-04に対して変わりませんでした。");
        var ratio = Request("gross_margin.atm", "2012-04", "2011-04");
        (ratio.Figure.Kind, ratio.Unit, ratio.Decimals) = (Kind.MarginPercent, Unit.Percent, 1);
        var drivers = (await ExplainAsync(ratio)).Root.Children;
        var parts = drivers.Select(child => child.Contribution.TrimStart('-')).ToList();
        var margin = drivers[0].Children[0].Contribution;
        await TellsAsync(ratio,
            "Gross margin, ATM, ratio to revenue, of 2012-04 rose by 49.2 percentage points against 2011-04: "
            + $"numerator Gross margin, ATM +{parts[0]} (of it ATM +{margin}), denominator ATM −{parts[1]}.",
            "2012-04の売上総利益（ATM）の売上高比率は、2011-04に対して49.2ポイント増加しました"
            + $"（分子売上総利益（ATM） +{parts[0]}（うちATM運営 +{margin}）、分母ATM運営 −{parts[1]}）。");
    }

    private async Task TellsAsync(ExplainDifferenceRequest request, string english, string japanese)
    {
        var answer = await ExplainAsync(request);
        Assert.Equal((english, japanese), (answer.Sentence.English, answer.Sentence.Japanese));
        request.Path = answer.Root.Children.FirstOrDefault(child => child.Path.Length > 0)?.Path ?? "";
        Assert.Equal(request.Path.Length == 0, (await ExplainAsync(request)).Sentence is not null); // of a part there is none
    }

    [Fact]
    public async Task A_figure_that_is_one_fact_has_it_below_it_beside_the_rounding()
    {
        var answer = await ExplainAsync(Request("atm.cost", "2012-04", "2011-04"));
        Assert.Equal(("-1", "-1000000", true), (answer.Root.Contribution, answer.Root.Exact, answer.Root.HasEntries));
        Assert.Equal(["atm.cost 2012-04 -1800000 Period", "rounding 800000 Rounding"],
            answer.Root.Children.Select(child => $"{child.Name} {child.Exact} {child.Cause}"));
        Assert.NotNull(answer.Root.Children[0].Fact);
    }

    [Fact]
    public async Task A_ratio_differs_by_its_numerator_and_its_denominator()
    {
        var request = Request("gross_margin.atm", "2012-04", "2011-04");
        (request.Figure.Kind, request.Unit, request.Decimals) = (Kind.MarginPercent, Unit.Percent, 1);
        var answer = await ExplainAsync(request);
        Assert.Equal(("81.2", "32.0", "49.2"), (answer.Figure.Value, answer.Against.Value, answer.Root.Contribution));
        Assert.Equal(["numerator", "denominator"], answer.Root.Children.Where(child => child.Path.Length > 0).Select(child => child.Path));
        CheckSums(answer.Root);
    }

    [Fact]
    public async Task Another_revision_of_the_same_month_is_named_as_one()
    {
        var before = (await _bench.Client.GetViewAsync(new() { Period = "2012-04" })).Knowledge;
        await _bench.AcceptAsync(_atm.Tell("2012-04", "Reopened"));
        await _bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1_700_000), ("atm.revenue.commission", 8_500_000), ("atm.sga", 15)));
        var request = Request("operating_income.atm", "2012-04", "");
        (request.Against.AsOf, request.Unit) = (new AsOf { Knowledge = before }, Unit.Jpy);
        var answer = await ExplainAsync(request);
        Assert.Equal("-100000", answer.Root.Contribution);
        var leaf = Leaves(answer.Root).Single();
        Assert.Equal((DriverCause.Revision, 2, 1, "-100000"), (leaf.Cause, leaf.Fact.Revision, leaf.AgainstFact.Revision, leaf.Exact));
        Assert.Equal((before, answer.Knowledge > before), (answer.AgainstKnowledge, true));
    }

    [Fact]
    public async Task Pages_of_a_driver_add_up_and_stay_what_they_were()
    {
        foreach (var source in new[] { "network", "cloud" })
        {
            var events = new Events(source);
            foreach (var (month, factor) in new[] { ("2011-04", 1L), ("2012-04", 3L) })
                await _bench.AcceptAsync(events.Close(month, [.. Flows(source).Select((measure, index) => (measure, (index + 7) * factor * 1_000_003))]));
        }

        var whole = await ExplainAsync(Request("revenue.network", "2012-04", "2011-04"));
        var (seen, token) = (new List<string>(), "");
        do
        {
            var request = Request("revenue.network", "2012-04", "2011-04");
            (request.PageSize, request.PageToken) = (1, token);
            var page = await ExplainAsync(request);
            CheckSums(page.Root);
            seen.AddRange(page.Root.Children.Where(child => child.Path.Length > 0).Select(child => $"{child.Path} {child.Exact}"));
            Assert.Equal((whole.Root.Exact, whole.Knowledge), (page.Root.Exact, page.Knowledge));
            token = page.NextPageToken;
            await _bench.AcceptAsync(_atm.Tell("2012-04", "Reopened"));
            await _bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 1_700_000)));
        }
        while (token.Length > 0);
        Assert.Equal(whole.Root.Children.Where(child => child.Path.Length > 0).Select(child => $"{child.Path} {child.Exact}"), seen);
        var below = Request("revenue.network", "2012-04", "2011-04");
        below.Path = whole.Root.Children[0].Path;
        Assert.Equal(whole.Root.Children[0].Exact, (await ExplainAsync(below)).Root.Exact);
        var few = Request("revenue.network", "2012-04", "2011-04");
        few.LeavesMax = 3;
        var cut = await ExplainAsync(few);
        CheckSums(cut.Root);
        Assert.Contains(cut.Root.Children, child => child.Children.Count == 0 && child.ChildrenCount > 0);
    }

    [Fact]
    public async Task A_figure_without_a_value_is_answered_without_a_tree()
    {
        var answer = await ExplainAsync(Request("cost.atm", "2012-05", "2011-05"));
        Assert.Null(answer.Root);
        Assert.Equal(["atm 2012-05 is not received"], answer.Figure.Missing.Inputs);
    }

    [Fact]
    public async Task The_same_is_answered_as_JSON()
    {
        using var http = new HttpClient { BaseAddress = _bench.Http };
        var request = Request("gross_margin.atm", "2012-04", "2011-04");
        using var body = new StringContent(Google.Protobuf.JsonFormatter.Default.Format(request), System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("/api/v1/figures:explain", UriKind.Relative), body);
        var read = Google.Protobuf.JsonParser.Default.Parse<ExplainDifferenceResponse>(await answer.Content.ReadAsStringAsync());
        Assert.Equal(await ExplainAsync(request), read);
    }

    [Fact]
    public async Task Entries_of_what_is_not_an_amount_or_of_a_source_that_cannot_be_asked_are_refused()
    {
        await RefusedAsync("KIND_UNFIT", request => request.Figure.Kind = Kind.YoyChange);
        await RefusedAsync("KIND_UNFIT", request => request.Line = "net_income_per_share");
        await RefusedAsync("LINE_UNKNOWN", request => request.Line = "none");
        await RefusedAsync("FIELD_INVALID", request => request.Figure = null);
        await RefusedAsync("FIELD_INVALID", request => request.PageToken = "MQ==");
        await RefusedAsync("FIGURE_WITHOUT_VALUE", request => request.Figure.Period = "2012-05");
        await RefusedAsync("SOURCE_UNKNOWN", _ => { });

        async Task RefusedAsync(string reason, Action<ListFigureEntriesRequest> spoil)
        {
            var request = new ListFigureEntriesRequest { Line = "cost.atm", Figure = new FigureSide { Period = "2012-04" } };
            spoil(request);
            Assert.Equal(reason, (await Bench.RefusedAsync(_bench.Client.ListFigureEntriesAsync(request).ResponseAsync)).Reason);
        }
    }

    [Fact]
    public async Task What_cannot_be_explained_is_refused_by_its_field()
    {
        await RefusedAsync("FIELD_INVALID", "figure", request => request.Figure = null);
        await RefusedAsync("FIELD_INVALID", "against", request => request.Against = null);
        await RefusedAsync("LINE_UNKNOWN", "line", request => request.Line = "none");
        await RefusedAsync("PERIOD_UNKNOWN", "figure.period", request => request.Figure.Period = "2012-13");
        await RefusedAsync("PERIOD_UNKNOWN", "against.period", request => request.Against.Period = "Q3");
        await RefusedAsync("KIND_UNFIT", "against.kind", request => request.Against.Kind = Kind.YoyChange);
        await RefusedAsync("UNIT_UNFIT", "unit", request => request.Unit = Unit.Count);
        await RefusedAsync("FIELD_INVALID", "decimals", request => request.Decimals = 10);
        await RefusedAsync("FIELD_INVALID", "leaves_max", request => request.LeavesMax = 1_001);
        await RefusedAsync("FIELD_INVALID", "page_size", request => request.PageSize = -1);
        await RefusedAsync("FIELD_INVALID", "page_token", request => request.PageToken = "MQ==");
        await RefusedAsync("FIELD_INVALID", "as_of.knowledge", request => request.Figure.AsOf = new AsOf { Knowledge = 1_000_000 });
        await RefusedAsync("EDITION_UNKNOWN", null, request => request.Against.Edition = 7);
        await RefusedAsync("DRIVER_UNKNOWN", "path", request => request.Path = "revenue.atm/none");
    }

    private static IEnumerable<string> Flows(string source) => MeasureCatalog.Measures.Values
        .Where(measure => measure.Source == source && measure is { IsList: false, Nature: Nature.Flow }).Select(measure => measure.Name);

    private async Task RefusedAsync(string reason, string? field, Action<ExplainDifferenceRequest> spoil)
    {
        var request = Request("gross_margin.atm", "2012-04", "2011-04");
        spoil(request);
        var refused = await Bench.RefusedAsync(_bench.Client.ExplainDifferenceAsync(request).ResponseAsync);
        Assert.Equal((reason, field), (refused.Reason, refused.Metadata.TryGetValue("field", out var named) ? named : null));
    }

    private async Task<ExplainDifferenceResponse> ExplainAsync(ExplainDifferenceRequest request) => await _bench.Client.ExplainDifferenceAsync(request);

    private static ExplainDifferenceRequest Request(string line, string period, string against, Unit unit = Unit.JpyMillion) => new()
    {
        Line = line, Figure = new FigureSide { Period = period }, Against = new FigureSide { Period = against }, Unit = unit,
    };

    // What is shown adds up at every driver, to the fraction.
    private static void CheckSums(Driver driver)
    {
        if (driver.Children.Count > 0)
            Assert.Equal(driver.Exact, driver.Children.Aggregate(default(Exact), (sum, child) => (sum + Parse(child.Exact)).Reduced()).ToString());
        foreach (var child in driver.Children)
            CheckSums(child);
    }

    private static Exact Parse(string text) => text.Split('/') is [var numerator, var denominator]
        ? Exact.Of(System.Numerics.BigInteger.Parse(numerator, System.Globalization.CultureInfo.InvariantCulture))
            / Exact.Of(System.Numerics.BigInteger.Parse(denominator, System.Globalization.CultureInfo.InvariantCulture))
        : Exact.Of(System.Numerics.BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture));

    private static IEnumerable<Driver> Leaves(Driver driver) => driver.Children.Count == 0 ? [driver] : driver.Children.SelectMany(Leaves);
}
