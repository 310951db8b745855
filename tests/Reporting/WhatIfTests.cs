using Iij.Contracts;
using Iij.Reporting;
using Iij.Reporting.V1;
using NodaTime;
using Xunit.Abstractions;

namespace Iij.Tests.Reporting;

/// <summary>A preview of changes says what doing them would say, and does nothing.</summary>
public sealed class WhatIfTests(ITestOutputHelper output)
{
    private static readonly int _histories = Environment.GetEnvironmentVariable("IIJ_TEST_LONG") == "1" ? 200 : 20;
    private static readonly string[] _periods = ["2012-05", "FY2012-Q1", "FY2012", "FY2011-H2"];

    [Fact]
    public void Previewing_a_change_says_what_closing_the_month_with_it_would_say()
    {
        var figures = 0;
        Seeded.Check(_histories, random =>
        {
            var books = Histories.FullBooks(random);
            var history = Known.Of(books.Told);
            var changes = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Change(random)).ToList();
            var previewed = Fold.Of(WhatIf.Apply(history, Fold.Of(history), changes));
            foreach (var month in changes.GroupBy(change => (Source: MeasureCatalog.Find(change.Measure)!.Source, change.Month)))
                Do(books, month.Key.Source, month.Key.Month, [.. month]);
            var done = Fold.Of(Known.Of(books.Told));
            foreach (var period in _periods.Select(period => ReportingPeriod.Parse(period)!))
            {
                var (of, expected) = (EditionFigures.Of(previewed, period), EditionFigures.Of(done, period));
                Assert.Empty(of.DifferencesTo(expected));
                figures += expected.All.Count;
            }
        });
        output.WriteLine($"seeds {Seeded.Described(_histories)}: {figures} figures are those of the change that was made");
    }

    [Fact]
    public async Task A_preview_answers_what_changes_and_records_nothing()
    {
        await using var bench = await Bench.StartAsync();
        var atm = new Events("atm");
        await bench.AcceptAsync(atm.Close("2012-04", ("atm.cost", 1_000_000), ("atm.revenue.commission", 5_000_000)));
        var before = await bench.Client.GetViewAsync(new() { Period = "2012-04" });
        var request = new GetChangesPreviewRequest { Period = "2012-04", Changes = { Add("atm.cost", 2_000_000), Add("atm.cost", 1_000_000) } };
        var answer = await bench.Client.GetChangesPreviewAsync(request);
        var cost = answer.Preview.Differences.Single(one => one.Query is { Line: "cost.atm", Kind: Kind.Amount });
        Assert.Equal(("1", "4", "3000000"), (cost.Before.Value, cost.After.Value, cost.Difference));
        Assert.Equal((before.Knowledge, 2), (answer.Knowledge, answer.Changes.Count));
        Assert.Equal(before, await bench.Client.GetViewAsync(new() { Period = "2012-04" }));
    }

    [Fact]
    public async Task What_cannot_be_previewed_is_refused_by_its_field()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(new Events("atm").Close("2012-04", ("atm.cost", long.MaxValue)));
        await RefusedAsync(bench, "FIELD_INVALID", "changes", new());
        await RefusedAsync(bench, "FIELD_INVALID", "changes", new() { Changes = { Enumerable.Repeat(Add("atm.cost", 1), 101) } });
        await RefusedAsync(bench, "FIELD_INVALID", "changes[0].measure", new() { Changes = { Add("atm.placed", 1) } });
        await RefusedAsync(bench, "FIELD_INVALID", "changes[0].month", new() { Changes = { new AmountChange { Measure = "atm.cost" } } });
        await RefusedAsync(bench, "FIELD_INVALID", "changes", new() { Changes = { Add("atm.cost", 1) } });
        await RefusedAsync(bench, "REVISION_UNKNOWN", null, new() { Changes = { Add("network.cost", 1) } });
        await RefusedAsync(bench, "FIELD_INVALID", "moves[0].source", new() { Moves = { new SubjectMove { Source = "x" } } });
        var move = new SubjectMove { Source = "backlog", Subject = "SI-1", FromMonth = Add("", 0).Month, ToMonth = Add("", 0).Month };
        await RefusedAsync(bench, "SOURCE_UNKNOWN", null, new() { Moves = { move } });
        await RefusedAsync(bench, "PERIOD_UNKNOWN", "period", new() { Period = "x", Changes = { Add("atm.cost", 1) } });
    }

    private static async Task RefusedAsync(Bench bench, string reason, string? field, GetChangesPreviewRequest request)
    {
        request.Period = request.Period.Length == 0 ? "2012-04" : request.Period;
        var refused = await Bench.RefusedAsync(bench.Client.GetChangesPreviewAsync(request).ResponseAsync);
        Assert.Equal((reason, field), (refused.Reason, refused.Metadata.TryGetValue("field", out var named) ? named : null));
    }

    private static AmountChange Add(string measure, long amount) => new() { Measure = measure, Month = new() { Year = 2012, Month_ = 4 }, Amount = amount };

    private static FlowChange Change(Random random)
    {
        var flows = MeasureCatalog.Measures.Values.Where(measure => measure is { Nature: Closing.V1.Nature.Flow, IsList: false }).ToList();
        return new(random.Pick(flows).Name, new YearMonth(2011, 4).PlusMonths(random.Next(24)), random.NextInt64(-1_000_000_000, 1_000_000_000));
    }

    // The source reopens the month and closes it with the amounts changed.
    private static void Do(Books books, string source, YearMonth month, IReadOnlyList<FlowChange> changes)
    {
        var facts = books.Told.Last(told => told.Message.Source == source && told.Message.Month == month.ToIso() && told.Facts.Count > 0).Facts;
        var changed = facts.Select(fact => changes.Where(change => change.Measure == fact.Measure && fact.Subject.Length + fact.Date.Length == 0)
            .Aggregate(fact, (sum, change) => sum with { Unscaled = sum.Unscaled + change.Amount }));
        books.Close(source, month.ToIso(), [.. changed]);
    }
}
