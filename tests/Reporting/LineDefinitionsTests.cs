using Grpc.Core;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>The lines model changes in two steps by two people, with a reason and a preview; nothing changes in between.</summary>
public sealed class LineDefinitionsTests : IAsyncLifetime
{
    private static readonly string[] _changed = ["gross_margin.total", "operating_income", "income_before_tax", "net_income_attributable"];
    private Bench _bench = null!;

    public async Task InitializeAsync()
    {
        _bench = await Bench.StartAsync();
        foreach (var source in Iij.Reporting.Fold.Sources)
        {
            (string, long)[] amounts = source == "network" ? [("network.cost", 700)] : [];
            await _bench.AcceptAsync(new Events(source).CloseFull("2012-04", amounts));
        }
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task A_prepared_version_changes_nothing_until_another_person_approves_it()
    {
        var (before, prepared) = (await ViewAsync(), await PrepareAsync("+revenue.total", "carol"));
        Assert.Equal((2, LinesState.Prepared, "carol", "a policy"),
            (prepared.Model.Version, prepared.Model.State, prepared.Model.PreparedBy, prepared.Model.Reason));
        Assert.Equal(before.Lines, (await ViewAsync()).Lines);
        Assert.Equal(1, (await _bench.Client.ListLinesAsync(new())).Version);
        Assert.Equal("SAME_PERSON", await RefusedAsync(ApproveAsync(prepared.Model, "carol")));
        Assert.Equal("LINES_OUTDATED", await RefusedAsync(ApproveAsync(new(prepared.Model) { Digest = new string('0', 64) }, "erin")));
        Assert.Equal("LINES_NOT_PREPARED", await RefusedAsync(ApproveAsync(new(prepared.Model) { Version = 3 }, "erin")));
        // The same lines, prepared again by another person: what erin saw is not what waits now.
        var seen = prepared.Model;
        await PrepareAsync("+revenue.total", "mallory");
        Assert.Equal("LINES_OUTDATED", await RefusedAsync(ApproveAsync(seen, "erin")));
        prepared = await PrepareAsync("+revenue.total", "carol");

        var approved = await ApproveAsync(prepared.Model, "erin");
        Assert.Equal((LinesState.Approved, "carol", "erin"), (approved.Model.State, approved.Model.PreparedBy, approved.Model.ApprovedBy));
        var after = await ViewAsync();
        Assert.Equal(Amount(after, "revenue.total"), Amount(after, "gross_margin.total"));
        Assert.Equal((2, approved.Model), (after.LinesVersion, (await _bench.Client.ListLinesAsync(new())).Model));
        Assert.Equal(before.Lines, (await ViewAsync(new() { Knowledge = before.Knowledge })).Lines);
        Assert.Equal("LINES_NOT_PREPARED", await RefusedAsync(ApproveAsync(prepared.Model, "erin")));
    }

    [Fact]
    public async Task The_preview_has_every_figure_that_the_version_changes_and_what_causes_it()
    {
        var (before, prepared) = (await ViewAsync(), await PrepareAsync("+revenue.total", "carol"));
        var shown = await _bench.Client.GetLinesPreviewAsync(new() { Version = 2, Period = "2012-04" });
        Assert.Equal(prepared.Model, shown.Model);
        var amounts = shown.Preview.Differences.Where(one => one.Query.Kind == Kind.Amount).ToDictionary(one => one.Query.Line);
        Assert.Equal(_changed.Order(StringComparer.Ordinal), amounts.Keys.Order(StringComparer.Ordinal));
        Assert.All(shown.Preview.Differences, one => Assert.Contains(one.Causes, cause => cause.LinesVersion == 2));

        await ApproveAsync(prepared.Model, "erin");
        var after = await ViewAsync();
        foreach (var line in before.Lines.Select(line => line.Line))
        {
            var (was, now) = (Amount(before, line), Amount(after, line));
            Assert.Equal(was == now, !amounts.ContainsKey(line));
            if (amounts.TryGetValue(line, out var one))
                Assert.Equal((was, now), (one.Before.Exact, one.After.Exact));
        }
    }

    [Fact]
    public async Task A_version_is_returned_or_replaced_and_every_step_is_a_decision()
    {
        var first = await PrepareAsync("+revenue.total", "carol");
        var second = await PrepareAsync("+revenue.total -sga", "dave");
        Assert.Equal((2, 2), (first.Version, second.Version));
        Assert.Equal("LINES_OUTDATED", await RefusedAsync(ApproveAsync(first.Model, "erin")));
        await _bench.Client.ReturnLinesAsync(new() { RequestId = _bench.NextRequest(), Version = 2, Reason = "not agreed" }, As("erin"));
        Assert.Equal("LINES_NOT_PREPARED", await RefusedAsync(ApproveAsync(second.Model, "erin")));
        Assert.Equal("VERSION_UNKNOWN", await RefusedAsync(_bench.Client.ListLinesAsync(new() { Version = 2 }).ResponseAsync));
        var third = await PrepareAsync("+revenue.total", "dave");
        await ApproveAsync(third.Model, "carol");

        var decisions = (await _bench.Client.ListDecisionsAsync(new())).Decisions;
        Assert.Equal(
            [
                (DecisionKind.LinesApproved, "carol", ""), (DecisionKind.LinesPrepared, "dave", "a policy"), (DecisionKind.LinesReturned, "erin", "not agreed"),
                (DecisionKind.LinesPrepared, "dave", "a policy"), (DecisionKind.LinesPrepared, "carol", "a policy"),
            ], decisions.Select(one => (one.Kind, one.Actor, one.Reason)));
        Assert.All(decisions, one => Assert.Equal(2, one.LinesVersion));
    }

    private async Task<GetViewResponse> ViewAsync(AsOf? asOf = null) =>
        await _bench.Client.GetViewAsync(new() { Period = "2012-04", Unit = Iij.Money.V1.Unit.Jpy, AsOf = asOf });

    private static string Amount(GetViewResponse view, string line) => view.Lines.Single(one => one.Line == line).Amount.Exact;

    private async Task<DefineLinesResponse> PrepareAsync(string grossMargin, string actor)
    {
        var lines = Known.Lines.Rows.Select(row => new Line
        {
            Name = row.Name, Definition = row.Name == "gross_margin.total" ? grossMargin : row.Definition,
        });
        return await _bench.Client.DefineLinesAsync(new() { RequestId = _bench.NextRequest(), Lines = { lines }, Reason = "a policy" }, As(actor));
    }

    private async Task<ApproveLinesResponse> ApproveAsync(LinesVersion model, string actor) => await _bench.Client.ApproveLinesAsync(
        new() { RequestId = _bench.NextRequest(), Version = model.Version, Digest = model.Digest }, As(actor));

    private static async Task<string> RefusedAsync(Task call) => (await Bench.RefusedAsync(call)).Reason;

    private static CallOptions As(string actor) => new([new("iij-actor", actor)]);
}
