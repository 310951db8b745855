using Grpc.Core;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>The close step by step: order, four eyes, reopening, locks, late entries, control totals.</summary>
public abstract partial class SourceLaws
{
    // What no statement has, what another source's has, and announcements, which are not amounts of a month.
    private static readonly string[] _undeclarable =
    [
        "", "nothing.at_all", "network", "network.", "atm.cost", "network.cost", "backlog.cost.equipmen", "cloud.capex", "group.balance",
        "group.balance.Total", "group.target.operating_income", "group.dividend.interim.pre_split", "group.shares.weighted_average",
        "group.split.ratio",
    ];

    [Fact]
    public Task Months_close_in_order_by_two_people() => HoldsAsync(async (node, _, random, _) =>
    {
        var (books, april) = (new Books(), March.PlusMonths(1));
        await node.RecordAsync(books, Business.Ground(March));
        await node.RecordAsync(books, Business.Sure(random, March.FirstDay()));
        await node.RecordAsync(books, Business.Sure(random, april.FirstDay()));
        Assert.Null((await node.AskAsync<GetSourceResponse>(new GetSourceRequest())).NextOpenMonth);
        var early = await node.AskAsync(Prepare(april), "akira");
        Assert.Equal(("PERIOD_ORDER", "2012-03"), (early.Reason, early.Info!.Metadata["close_first"]));
        await RefusedAsync("PERIOD_NOT_PREPARED", node.AskAsync(Close(March), "beni"));

        var prepared = await node.PrepareAsync(March, "akira");
        Assert.Equal((PeriodState.Prepared, "akira"), (prepared.Period.State, prepared.Period.PreparedBy));
        await RefusedAsync("PERIOD_NOT_OPEN", node.AskAsync(Prepare(March), "beni"));
        await RefusedAsync("PERIOD_CLOSED", node.AskAsync(Wire.WithId(Business.Sure(random, March.LastDay()).Request, Node.NewId())));
        await RefusedAsync("PERIOD_ORDER", node.AskAsync(Prepare(april), "akira"));
        var same = await node.AskAsync(Close(March), "akira");
        Assert.Equal(("SAME_PERSON", StatusCode.PermissionDenied), (same.Reason, same.Code));

        var closed = await node.FixAsync(March, "beni");
        Assert.Equal((PeriodState.Closed, 1, ""), (closed.Period.State, closed.Period.Revision, closed.Period.PreparedBy));
        Assert.Equal(prepared.TrialStatement, closed.Statement);
        var again = await node.AskAsync(Close(March), "beni");
        Assert.Equal(("PERIOD_ALREADY_CLOSED", "1"), (again.Reason, again.Info!.Metadata["revision"]));
        await RefusedAsync("PERIOD_NOT_PREPARED", node.AskAsync(Return(March)));
        await RefusedAsync("BEFORE_THE_BOOKS",
            node.AskAsync(Wire.WithId(Business.EachKind(March.PlusMonths(-1))[0].Request, Node.NewId())));
        Assert.Equal(april.ToProto(), (await node.AskAsync<GetSourceResponse>(new GetSourceRequest())).NextOpenMonth);
        await node.CloseAsync(april);
        await CompareAsync(node, books, [March, april]);
        Assert.Empty((await node.AuditAsync()).Findings);
    });

    [Fact]
    public Task A_reopened_month_heals_the_later_ones_by_rolling_forward() => HoldsAsync(async (node, _, random, _) =>
    {
        var (books, months) = (new Books(), Enumerable.Range(0, 4).Select(March.PlusMonths).ToList());
        await node.RecordAsync(books, Business.Ground(March));
        foreach (var month in months)
        {
            await node.RecordAsync(books, Enumerable.Range(0, 4).Select(_ => Business.Sure(random, month.OnDayOfMonth(20))));
            await node.CloseAsync(month);
        }

        var reopened = await node.ReopenAsync(months[1]);
        Assert.Equal(months[2..].Select(month => month.ToProto()), reopened.Impacted);
        Assert.All(months[2..], month => Assert.True(node.PeriodAsync(month).Result is { State: PeriodState.Closed, Impacted: true }));
        await RefusedAsync("PERIOD_IMPACTED", node.AskAsync(Lock(months[3])));
        await RefusedAsync("PERIOD_ORDER", node.AskAsync(Prepare(months[3].PlusMonths(1)), "akira"));
        await RefusedAsync("PERIOD_NOT_CLOSED", node.AskAsync(Reopen(months[1])));
        await node.RecordAsync(books, Business.Sure(random, months[1].OnDayOfMonth(5)));
        await RefusedAsync("PERIOD_CLOSED", node.AskAsync(Wire.WithId(Business.Sure(random, months[2].FirstDay()).Request, Node.NewId())));

        var closed = await node.CloseAsync(months[1]);
        Assert.Equal(months[2..].Select(month => month.ToProto()), closed.RolledForward);
        Assert.All(months[1..], month => Assert.True(node.PeriodAsync(month).Result is { Revision: 2, Impacted: false }));
        Assert.Equal(1, (await node.PeriodAsync(March)).Revision);
        await CompareAsync(node, books, months);
        Assert.Empty((await node.AuditAsync()).Findings);
    });

