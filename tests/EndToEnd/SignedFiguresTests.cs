using Grpc.Core;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Group.V1;
using Iij.Local;
using Iij.Reporting.V1;
using Iij.Tests.Model;
using Iij.Tests.Oracle;
using NodaTime;

namespace Iij.Tests.EndToEnd;

/// <summary>What is signed stays signed, with the real sources: fenced, locked, compared, restated.</summary>
public sealed class SignedFiguresTests
{
    private const long Late = 2_000_000_000; // yen, found after the books were signed
    private ReportingPeriod _period = null!; // the last quarter of the ledger that has a year before
    private int _requests;

    private string Period => _period.Notation;

    // Of the quarter that the period is compared with.
    private YearMonth Reopened => _period.YearBefore.FirstMonth.PlusMonths(1);

    [Fact]
    public async Task A_signed_period_keeps_its_figures_and_its_comparatives_until_the_next_edition()
    {
        await using var local = await LocalLedger.LoadAsync(
            FiguresGenerator.WithFigures(LedgerGenerator.Generate(53, new(MonthsMin: 20, AtmDaysMax: 300, EveryFileFilled: true)), 53, count: 20, halfway: 5));
        _period = LastQuarter(local.Ledger.ClosedMonths["group"]);
        var reporting = new ReportingService.ReportingServiceClient(local.Services.Channels["reporting"]);
        await ArriveAsync(local);
        await PublishAsync(reporting, RestatementKind.Unspecified, "");
        var signed = await reporting.GetViewAsync(new() { Period = Period });
        Assert.Equal((ViewState.Published, 1), (signed.State, signed.Edition.Number));
        await IsLockedAsync(local);
        await reporting.UnlockMonthsAsync(
            new() { RequestId = Next(), Period = Period, Source = "group", Reason = "an invoice of the year before" }, As("accountant"));
        await RestateAsync(local);
        await ArriveAsync(local);
        var pending = await reporting.GetViewAsync(new() { Period = Period });
        Assert.Equal(signed.Lines, pending.Lines);
        Assert.Contains("sga", pending.PendingLines);
        Assert.DoesNotContain("revenue.total", pending.PendingLines);
        var live = await reporting.GetViewAsync(new() { Period = Period, Latest = true });
        Assert.Equal(Exact(signed, "sga", line => line.Amount), Exact(live, "sga", line => line.Amount));
        Assert.NotEqual(Exact(signed, "sga", line => line.YoyChange), Exact(live, "sga", line => line.YoyChange));

        // A reopening that was answered a moment ago is news that no edition passes over.
        await reporting.SignOffPeriodAsync(
            new() { RequestId = Next(), Period = Period, Kind = RestatementKind.Error, Reason = "found late" }, As("accountant"));
        await ReopenAsync(local);
        Assert.Equal("PERIOD_INCOMPLETE", await ReasonAsync(ApproveAsync(reporting)));
        await CloseAsync(local);
        await ApproveAsync(reporting);
        var restated = await reporting.GetViewAsync(new() { Period = Period });
        Assert.Equal((ViewState.Restated, 2, 0), (restated.State, restated.Edition.Number, restated.PendingLines.Count));
        Assert.Equal(live.Lines.Select(line => line.YoyChange.Exact), restated.Lines.Select(line => line.YoyChange.Exact));
        Assert.Equal(signed.Lines, (await reporting.GetViewAsync(new() { Period = Period, Edition = 1 })).Lines);
    }

    private async Task IsLockedAsync(LocalLedger local)
    {
        // The sources know, and what they hold cannot be opened past the group.
        var locked = (await local.Closing("group").GetPeriodAsync(new() { Month = _period.LastMonth.ToProto() })).Period;
        Assert.Equal((PeriodState.Locked, $"{Period} edition 1"), (locked.State, locked.Editions.Single()));
        Assert.Equal("PERIOD_LOCKED", await ReasonAsync(ReopenAsync(local)));
        Assert.Equal("LOCKED_BY_EDITION", await ReasonAsync(local.Closing("group").UnlockPeriodAsync(
            new() { RequestId = Next(), Month = locked.Month, Reason = "I want to" }, As("clerk")).ResponseAsync));
    }

    private static ReportingPeriod LastQuarter(IReadOnlyCollection<YearMonth> closed) => closed.Where(month => month.Month % 3 == 1).OrderDescending()
        .Select(month => ReportingPeriod.Parse($"FY{(month.Month < 4 ? month.Year - 1 : month.Year)}-Q{(month.Month + 8) % 12 / 3 + 1}")!)
        .First(quarter => quarter.Months.Concat(quarter.YearBefore.Months).All(closed.Contains));

    private static async Task ArriveAsync(LocalLedger local) => Assert.True(await new TieOut(local.Services.Channels, TimeProvider.System).WaitAsync(default));

    private async Task PublishAsync(ReportingService.ReportingServiceClient reporting, RestatementKind kind, string reason)
    {
        await reporting.SignOffPeriodAsync(new() { RequestId = Next(), Period = Period, Kind = kind, Reason = reason }, As("accountant"));
        await ApproveAsync(reporting);
    }

    private async Task ApproveAsync(ReportingService.ReportingServiceClient reporting)
    {
        var prepared = (await reporting.ListEditionsAsync(new() { Period = Period })).Editions.Last(edition => edition.State == EditionState.Prepared);
        await reporting.ApproveEditionAsync(
            new() { RequestId = Next(), Period = Period, Number = prepared.Number, Digest = prepared.Digest }, As("approver"));
    }

    private Task ReopenAsync(LocalLedger local) => local.Closing("group").ReopenPeriodAsync(
        new() { RequestId = Next(), Month = Reopened.ToProto(), Reason = "a late invoice" }, As("clerk")).ResponseAsync;

    private async Task RestateAsync(LocalLedger local)
    {
        await ReopenAsync(local);
        await new GroupService.GroupServiceClient(local.Services.Channels["group"]).RecordAccountAsync(
            new() { RequestId = Next(), Date = Reopened.FirstDay().ToProto(), Account = Account.Sga, AmountJpy = Late }, As("clerk"));
        await CloseAsync(local);
    }

    private async Task CloseAsync(LocalLedger local)
    {
        var prepared = await local.Closing("group").PreparePeriodAsync(new() { RequestId = Next(), Month = Reopened.ToProto() }, As("clerk"));
        await local.Closing("group").ClosePeriodAsync(Waiving.Close(Next(), Reopened.ToProto(), prepared.Findings), As("controller"));
    }

    private static string Exact(GetViewResponse view, string line, Func<ViewLine, Iij.Reporting.V1.Figure> figure) =>
        figure(view.Lines.Single(known => known.Line == line)).Exact;

    private static async Task<string> ReasonAsync(Task call) =>
        RpcErrors.InfoOf(await Assert.ThrowsAsync<RpcException>(() => call))!.Reason;

    private string Next() => $"signed-{++_requests}";

    private static CallOptions As(string actor) => new(new Metadata { { ActorMetadata.Key, actor } });
}
