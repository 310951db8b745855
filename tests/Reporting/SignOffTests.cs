using Grpc.Core;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>The sign-off: an edition is prepared by one person, fenced, locked and published by another, and then stays as it is.</summary>
public sealed class SignOffTests : IAsyncLifetime
{
    private FakeSources _sources = null!;
    private Bench _bench = null!;

    public async Task InitializeAsync()
    {
        _sources = await FakeSources.StartAsync();
        _bench = await Bench.StartAsync(peers: _sources.Addresses);
        foreach (var month in new[] { "2012-04", "2012-05", "2012-06" })
            _sources.CloseAll(month, ("atm.cost", 5), ("network.revenue.wan", 100), ("backlog.closing.construction", 40));
        await FillAsync();
    }

    public async Task DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _sources.DisposeAsync();
    }

    [Fact]
    public async Task What_comes_after_an_edition_changes_none_of_its_figures_and_is_pending()
    {
        var edition = await _bench.PublishAsync("FY2012-Q1");
        Assert.Equal((1, EditionState.Published, "accountant", "approver"), (edition.Number, edition.State, edition.PreparedBy, edition.ApprovedBy));
        Assert.Equal(["atm life-1 3", "backlog life-1 3", "cloud life-1 3", "group life-1 3", "network life-1 3"],
            edition.Sources.Select(source => $"{source.Source} {source.Incarnation} {source.Sequence}"));
        var before = await ViewAsync("FY2012-Q1");
        Assert.Equal((ViewState.Published, 1, 0), (before.State, before.Edition.Number, before.PendingLines.Count));
        // Amounts, a definition: everything that a figure is made of.
        _sources.Restate("atm", "2012-05", ("atm.cost", 9));
        await FillAsync();
        await DefineAsync("operating_income", "+gross_margin.total");
        var after = await ViewAsync("FY2012-Q1");
        Assert.Equal(before.Lines, after.Lines);
        Assert.Equal((before.Knowledge, before.LinesVersion, edition.Digest), (after.Knowledge, after.LinesVersion, after.Edition.Digest));
        Assert.Equal(["cost.atm", "cost.total", "gross_margin.atm", "gross_margin.total", "operating_income", "operating_income.atm"],
            after.PendingLines.Intersect(["cost.atm", "cost.total", "gross_margin.atm", "gross_margin.total", "operating_income", "operating_income.atm"]));
        Assert.Equal("15", await _bench.FigureAsync("atm.cost", "FY2012-Q1"));
        var live = await _bench.Client.GetViewAsync(new GetViewRequest { Period = "FY2012-Q1", Latest = true, Unit = Iij.Money.V1.Unit.Jpy });
        Assert.Null(live.Edition);
        Assert.Equal("19", live.Lines.Single(line => line.Line == "cost.atm").Amount.Value);
        // Another period is not published by it.
        Assert.Equal(ViewState.Complete, await _bench.StateAsync("2012-05"));
        Assert.Equal("9", await _bench.FigureAsync("atm.cost", "2012-05"));
    }

    [Fact]
    public async Task A_restatement_is_the_next_edition_with_kind_and_reason_and_both_stay_readable()
    {
        await _bench.PublishAsync("FY2012-Q1");
        Assert.Equal("EDITION_UNCHANGED", (await Bench.RefusedAsync(PrepareAsync(RestatementKind.Error, "none"))).Reason);
        _sources.Restate("atm", "2012-05", ("atm.cost", 9));
        _sources.RollForward("atm", "2012-06", ("atm.cost", 6));
        await FillAsync();
        Assert.Equal("RESTATEMENT_UNEXPLAINED", (await Bench.RefusedAsync(PrepareAsync(RestatementKind.Unspecified, "why"))).Reason);
        Assert.Equal("RESTATEMENT_UNEXPLAINED", (await Bench.RefusedAsync(PrepareAsync(RestatementKind.Error, ""))).Reason);
        var prepared = await PrepareAsync(RestatementKind.Error, "booked late");
        var cost = prepared.Preview.Differences.Single(one => one.Query.Line == "cost.atm" && one.Query.Kind == Kind.Amount);
        Assert.Equal(("15", "20", "5", "0"), (cost.Before.Exact, cost.After.Exact, cost.Difference, cost.PrintedDifference));
        Assert.Equal([("atm", 5, 2), ("atm", 6, 2)], cost.Causes.Select(cause => (cause.Source, cause.Month.Month_, cause.Revision)));
        Assert.Equal(ViewState.Published, await _bench.StateAsync("FY2012-Q1"));
        var second = await _bench.ApproveAsync("FY2012-Q1");
        Assert.Equal((2, RestatementKind.Error, "booked late"), (second.Number, second.Kind, second.Reason));
        Assert.Equal(ViewState.Restated, await _bench.StateAsync("FY2012-Q1"));
        Assert.Equal("20", await _bench.FigureAsync("atm.cost", "FY2012-Q1"));
        Assert.Equal("15", (await ViewAsync("FY2012-Q1", 1)).Lines.Single(line => line.Line == "cost.atm").Amount.Value);
        var compared = (await _bench.Client.CompareEditionsAsync(new CompareEditionsRequest
        {
            Periods = { "FY2012-Q1" }, Lines = { "cost.atm" }, Unit = Iij.Money.V1.Unit.Jpy,
        })).Figures.Single();
        Assert.Equal(("15", 1, "20", 2, "5"), (compared.AsReported.Value, compared.AsReported.Edition, compared.Restated.Value,
            compared.Restated.Edition, compared.Difference));
        await WithdrawAsync(2, "the auditor disagrees");
        Assert.Equal((ViewState.Published, "15"), (await _bench.StateAsync("FY2012-Q1"), await _bench.FigureAsync("atm.cost", "FY2012-Q1")));
        Assert.Equal([EditionState.Published, EditionState.Withdrawn], (await _bench.EditionsAsync("FY2012-Q1")).Select(edition => edition.State));
        Assert.Equal("EDITION_NOT_PUBLISHED", (await Bench.RefusedAsync(WithdrawAsync(2, "again"))).Reason);
        Assert.Equal("EDITION_UNKNOWN", (await Bench.RefusedAsync(ViewAsync("FY2012-Q1", 3))).Reason);
        var decisions = (await _bench.Client.ListDecisionsAsync(new ListDecisionsRequest { Period = "FY2012-Q1" })).Decisions;
        Assert.Equal([DecisionKind.EditionWithdrawn, DecisionKind.EditionApproved, DecisionKind.EditionPrepared, DecisionKind.EditionApproved,
            DecisionKind.EditionPrepared], decisions.Select(decision => decision.Kind));
        Assert.Equal(("accountant", "the auditor disagrees", 2), (decisions[0].Actor, decisions[0].Reason, decisions[0].Edition));
    }

    [Fact]
    public async Task Two_people_sign_off_and_neither_closed_its_months()
    {
        await _bench.SignOffAsync("FY2012-Q1");
        var same = await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1", Bench.Actor));
        Assert.Equal((StatusCode.PermissionDenied, "SAME_PERSON"), (same.Code, same.Reason));
        var clerk = await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1", new Metadata { { "iij-actor", "clerk" } }));
        Assert.Equal((StatusCode.PermissionDenied, "CLOSED_BY_APPROVER"), (clerk.Code, clerk.Reason));
        Assert.Equal("EDITION_OUTDATED", (await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1", digest: new string('0', 64)))).Reason);
        AssertNothingLocked();
        await _bench.ApproveAsync("FY2012-Q1");
        Assert.All(Fold(), peer => Assert.Equal(3, peer.Locks.Count));
    }

    [Fact]
    public async Task News_that_a_source_has_and_reporting_had_not_refuses_by_name()
    {
        await _bench.SignOffAsync("FY2012-Q1");
        // ReopenPeriod was answered; its event is on its way.
        _sources.Reopen("network", "2012-05");
        var reopened = await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1"));
        Assert.Equal("PERIOD_INCOMPLETE", reopened.Reason);
        Assert.Contains("network 2012-05 (Impacted)", reopened.Message, StringComparison.Ordinal);
        AssertNothingLocked();
        _sources.Close("network", "2012-05", ("network.revenue.wan", 100));
        _sources.RollForward("network", "2012-06", ("network.revenue.wan", 100));
        _sources["network"].LastSequence = 99; // events that it does not give
        var ahead = await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1"));
        Assert.Equal(("SOURCE_AHEAD", "network"), (ahead.Reason, ahead.Metadata["source"]));
        _sources["network"].LastSequence = null;
        _sources["cloud"].Down = true;
        var away = await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1"));
        Assert.Equal(("SOURCE_AWAY", "cloud"), (away.Reason, away.Metadata["source"]));
        _sources["cloud"].Down = false;
        AssertNothingLocked();
        // The same amounts again: what was prepared is still what would be published.
        await _bench.ApproveAsync("FY2012-Q1");
        Assert.Equal(ViewState.Published, await _bench.StateAsync("FY2012-Q1"));
    }

    [Fact]
    public async Task A_month_that_a_source_reopened_a_moment_ago_is_not_prepared()
    {
        _sources.Reopen("atm", "2012-05"); // reporting has not heard of it
        var refused = await Bench.RefusedAsync(PrepareAsync(RestatementKind.Unspecified, ""));
        Assert.Equal(("PERIOD_INCOMPLETE", true), (refused.Reason, refused.Message.Contains("atm 2012-05", StringComparison.Ordinal)));
        _sources["cloud"].Down = true;
        Assert.Equal("SOURCE_AWAY", (await Bench.RefusedAsync(PrepareAsync(RestatementKind.Unspecified, ""))).Reason);
        Assert.Empty(await _bench.EditionsAsync("FY2012-Q1"));
    }

    [Fact]
    public async Task Figures_that_changed_since_the_preparation_are_prepared_again()
    {
        await _bench.SignOffAsync("FY2012-Q1");
        _sources.Restate("atm", "2012-06", ("atm.cost", 6));
        var outdated = await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1"));
        Assert.Equal((StatusCode.Aborted, "EDITION_OUTDATED"), (outdated.Code, outdated.Reason));
        AssertNothingLocked();
        var edition = await _bench.PublishAsync("FY2012-Q1");
        Assert.Equal(1, edition.Number);
        Assert.Equal([EditionState.Returned, EditionState.Published], (await _bench.EditionsAsync("FY2012-Q1")).Select(one => one.State));
        Assert.Equal("16", await _bench.FigureAsync("atm.cost", "FY2012-Q1"));
    }

    [Fact]
    public async Task Where_one_source_refuses_its_locks_no_source_stays_locked()
    {
        await _bench.SignOffAsync("FY2012-Q1");
        _sources["network"].Locking = () => throw new RpcException(new Status(StatusCode.Unavailable, "restarting"));
        Assert.Equal("SOURCE_AWAY", (await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1"))).Reason);
        AssertNothingLocked();
        Assert.Equal(ViewState.Complete, await _bench.StateAsync("FY2012-Q1"));
        // News between the question and the lock.
        _sources["network"].Locking = () => _sources.Restate("network", "2012-06", ("network.revenue.wan", 100));
        Assert.Equal("SOURCE_AHEAD", (await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1"))).Reason);
        AssertNothingLocked();
        _sources["network"].Locking = null;
        await _bench.ApproveAsync("FY2012-Q1");
        Assert.All(Fold(), peer => Assert.Equal(3, peer.Locks.Count));
    }

    [Fact]
    public async Task A_source_that_is_away_while_locks_are_released_is_released_when_it_is_back()
    {
        await _bench.SignOffAsync("FY2012-Q1");
        _sources["network"].Locking = () =>
        {
            _sources["atm"].Down = true;
            throw new RpcException(new Status(StatusCode.Unavailable, "restarting"));
        };
        await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1"));
        Assert.Equal(3, _sources["atm"].Locks.Count);
        _sources["atm"].Down = false;
        await _bench.Approval.ContinueAsync(CancellationToken.None);
        AssertNothingLocked();
    }

    [Fact]
    public async Task An_interrupted_approval_is_finished_after_a_restart_or_by_the_same_request()
    {
        await _bench.SignOffAsync("FY2012-Q1");
        await _bench.SignOffAsync("2012-04");
        foreach (var (attempt, period) in new[] { ("left-1", "FY2012-Q1"), ("left-2", "2012-04") })
        {
            await _bench.ExecuteAsync("INSERT INTO approval (attempt, preparation, actor, request_id, content_hash, begun_at) "
                + $"SELECT '{attempt}', preparation, 'approver', '{attempt}', 'hash', 0 FROM edition WHERE period = '{period}'");
        }

        Assert.Equal("SIGN_OFF_RUNNING", (await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1"))).Reason);
        Assert.Equal("SIGN_OFF_RUNNING", (await Bench.RefusedAsync(_bench.SignOffAsync("FY2012-Q1"))).Reason);
        await _bench.Approval.ContinueAsync(CancellationToken.None);
        Assert.Equal((ViewState.Published, ViewState.Published), (await _bench.StateAsync("FY2012-Q1"), await _bench.StateAsync("2012-04")));
        Assert.All(Fold(), peer => Assert.Equal(4, peer.Locks.Count)); // April is locked by both
    }

    [Fact]
    public async Task Two_approvals_at_once_publish_one_edition()
    {
        await _bench.SignOffAsync("FY2012-Q1");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(async n =>
        {
            try
            {
                return (await _bench.ApproveAsync("FY2012-Q1", new Metadata { { "iij-actor", $"approver {n}" } })).ApprovedBy;
            }
            catch (RpcException error)
            {
                return Iij.Client.RpcErrors.InfoOf(error)!.Reason;
            }
        }));
        var published = (await _bench.EditionsAsync("FY2012-Q1")).Single();
        Assert.Equal([published.ApprovedBy], outcomes.Where(outcome => outcome.StartsWith("approver", StringComparison.Ordinal)));
        Assert.All(outcomes.Where(outcome => !outcome.StartsWith("approver", StringComparison.Ordinal)),
            outcome => Assert.True(outcome is "SIGN_OFF_RUNNING" or "EDITION_NOT_PREPARED", outcome));
        Assert.All(Fold(), peer => Assert.Equal(3, peer.Locks.Count));
    }

    [Fact]
    public async Task A_line_without_a_value_keeps_a_period_incomplete_and_names_it()
    {
        _sources.CloseAll("2012-07");
        _sources.Tell("atm", "2012-08", "Closed", Statements.Body("atm", ("atm.cost", 3)));
        foreach (var source in new[] { "backlog", "cloud", "group", "network" })
            _sources.Close(source, "2012-08");
        await FillAsync();
        await _bench.SignOffAsync("2012-07");
        var refused = await Bench.RefusedAsync(_bench.SignOffAsync("2012-08"));
        Assert.Equal("PERIOD_INCOMPLETE", refused.Reason);
        Assert.Contains("revenue.atm (atm.revenue.commission is absent in 2012-08 (revision 1))", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ViewState.Provisional, await _bench.StateAsync("2012-08"));
    }

    [Fact]
    public async Task Periods_are_published_one_by_one_and_an_overlap_that_does_not_add_up_is_a_finding()
    {
        foreach (var month in new[] { "2012-07", "2012-08", "2012-09" })
            _sources.CloseAll(month, ("atm.cost", 5), ("backlog.closing.construction", 40));
        await FillAsync();
        await _bench.PublishAsync("FY2012-Q1");
        await _bench.PublishAsync("FY2012-Q2");
        Assert.Equal(ViewState.Complete, await _bench.StateAsync("FY2012-H1"));
        Assert.Empty((await PreviewAsync("FY2012-H1")).Findings);
        _sources.Restate("backlog", "2012-05", ("backlog.orders_received.construction", 300), ("backlog.closing.construction", 340));
        foreach (var month in new[] { "2012-06", "2012-07", "2012-08", "2012-09" })
            _sources.RollForward("backlog", month, ("backlog.closing.construction", 340));
        await FillAsync();
        Assert.Equal(
            [
                "FY2012-H1 holds 300 more of orders_received.construction than FY2012-Q1 edition 1 and FY2012-Q2 edition 1 together explain",
                "FY2012-H1 holds 300 more of backlog.construction than FY2012-Q1 edition 1 and FY2012-Q2 edition 1 together explain",
            ],
            (await PreviewAsync("FY2012-H1")).Findings.Select(finding => finding.Message));
        await _bench.PublishAsync("FY2012-H1");
        // Everything of one set that rolls forward is accepted together; a quarter follows with an edition of its own.
        await _bench.PublishAsync("FY2012-Q1", RestatementKind.Error);
        Assert.Equal(
            [
                "FY2012-H1 edition 1 holds 300 more of backlog.construction than FY2012-Q1 edition 2 and FY2012-Q2 edition 1 together explain",
                "FY2012-Q2 edition 1 opens with 40 of backlog.construction, and FY2012-Q1 ends with 340",
            ],
            (await PreviewAsync("FY2012-Q1")).Findings
                .Select(finding => finding.Message.Replace("FY2012-Q1 and", "FY2012-Q1 edition 2 and", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_same_figures_prepared_again_under_other_terms_need_another_approval()
    {
        await _bench.PublishAsync("FY2012-Q1");
        _sources.Restate("atm", "2012-05", ("atm.cost", 9));
        _sources.RollForward("atm", "2012-06", ("atm.cost", 6));
        await FillAsync();
        var embargo = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(_bench.Clock.Now.AddHours(1));
        SignOffPeriodRequest Terms(RestatementKind kind, string reason, bool underEmbargo) => new()
        {
            RequestId = _bench.NextRequest(), Period = "FY2012-Q1", Kind = kind, Reason = reason, EmbargoUntil = underEmbargo ? embargo : null,
        };
        var seen = (await _bench.Client.SignOffPeriodAsync(Terms(RestatementKind.Error, "booked late", true), Bench.Actor)).Edition.Digest;
        foreach (var other in new[]
        {
            Terms(RestatementKind.Estimate, "booked late", true), Terms(RestatementKind.Error, "nothing to see", true),
            Terms(RestatementKind.Error, "booked late", false), Terms(RestatementKind.Error, "booked late", true),
        })
        {
            await _bench.Client.SignOffPeriodAsync(other, new Grpc.Core.Metadata { { "iij-actor", "mallory" } });
            Assert.Equal("EDITION_OUTDATED", (await Bench.RefusedAsync(_bench.ApproveAsync("FY2012-Q1", digest: seen))).Reason);
        }
    }

    [Fact]
    public async Task Stocks_of_one_day_that_differ_between_editions_are_a_finding()
    {
        foreach (var month in new[] { "2012-07", "2012-08", "2012-09" })
            _sources.CloseAll(month, ("atm.cost", 5), ("backlog.closing.construction", 40));
        await FillAsync();
        await _bench.PublishAsync("2012-09");
        await _bench.PublishAsync("FY2012-Q1");
        _sources.Restate("backlog", "2012-05", ("backlog.orders_received.construction", 300), ("backlog.closing.construction", 340));
        foreach (var month in new[] { "2012-06", "2012-07", "2012-08", "2012-09" })
            _sources.RollForward("backlog", month, ("backlog.closing.construction", 340));
        await FillAsync();
        Assert.Contains("FY2012-Q2 ends with 340 of backlog.construction, and 2012-09 edition 1 ends with 40", await MessagesAsync("FY2012-Q2"));
        Assert.Contains("FY2012-Q2 opens with 340 of backlog.construction, and FY2012-Q1 edition 1 ends with 40", await MessagesAsync("FY2012-Q2"));
    }

    [Fact]
    public async Task A_rejected_revision_is_a_finding_of_the_edition_that_leaves_it_out()
    {
        _sources.Restate("atm", "2012-06", ("atm.cost", 9));
        await FillAsync();
        await _bench.Client.RejectRevisionAsync(new()
        {
            RequestId = _bench.NextRequest(), Source = "atm", Month = new() { Year = 2012, Month_ = 6 }, Revision = 2, Reason = "not ours",
        }, Bench.Actor);
        var finding = Assert.Single((await PreviewAsync("FY2012-Q1")).Findings);
        Assert.Equal(("REVISION_REJECTED", true), (finding.Code, finding.Message.StartsWith("atm 2012-06: revision 2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_accepted_incarnation_is_locked_again_but_for_what_the_group_unlocked()
    {
        await _bench.PublishAsync("FY2012-Q1");
        await UnlockAsync("2012-06", "an invoice is missing");
        await _bench.Client.UnlockMonthsAsync(
            new() { RequestId = _bench.NextRequest(), Period = "2012-05", Source = "cloud", Reason = "another source's" }, Bench.Actor);
        await FillAsync();
        // Its database is restored from before the sign-off.
        var network = _sources["network"];
        network.Events.RemoveAll(told => told.Transition is "Locked" or "Unlocked");
        network.Locks.Clear();
        network.Incarnation = "life-2";
        await FillAsync();
        var accept = new AcceptIncarnationRequest { RequestId = _bench.NextRequest(), Source = "network", Incarnation = "life-2" };
        for (var times = 0; times < 2; times++)
        {
            await _bench.Client.AcceptIncarnationAsync(accept, Bench.Actor);
            Assert.Equal(["2012-04", "2012-05"], network.Locks.Keys.Select(key => key.Month));
        }
    }

    [Fact]
    public async Task Nothing_is_unlocked_while_a_source_is_away()
    {
        await _bench.PublishAsync("2012-04");
        _sources["network"].Down = true;
        Assert.Equal("SOURCE_AWAY", (await Bench.RefusedAsync(UnlockAsync("2012-04", "sneaky"))).Reason);
        Assert.All(Fold(), peer => Assert.Single(peer.Locks));
        _sources["network"].Down = false;
        await UnlockAsync("2012-04", "late");
        AssertNothingLocked();
    }

    [Fact]
    public async Task Unlocking_needs_a_reason_and_leaves_the_edition_as_it_is()
    {
        await _bench.PublishAsync("FY2012-Q1");
        await _bench.PublishAsync("2012-04");
        Assert.Equal("FIELD_INVALID", (await Bench.RefusedAsync(UnlockAsync("2012-04", ""))).Reason);
        await UnlockAsync("2012-04", "an invoice is missing");
        Assert.All(Fold(), peer => Assert.Equal(["2012-05", "2012-06"], peer.Locks.Keys.Select(key => key.Month)));
        Assert.Equal(ViewState.Published, await _bench.StateAsync("2012-04"));
        var decision = (await _bench.Client.ListDecisionsAsync(new ListDecisionsRequest { PageSize = 1 })).Decisions.Single();
        Assert.Equal((DecisionKind.MonthsUnlocked, "2012-04", "an invoice is missing"), (decision.Kind, decision.Period, decision.Reason));
    }

    [Fact]
    public async Task Months_that_were_signed_off_before_there_were_editions_are_edition_1_of_their_month()
    {
        await _bench.ExecuteAsync("UPDATE knowledge SET last = last + 2");
        foreach (var (offset, month) in new[] { (1, "2012-04"), (0, "2012-05") })
        {
            await _bench.ExecuteAsync("INSERT INTO decision (knowledge, kind, source, incarnation, month, revision, actor, decided_at) "
                + $"SELECT last - {offset}, 'SignedOff', '', '', '{month}', 0, 'carol', 1360000000000000 FROM knowledge");
        }

        await _bench.ExecuteAsync("DELETE FROM record_digest; UPDATE record_begin SET last_before = (SELECT last FROM knowledge)");

        await using var restarted = await _bench.RestartAsync();
        Assert.Equal((ViewState.Published, ViewState.Published, ViewState.Complete), (await restarted.StateAsync("2012-04"),
            await restarted.StateAsync("2012-05"), await restarted.StateAsync("2012-06")));
        var edition = (await restarted.EditionsAsync("2012-05")).Single();
        Assert.Equal((1, "carol", "carol", EditionState.Published), (edition.Number, edition.PreparedBy, edition.ApprovedBy, edition.State));
        _sources.Restate("atm", "2012-05", ("atm.cost", 9));
        await restarted.Client.FillGapsAsync(new FillGapsRequest());
        Assert.Equal("5", await restarted.FigureAsync("atm.cost", "2012-05"));
        await restarted.PublishAsync("2012-05", RestatementKind.Error);
        Assert.Equal("9", await restarted.FigureAsync("atm.cost", "2012-05"));
    }

    private async Task<IReadOnlyList<string>> MessagesAsync(string period) => [.. (await PreviewAsync(period)).Findings.Select(finding => finding.Message)];

    private IEnumerable<FakePeer> Fold() => Statements.Schemas.Keys.Select(source => _sources[source]);

    private void AssertNothingLocked() => Assert.All(Fold(), peer => Assert.Empty(peer.Locks));

    private async Task FillAsync() => await _bench.Client.FillGapsAsync(new FillGapsRequest());

    private async Task<GetViewResponse> ViewAsync(string period, int edition = 0) =>
        await _bench.Client.GetViewAsync(new GetViewRequest { Period = period, Edition = edition, Unit = Iij.Money.V1.Unit.Jpy });

    private async Task<EditionPreview> PreviewAsync(string period) =>
        (await _bench.Client.GetEditionPreviewAsync(new GetEditionPreviewRequest { Period = period })).Preview;

    private async Task<SignOffPeriodResponse> PrepareAsync(RestatementKind kind, string reason) => await _bench.Client.SignOffPeriodAsync(
        new SignOffPeriodRequest { RequestId = _bench.NextRequest(), Period = "FY2012-Q1", Kind = kind, Reason = reason }, Bench.Actor);

    private async Task WithdrawAsync(int number, string reason) => await _bench.Client.WithdrawEditionAsync(
        new WithdrawEditionRequest { RequestId = _bench.NextRequest(), Period = "FY2012-Q1", Number = number, Reason = reason }, Bench.Actor);

    private async Task UnlockAsync(string period, string reason) => await _bench.Client.UnlockMonthsAsync(
        new UnlockMonthsRequest { RequestId = _bench.NextRequest(), Period = period, Reason = reason }, Bench.Actor);

    private async Task DefineAsync(string line, string definition)
    {
        var lines = (await _bench.Client.ListLinesAsync(new ListLinesRequest())).Lines;
        lines.Single(known => known.Name == line).Definition = definition;
        await Tests.Model.TwoSteps.DefineLinesAsync(_bench.Client, lines);
    }
}