    [Fact]
    public Task A_prepared_month_goes_back_to_open_when_an_earlier_one_is_reopened() => HoldsAsync(async (node, _, random, _) =>
    {
        var (books, april, may) = (new Books(), March.PlusMonths(1), March.PlusMonths(2));
        await node.RecordAsync(books, Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        await node.CloseAsync(March);
        await node.CloseAsync(april);
        await node.ReopenAsync(april);
        await node.PrepareAsync(april);
        var before = (await node.EventsAsync()).Count;
        var reopened = await node.ReopenAsync(March);
        Assert.Equal([april.ToProto()], reopened.Returned);
        Assert.Equal(
            [(Transition.Reopened, March, "a late invoice", "recorder"), (Transition.Returned, april, "2012-03 was reopened", "recorder")],
            (await node.EventsAsync(before)).Select(each => (each.Transition, each.Month.ToYearMonth()!.Value, each.Reason, each.Actor)));
        Assert.True(await node.PeriodAsync(april) is { State: PeriodState.Reopened, Impacted: true, PreparedBy: "" });
        await RefusedAsync("PERIOD_NOT_PREPARED", node.AskAsync(Close(april), "closer"));
        await node.CloseAsync(March);
        await node.CloseAsync(april);
        await node.CloseAsync(may);
        await CompareAsync(node, books, [March, april, may]);
    });

    [Fact]
    public Task A_prepared_month_goes_back_to_open_when_an_earlier_one_closes() => HoldsAsync(async (node, _, random, _) =>
    {
        // April is the first with an activity; March, which has none, may close before it all the same.
        var (books, april) = (new Books(), March.PlusMonths(1));
        await node.RecordAsync(books, Business.Ground(March).Append(Business.Sure(random, april.OnDayOfMonth(9))));
        await node.PrepareAsync(april);
        await node.PrepareAsync(March);
        var closed = await node.FixAsync(March);
        Assert.Equal([april.ToProto()], closed.Returned);
        var last = (await node.EventsAsync())[^1];
        Assert.Equal((Transition.Returned, "2012-03 was closed"), (last.Transition, last.Reason));
        Assert.Equal(PeriodState.Open, (await node.PeriodAsync(april)).State);
        await node.CloseAsync(april);
        await CompareAsync(node, books, [March, april]);
    });

    [Fact]
    public Task A_locked_month_keeps_itself_and_all_before_it_closed() => HoldsAsync(async (node, _, random, _) =>
    {
        var april = March.PlusMonths(1);
        await node.RecordAsync(new Books(), Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        await RefusedAsync("PERIOD_NOT_CLOSED", node.AskAsync(Lock(March)));
        await node.CloseAsync(March);
        await node.CloseAsync(april);
        await node.AskAsync<LockPeriodResponse>(Lock(april));
        var refused = await node.AskAsync(Reopen(March));
        Assert.Equal(("PERIOD_LOCKED", "2012-04"), (refused.Reason, refused.Info!.Metadata["month"]));
        await RefusedAsync("PERIOD_LOCKED", node.AskAsync(Reopen(april)));
        await RefusedAsync("PERIOD_ALREADY_CLOSED", node.AskAsync(Close(april), "closer"));
        await RefusedAsync("PERIOD_NOT_LOCKED", node.AskAsync(Unlock(March)));
        await RefusedAsync("FIELD_INVALID", node.AskAsync(new UnlockPeriodRequest { RequestId = Node.NewId(), Month = april.ToProto() }));
        await RefusedAsync("FIELD_INVALID", node.AskAsync(new ReopenPeriodRequest { RequestId = Node.NewId(), Month = april.ToProto() }));
        await node.AskAsync<UnlockPeriodResponse>(Unlock(april));
        await node.ReopenAsync(March);
        await RefusedAsync("PERIOD_IMPACTED", node.AskAsync(Lock(april)));
    });

    [Fact]
    public Task A_late_entry_is_refused_or_posted_to_the_next_open_month() => Seeds.HoldsAsync(async (random, _) =>
    {
        foreach (var policy in Enum.GetValues<LateEntryPolicy>())
        {
            await using var database = await CreateDatabaseAsync();
            await using var node = await Node.StartAsync(Business, database, change: settings => settings.LateEntries = policy);
            var (books, april) = (new Books(), March.PlusMonths(1));
            await node.RecordAsync(books, Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
            await node.CloseAsync(March);
            await node.PrepareAsync(april);
            foreach (var draft in Business.EachKind(March))
            {
                var answer = await node.AskAsync(Wire.WithId(draft.Request, Node.NewId()));
                if (policy == LateEntryPolicy.PostToNextOpenPeriod && !draft.OwnMonth)
                    Assert.Equal(april.PlusMonths(1), books.Add(draft, answer.Receipt).Month);
                else if (answer.Reason is not ("ATM_UNKNOWN" or "ORDER_UNKNOWN"))
                    Assert.Equal(("PERIOD_CLOSED", "2012-05"), (answer.Reason, answer.Info!.Metadata["next_open_month"]));
            }

            await node.FixAsync(april);
            if (policy == LateEntryPolicy.PostToNextOpenPeriod)
                await node.CloseAsync(april.PlusMonths(1));
            await CompareEntriesAsync(node, books);
            await CompareAsync(node, books, policy == LateEntryPolicy.Refuse ? [March, april] : [March, april, april.PlusMonths(1)]);
            Assert.Empty((await node.AuditAsync()).Findings);
        }
    });

    [Fact]
    public Task What_a_later_month_takes_back_was_an_activity_of_its_own_month() => HoldsAsync(async (node, _, random, _) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March));
        Draft draft;
        do
            draft = Business.Sure(random, March.OnDayOfMonth(12));
        while (Business.IsReversedOnItsOwnDate(draft));
        var entry = await node.RecordAsync(books, draft);
        var on = March.PlusMonths(2).FirstDay();
        var reversal = new ReverseEntryRequest
        {
            RequestId = Node.NewId(), EntryNumber = entry.Number, Reason = "given back", ReversedOn = on.ToProto(),
        };
        books.Reverse(entry, on, (await node.AskAsync(reversal)).Receipt);
        await RefusedAsync("PERIOD_ORDER", node.AskAsync(Prepare(March.PlusMonths(2)), "akira"));
        foreach (var month in Enumerable.Range(0, 3).Select(March.PlusMonths))
            await node.CloseAsync(month);
        await CompareAsync(node, books, Enumerable.Range(0, 3).Select(March.PlusMonths));
    });

