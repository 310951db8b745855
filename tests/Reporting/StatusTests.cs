using Grpc.Core;
using Iij.Closing.V1;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>Where a source's month stands: received, impacted, rejected, held; and the state of the view over it.</summary>
public sealed class StatusTests
{
    private readonly Events _atm = new("atm");

    [Fact]
    public async Task A_month_is_not_received_then_received_then_impacted_and_healed()
    {
        await using var bench = await Bench.StartAsync();
        Assert.Equal(DataStatus.NotReceived, (await bench.CellAsync("atm", "2012-04")).Status);
        await bench.AcceptAsync(_atm.Tell("2012-04", "Prepared"));
        var prepared = await bench.CellAsync("atm", "2012-04");
        Assert.Equal((DataStatus.NotReceived, 0, PeriodState.Prepared), (prepared.Status, prepared.Revision, prepared.PeriodState));
        await bench.AcceptAsync(_atm.Close("2012-04", ("atm.cost", 5)));
        await bench.AcceptAsync(_atm.Close("2012-05", ("atm.cost", 6)));
        await bench.AcceptAsync(_atm.Close("2012-06", ("atm.cost", 7)));
        await bench.AcceptAsync(_atm.Tell("2012-05", "Reopened"));
        Assert.Equal([DataStatus.Received, DataStatus.Impacted, DataStatus.Impacted], await StatusesAsync(bench));
        Assert.Equal(PeriodState.Reopened, (await bench.CellAsync("atm", "2012-05")).PeriodState);
        Assert.Equal("6", await bench.FigureAsync("atm.cost", "2012-05"));
        var (close, roll) = (_atm.Close("2012-05", ("atm.cost", 16)), _atm.RollForward("2012-06", ("atm.cost", 17)));
        // The roll-forward overtakes the close that caused it.
        await bench.AcceptAsync(roll);
        Assert.Equal([DataStatus.Received, DataStatus.Impacted, DataStatus.Received], await StatusesAsync(bench));
        await bench.AcceptAsync(close);
        Assert.Equal([DataStatus.Received, DataStatus.Received, DataStatus.Received], await StatusesAsync(bench));
        Assert.Equal("38", await bench.FigureAsync("atm.cost", "FY2012-Q1"));
    }

    [Fact]
    public async Task A_rejected_revision_is_left_out_with_what_was_closed_upon_it_until_another_replaces_it()
    {
        await using var sources = await FakeSources.StartAsync();
        await using var bench = await Bench.StartAsync(peers: sources.Addresses);
        foreach (var month in new[] { "2012-04", "2012-05", "2012-06" })
            sources.CloseAll(month, ("atm.cost", 5));
        sources.Restate("atm", "2012-05", ("atm.cost", 9));
        sources.RollForward("atm", "2012-06", ("atm.cost", 6));
        await bench.Client.FillGapsAsync(new FillGapsRequest());
        Assert.Equal("20", await bench.FigureAsync("atm.cost", "FY2012-Q1"));
        Assert.Equal("REVISION_UNKNOWN", (await Bench.RefusedAsync(RejectAsync(bench, 5, 3))).Reason);
        Assert.Equal("REVISION_NOT_LATEST", (await Bench.RefusedAsync(RejectAsync(bench, 5, 1))).Reason);
        // What was rolled forward follows the revision that caused it.
        Assert.Equal("REVISION_NOT_LATEST", (await Bench.RefusedAsync(RejectAsync(bench, 6, 2))).Reason);
        Assert.Empty(sources["atm"].Rejections);
        await RejectAsync(bench, 5, 2);
        Assert.Equal([("2012-05", 2, "booked twice")], sources["atm"].Rejections);
        Assert.Equal("15", await bench.FigureAsync("atm.cost", "FY2012-Q1"));
        Assert.Equal([DataStatus.Received, DataStatus.Rejected, DataStatus.Rejected], await StatusesAsync(bench));
        Assert.Equal((1, 2), await bench.CellAsync("atm", "2012-06") is var cell ? (cell.Revision, cell.WaitingRevision) : default);
        Assert.Equal(ViewState.Complete, await bench.StateAsync("FY2012-Q1"));
        Assert.Equal("REVISION_NOT_LATEST", (await Bench.RefusedAsync(RejectAsync(bench, 5, 2))).Reason);
        await AcceptRevisionAsync(bench, 5, 2);
        Assert.Equal("20", await bench.FigureAsync("atm.cost", "FY2012-Q1"));
        Assert.Equal("REVISION_NOT_REJECTED", (await Bench.RefusedAsync(AcceptRevisionAsync(bench, 5, 2))).Reason);
        await RejectAsync(bench, 5, 2);
        sources.Restate("atm", "2012-05", ("atm.cost", 7));
        await bench.Client.FillGapsAsync(new FillGapsRequest());
        // June was rolled forward upon what is rejected: until it is rolled forward again it does not follow from May.
        Assert.Equal([DataStatus.Received, DataStatus.Received, DataStatus.Impacted], await StatusesAsync(bench));
        sources.RollForward("atm", "2012-06", ("atm.cost", 8));
        await bench.Client.FillGapsAsync(new FillGapsRequest());
        Assert.Equal("20", await bench.FigureAsync("atm.cost", "FY2012-Q1"));
        Assert.Equal([DataStatus.Received, DataStatus.Received, DataStatus.Received], await StatusesAsync(bench));
    }

