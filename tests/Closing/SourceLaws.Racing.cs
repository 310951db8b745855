using Iij.Contracts;
using Iij.Platform;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>Entries racing a close: in a statement, or refused; never lost, never in neither.</summary>
public abstract partial class SourceLaws
{
    private const int Rounds = 10;
    private const int Racers = 16;

    [Theory]
    [InlineData(LateEntryPolicy.Refuse)]
    [InlineData(LateEntryPolicy.PostToNextOpenPeriod)]
    public Task An_entry_that_races_a_close_is_in_a_statement_or_refused(LateEntryPolicy policy) => Seeds.HoldsAsync(
        async (random, steps) =>
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await Node.StartAsync(Business, database, change: settings => settings.LateEntries = policy);
        await RaceAsync([node], random, steps);
    }, (int)policy);

    /// <summary>Ten months, each closed while its entries come in at every instance.</summary>
    private protected static async Task RaceAsync(IReadOnlyList<Node> nodes, Random random, ICollection<string> steps)
    {
        var (books, node) = (new Books(), nodes[0]);
        await node.RecordAsync(books, node.Business.Ground(March));
        var months = Enumerable.Range(0, Rounds).Select(March.PlusMonths).ToList();
        var refused = 0;
        foreach (var month in months)
        {
            var drafts = Enumerable.Range(0, Racers)
                .Select(_ => node.Business.Sure(random, month.OnDayOfMonth(random.Next(28) + 1))).ToList();
            var racing = drafts.Select((draft, index) => AfterAsync(random, nodes[index % nodes.Count], draft)).ToList();
            await Task.WhenAll(nodes.Select(each => CloseAsync(each, month, random.Next(12))));
            var before = refused;
            foreach (var (draft, answer) in await Task.WhenAll(racing))
            {
                if (answer.IsOk)
                    Assert.True(books.Add(draft, answer.Receipt).Month >= month);
                else
                    refused++;
                Assert.True(answer.Reason is "" or "PERIOD_CLOSED", answer.ToString());
            }

            steps.Add($"{month.ToIso()}: {refused - before} of {Racers} refused");
            await CompareAsync(node, books, [month]);
        }

        await node.CloseAsync(months[^1].PlusMonths(1));
        await CompareAsync(node, books, months.Append(months[^1].PlusMonths(1)));
        await CompareEntriesAsync(node, books);
        var events = await node.EventsAsync();
        Assert.Equal(Enumerable.Range(1, 2 * (Rounds + 1)).Select(n => (long)n), events.Select(each => each.Sequence));
        Assert.Empty((await node.AuditAsync()).Findings);
    }

    private static async Task<(Draft, Answer)> AfterAsync(Random random, Node node, Draft draft)
    {
        var wait = random.Next(15);
        await Task.Yield();
        await Task.Delay(wait);
        return (draft, await node.AskAsync(Wire.WithId(draft.Request, Node.NewId())));
    }

    // The second caller, at this instance or at another, is refused and told why.
    private static async Task CloseAsync(Node node, YearMonth month, int wait)
    {
        await Task.Delay(wait);
        var prepared = await node.AskAsync(Prepare(month), "preparer");
        Assert.True(prepared.Reason is "" or "PERIOD_NOT_OPEN", prepared.ToString());
        var closed = await node.AskAsync(await node.ClosingAsync(month), "closer");
        Assert.True(closed.Reason is "" or "PERIOD_ALREADY_CLOSED", closed.ToString());
    }
}
