using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>Laws over random histories: statements, states, events, the outbox, the audit.</summary>
public abstract partial class SourceLaws
{
    private const int FailPercent = 30;
    private const int StepsOfAHistory = 220;

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public Task A_statement_is_what_its_acknowledged_entries_sum_to(bool late, int turn) => Seeds.ManyAsync(turn, async (random, steps) =>
    {
        var bus = new FakeBus(FailPercent);
        await using var database = await CreateDatabaseAsync();
        await using var node = await Node.StartAsync(Business, database, bus, settings => settings.LateEntries = late
            ? Platform.LateEntryPolicy.PostToNextOpenPeriod
            : Platform.LateEntryPolicy.Refuse);
        // A leap February lies in it.
        var history = new History(node, random, steps, new YearMonth(2011, 12), late);
        await history.BeginAsync();
        for (var step = 0; step < StepsOfAHistory; step++)
            await history.StepAsync();
        await history.SettleAsync();
        Assert.True(history.Acknowledged > 25 && history.Statements > 5,
            $"the history says little: {history.Acknowledged} acknowledged, {history.Refused} refused, {history.Statements} statements");

        await CompareStatesAsync(node, history);
        Assert.All(history.Books.Entries.Where(entry => entry.Reverses is not null), entry => Assert.True(entry.Month >= entry.Reverses!.Month,
            $"entry {entry.Number} in {entry.Month} takes back entry {entry.Reverses!.Number}, which is in {entry.Reverses.Month}"));
        foreach (var (month, waived) in history.Waived)
        {
            var period = await node.AskAsync<GetPeriodResponse>(new GetPeriodRequest { Month = month.ToProto() });
            Assert.Equal(waived, period.Waivers.Select(waiver => waiver.Measure));
        }

        await CompareEntriesAsync(node, history.Books);
        await CompareSumsAsync(node);
        var audit = await node.AuditAsync();
        Assert.Empty(audit.Findings);
        Assert.Equal(history.Books.Entries.Count, audit.EntriesRead);
        await CompareEventsAsync(node, database, bus);
    });

    private static async Task CompareStatesAsync(Node node, History history)
    {
        var listed = (await node.AskAsync<ListPeriodsResponse>(new ListPeriodsRequest())).Periods;
        Assert.Equal(
            history.Months.Known.Select(month => (month.Key, month.Value)),
            listed.Select(each => (each.Month.ToYearMonth()!.Value,
                new MonthState(each.State, each.Revision, each.Impacted, each.PreparedBy))));
    }

    /// <summary>What was published is what is served, each at least once; the outbox is empty in the end.</summary>
    private protected static async Task CompareEventsAsync(Node node, TestDatabase database, FakeBus bus)
    {
        for (var turn = 0; await database.CountAsync("outbox") > 0; turn++)
        {
            Assert.True(turn < 600, $"{await database.CountAsync("outbox")} events are still in the outbox");
            await Task.Delay(100);
        }

        var source = await node.AskAsync<GetSourceResponse>(new GetSourceRequest());
        var events = await node.EventsAsync(pageSize: 7);
        Assert.Equal(Enumerable.Range(1, (int)source.LastSequence).Select(n => (long)n), events.Select(each => each.Sequence));
        Assert.All(events, each => Assert.Equal(each.Sequence - 1, each.PreviousSequence));
        Assert.All(events, each => Assert.Equal((source.Source, source.Incarnation), (each.Source, each.Incarnation)));
        Assert.Equal(events.Count, events.Select(each => each.EventId).Distinct().Count());
        Assert.Equal(events.Select(AsPublished).ToHashSet(), bus.Published.ToHashSet());
    }

    // Written out apart from the services' own mapping, which made what is compared here.
    private static PeriodEventPublished AsPublished(PeriodEvent each) => new(
        each.EventId, each.Source, each.Incarnation, each.Transition.ToString(), each.Month.ToYearMonth()!.Value.ToIso(), each.Revision,
        each.Sequence, each.PreviousSequence, Instant.FromDateTimeOffset(each.OccurredAt.ToDateTimeOffset()).ToMicroseconds(), each.Actor,
        each.Reason, each.Schema, each.Body,
        each.Waivers.Count == 0 ? "" : $"[{string.Join(",", each.Waivers.Select(waiver => JsonFormatter.Default.Format(waiver)))}]",
        each.KeyId, each.Signature.ToBase64());
}