    [Fact]
    public async Task A_revision_is_not_rejected_where_its_source_does_not_hear_it()
    {
        await using var sources = await FakeSources.StartAsync();
        await using var bench = await Bench.StartAsync(peers: sources.Addresses);
        sources.CloseAll("2012-05", ("atm.cost", 5));
        await bench.Client.FillGapsAsync(new FillGapsRequest());
        sources["atm"].Down = true;
        Assert.Equal("SOURCE_AWAY", (await Bench.RefusedAsync(RejectAsync(bench, 5, 1))).Reason);
        Assert.Equal("5", await bench.FigureAsync("atm.cost", "2012-05"));
        sources["atm"].Down = false;
        await RejectAsync(bench, 5, 1);
        Assert.Equal((DataStatus.Rejected, 0), await bench.CellAsync("atm", "2012-05") is var cell ? (cell.Status, cell.Revision) : default);
        Assert.Contains("atm 2012-05 (Rejected)", (await Bench.RefusedAsync(bench.SignOffAsync("2012-05"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gap_keeps_a_period_from_its_sign_off_and_an_older_revision_that_comes_late_never_stands()
    {
        await using var bench = await Bench.StartAsync();
        var (first, reopen, second) = (_atm.CloseFull("2012-04", ("atm.cost", 5)), _atm.Tell("2012-04", "Reopened"),
            _atm.CloseFull("2012-04", ("atm.cost", 9)));
        await bench.AcceptAsync(Events.CloseAll("2012-04", "atm").Append(second));
        var refused = await Bench.RefusedAsync(bench.SignOffAsync("2012-04"));
        Assert.Equal("PERIOD_INCOMPLETE", refused.Reason);
        Assert.Contains("atm (a sequence number is missing)", refused.Message, StringComparison.Ordinal);
        await bench.AcceptAsync([reopen, first]);
        await bench.SignOffAsync("2012-04");
        var cell = await bench.CellAsync("atm", "2012-04");
        Assert.Equal((DataStatus.Received, 2), (cell.Status, cell.Revision));
        Assert.Equal("9", await bench.FigureAsync("atm.cost", "2012-04"));
    }

    [Fact]
    public async Task A_new_incarnation_is_held_until_it_is_accepted()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync([_atm.Close("2012-04", ("atm.cost", 5)), _atm.Close("2012-05", ("atm.cost", 6))]);
        var restored = new Events("atm", "life-2", 1_350_000_000_000_000);
        await bench.AcceptAsync(restored.Close("2012-04", ("atm.cost", 7)));
        var cell = await bench.CellAsync("atm", "2012-04");
        Assert.Equal((DataStatus.Held, 1, 1), (cell.Status, cell.Revision, cell.WaitingRevision));
        Assert.Equal("5", await bench.FigureAsync("atm.cost", "2012-04"));
        Assert.Equal(["life-2"], (await bench.SourceAsync("atm")).HeldIncarnations);
        Assert.Equal("INCARNATION_UNKNOWN", (await Bench.RefusedAsync(AcceptIncarnationAsync(bench, "life-3"))).Reason);
        Assert.Equal("INCARNATION_CURRENT", (await Bench.RefusedAsync(AcceptIncarnationAsync(bench, "life-1"))).Reason);
        var refused = await Bench.RefusedAsync(bench.SignOffAsync("2012-04"));
        Assert.Contains("atm 2012-04 (Held)", refused.Message, StringComparison.Ordinal);
        await AcceptIncarnationAsync(bench, "life-2");
        Assert.Equal("7", await bench.FigureAsync("atm.cost", "2012-04"));
        Assert.Equal("6", await bench.FigureAsync("atm.cost", "2012-05"));
        var source = await bench.SourceAsync("atm");
        Assert.Equal(("life-2", 1L, 0), (source.Incarnation, source.LastSequence, source.HeldIncarnations.Count));
        // The accepted life reopens a month: what the life before it closed later is impacted too.
        await bench.AcceptAsync(restored.Tell("2012-04", "Reopened"));
        Assert.Equal(DataStatus.Impacted, (await bench.CellAsync("atm", "2012-05")).Status);
    }

    [Fact]
    public async Task What_is_held_says_nothing_of_the_state_of_the_period()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync([_atm.Close("2012-04", ("atm.cost", 5)), _atm.Tell("2012-04", "Locked")]);
        await bench.AcceptAsync(new Events("atm", "life-2", 1_350_000_000_000_000).Close("2012-04", ("atm.cost", 5)));
        Assert.Equal(PeriodState.Locked, (await bench.CellAsync("atm", "2012-04")).PeriodState);
    }

    [Fact]
    public async Task An_incomplete_period_is_not_signed_off_and_what_lacks_is_named()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(Events.CloseAll("2012-04", "atm", "cloud"));
        await bench.AcceptAsync([_atm.Close("2012-04"), _atm.Tell("2012-04", "Reopened")]);
        var (code, reason, message, metadata) = await Bench.RefusedAsync(bench.SignOffAsync("2012-04"));
        Assert.Equal((StatusCode.FailedPrecondition, "PERIOD_INCOMPLETE"), (code, reason));
        Assert.Equal("atm 2012-04 (Impacted), cloud 2012-04 (NotReceived)", metadata["lacking"]);
        Assert.Contains("cloud 2012-04 (NotReceived)", message, StringComparison.Ordinal);
        Assert.Equal(ViewState.Provisional, await bench.StateAsync("2012-04"));
        await bench.AcceptAsync([.. Events.CloseAll("2012-05", "atm"), new Events("atm").Close("2012-05") with { Sequence = 3, PreviousSequence = 2 }]);
        Assert.Equal("FIELD_INVALID", (await Bench.RefusedAsync(bench.SignOffAsync("2012-04-30"))).Reason);
        Assert.Equal("PERIOD_UNKNOWN", (await Bench.RefusedAsync(bench.SignOffAsync("3Q12"))).Reason);
    }

    [Fact]
    public async Task Sequence_numbers_that_are_missing_are_a_gap_of_the_source()
    {
        await using var bench = await Bench.StartAsync();
        for (var n = 0; n < 12; n++)
            _atm.Tell("2012-04", n % 2 == 0 ? "Prepared" : "Returned");
        await bench.AcceptAsync([_atm[3], _atm[4], _atm[7], _atm[12]]);
        var source = await bench.SourceAsync("atm");
        Assert.Equal([(1L, 2L), (5L, 6L), (8L, 11L)], source.Missing.Select(range => (range.First, range.Last)));
        Assert.Equal(12, source.LastSequence);
        Assert.Empty((await bench.SourceAsync("cloud")).Missing);
    }

    [Fact]
    public async Task The_matrix_comes_in_pages_by_month_and_source()
    {
        await using var bench = await Bench.StartAsync();
        await bench.AcceptAsync(Events.CloseAll("2012-05").Concat(Events.CloseAll("2012-04").Select(e => e with { Sequence = 2 })));
        var (keys, token) = (new List<string>(), "");
        do
        {
            var page = await bench.Client.ListDataStatusAsync(new ListDataStatusRequest { PageSize = 3, PageToken = token });
            keys.AddRange(page.Cells.Select(cell => $"{cell.Month.Month_} {cell.Source}"));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        string[] sources = ["atm", "backlog", "cloud", "group", "network"];
        Assert.Equal(Enumerable.Range(4, 2).SelectMany(month => sources.Select(source => $"{month} {source}")), keys);
    }

    private static async Task<IEnumerable<DataStatus>> StatusesAsync(Bench bench)
    {
        var answer = await bench.Client.ListDataStatusAsync(new ListDataStatusRequest { Period = "FY2012-Q1" });
        return answer.Cells.Where(cell => cell.Source == "atm").Select(cell => cell.Status);
    }

    private static async Task RejectAsync(Bench bench, int month, int revision) =>
        await bench.Client.RejectRevisionAsync(new RejectRevisionRequest
        {
            RequestId = bench.NextRequest(), Source = "atm", Month = new() { Year = 2012, Month_ = month }, Revision = revision, Reason = "booked twice",
        }, Bench.Actor);

    private static async Task AcceptRevisionAsync(Bench bench, int month, int revision) =>
        await bench.Client.AcceptRevisionAsync(new AcceptRevisionRequest
        {
            RequestId = bench.NextRequest(), Source = "atm", Month = new() { Year = 2012, Month_ = month }, Revision = revision,
        }, Bench.Actor);

    private static async Task AcceptIncarnationAsync(Bench bench, string incarnation) =>
        await bench.Client.AcceptIncarnationAsync(new AcceptIncarnationRequest
        {
            RequestId = bench.NextRequest(), Source = "atm", Incarnation = incarnation,
        }, Bench.Actor);
}