    [Fact]
    public Task A_control_total_refuses_what_it_does_not_equal() => HoldsAsync(async (node, _, random, _) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March));
        await node.RecordAsync(books, Business.EachKind(March));
        var facts = Business.Statement(books, March, isFirst: true).Where(fact => fact is { Date: "", Subject: "" }).ToList();
        foreach (var fact in facts)
        {
            await DeclareAsync(node, fact.Measure, fact.Unscaled + (random.Chance(50) ? 1 : -1));
            var refused = await node.AskAsync(Prepare(March), "akira");
            Assert.Equal("VALIDATION_FAILED", refused.Reason);
            Assert.Contains(fact.Measure, refused.Info!.Metadata["CONTROL_TOTAL_DIFFERS"], StringComparison.Ordinal);
            var trial = await node.AskAsync<GetTrialStatementResponse>(new GetTrialStatementRequest { Month = March.ToProto() });
            Assert.Single(trial.Findings, finding => finding.Code == "CONTROL_TOTAL_DIFFERS" && finding.Severity == Severity.Error);
            await DeclareAsync(node, fact.Measure, fact.Unscaled);
        }

        Assert.Equal(PeriodState.Open, (await node.PeriodAsync(March)).State);
        foreach (var measure in _undeclarable.Where(measure => !measure.StartsWith(Business.Name + ".c", StringComparison.Ordinal)))
            await RefusedAsync("FIELD_INVALID", node.AskAsync(Declaration(measure, 1)));
        await node.PrepareAsync(March);
        // Declared between the two closes: the hard close looks again.
        await DeclareAsync(node, Business.SomeFlow, -77);
        await RefusedAsync("VALIDATION_FAILED", node.AskAsync(Close(March), "closer"));
        await DeclareAsync(node, Business.SomeFlow, books.Flow(Business.SomeFlow, March));
        await node.FixAsync(March);
    });

    private static Task DeclareAsync(Node node, string measure, long amount) =>
        node.AskAsync<DeclareControlTotalResponse>(Declaration(measure, amount));

    private static DeclareControlTotalRequest Declaration(string measure, long amount) =>
        new() { RequestId = Node.NewId(), Month = March.ToProto(), Measure = measure, Amount = amount };

    private static PreparePeriodRequest Prepare(YearMonth month) => new() { RequestId = Node.NewId(), Month = month.ToProto() };

    private static ClosePeriodRequest Close(YearMonth month) => new() { RequestId = Node.NewId(), Month = month.ToProto() };

    private static ReturnPeriodRequest Return(YearMonth month) =>
        new() { RequestId = Node.NewId(), Month = month.ToProto(), Reason = "not yet" };

    private static LockPeriodRequest Lock(YearMonth month) => new() { RequestId = Node.NewId(), Month = month.ToProto() };

    private static UnlockPeriodRequest Unlock(YearMonth month) =>
        new() { RequestId = Node.NewId(), Month = month.ToProto(), Reason = "an error" };

    private static ReopenPeriodRequest Reopen(YearMonth month) =>
        new() { RequestId = Node.NewId(), Month = month.ToProto(), Reason = "an error" };
}
