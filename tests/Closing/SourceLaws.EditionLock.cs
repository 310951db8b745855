using Iij.Closing.V1;
using Iij.Contracts;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>What the group's sign-off does at a source: months are locked together or not at all, and only reporting releases them.</summary>
public abstract partial class SourceLaws
{
    private const string Key = "a key";

    [Fact]
    public Task The_months_of_an_edition_are_locked_all_or_none_and_released_with_its_key() => HoldsAsync(async (node, _, random, _) =>
    {
        var april = March.PlusMonths(1);
        await node.RecordAsync(new Model.Books(), Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        await node.CloseAsync(March);
        await RefusedAsync("PERIOD_NOT_CLOSED", node.AskAsync(await LockForAsync(node, "one", March, april)));
        Assert.Equal(PeriodState.Closed, (await node.PeriodAsync(March)).State);
        await node.CloseAsync(april);
        var behind = await LockForAsync(node, "one", March, april);
        behind.ExpectedSequence--;
        await RefusedAsync("SOURCE_AHEAD", node.AskAsync(behind));
        Assert.Empty((await node.PeriodAsync(March)).Editions);

        var first = await LockForAsync(node, "one", March, april);
        await node.AskAsync<LockForEditionResponse>(first);
        first.RequestId = Node.NewId(); // its events have moved the source on: the same edition is locked already
        await node.AskAsync<LockForEditionResponse>(first);
        await node.AskAsync<LockForEditionResponse>(await LockForAsync(node, "two", april));
        Assert.Equal((PeriodState.Locked, "one two"), Shown(await node.PeriodAsync(april)));
        Assert.Equal(["one", "one"], (await node.EventsAsync()).Where(e => e.Transition == Transition.Locked).Select(e => e.Reason));

        await RefusedAsync("LOCKED_BY_EDITION", node.AskAsync(Unlock(april)));
        await RefusedAsync("LOCK_KEY_WRONG", node.AskAsync(Release("another key", ["one"], March, april)));
        await RefusedAsync("FIELD_INVALID", node.AskAsync(Release(Key, ["one", "one"], March)));
        await node.AskAsync<UnlockFromEditionsResponse>(Release(Key, ["one"], March, april));
        Assert.Equal((PeriodState.Closed, ""), Shown(await node.PeriodAsync(March)));
        Assert.Equal((PeriodState.Locked, "two"), Shown(await node.PeriodAsync(april)));
        await node.AskAsync<UnlockFromEditionsResponse>(Release(Key, ["one"], March, april)); // a repeat changes nothing
        await node.AskAsync<UnlockFromEditionsResponse>(Release(Key, ["two"], april));
        await node.ReopenAsync(March);
    });

    [Fact]
    public Task A_month_that_was_locked_by_hand_stays_locked_when_an_edition_releases_it() => HoldsAsync(async (node, _, random, _) =>
    {
        await node.RecordAsync(new Model.Books(), Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        await node.CloseAsync(March);
        await node.AskAsync<LockPeriodResponse>(Lock(March));
        await node.AskAsync<LockForEditionResponse>(await LockForAsync(node, "one", March));
        await node.AskAsync<UnlockFromEditionsResponse>(Release(Key, ["one"], March));
        Assert.Equal((PeriodState.Locked, ""), Shown(await node.PeriodAsync(March)));
        await node.AskAsync<UnlockPeriodResponse>(Unlock(March));
        await node.AskAsync<LockForEditionResponse>(await LockForAsync(node, "two", March));
        await node.AskAsync<UnlockFromEditionsResponse>(Release(Key, ["two"], March));
        Assert.Equal((PeriodState.Closed, ""), Shown(await node.PeriodAsync(March)));
    });

    [Fact]
    public Task A_rejection_is_shown_until_another_revision_replaces_it() => HoldsAsync(async (node, _, random, _) =>
    {
        await node.RecordAsync(new Model.Books(), Business.Ground(March).Append(Business.Sure(random, March.FirstDay())));
        await node.CloseAsync(March);
        await RefusedAsync("REVISION_UNKNOWN", node.AskAsync(Note(2, "no")));
        await node.AskAsync<NoteRejectionResponse>(Note(1, "booked twice"), "accountant");
        var rejection = (await node.PeriodAsync(March)).Rejection;
        Assert.Equal((1, "accountant", "booked twice"), (rejection.Revision, rejection.Actor, rejection.Reason));
        await node.AskAsync<NoteRejectionResponse>(Note(1, ""), "accountant");
        Assert.Null((await node.PeriodAsync(March)).Rejection);
        await node.AskAsync<NoteRejectionResponse>(Note(1, "booked twice"), "accountant");
        await node.ReopenAsync(March);
        await node.CloseAsync(March);
        Assert.Null((await node.PeriodAsync(March)).Rejection);
    });

    private static async Task<LockForEditionRequest> LockForAsync(Node node, string edition, params YearMonth[] months)
    {
        var source = await SourceAsync(node);
        return new LockForEditionRequest
        {
            RequestId = Node.NewId(), Edition = edition, Key = Key, Months = { months.Select(month => month.ToProto()) },
            ExpectedIncarnation = source.Incarnation, ExpectedSequence = source.LastSequence,
        };
    }

    private static UnlockFromEditionsRequest Release(string key, string[] editions, params YearMonth[] months) => new()
    {
        RequestId = Node.NewId(), Reason = "a correction", Months = { months.Select(month => month.ToProto()) },
        Editions = { editions.Select(edition => new EditionKey { Edition = edition, Key = key }) },
    };

    private static NoteRejectionRequest Note(int revision, string reason) =>
        new() { RequestId = Node.NewId(), Month = March.ToProto(), Revision = revision, Reason = reason };

    private static (PeriodState State, string Editions) Shown(PeriodStatus period) => (period.State, string.Join(' ', period.Editions));
}
