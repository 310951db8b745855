using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>The reversal of a late entry is in the month that took the entry, or later: never in its date's month before it.</summary>
public sealed class LateReversalTests
{
    private static readonly YearMonth _november = new(2012, 11);

    [Theory]
    [InlineData("sqlite", false)]
    [InlineData("postgres", false)]
    [InlineData("sqlite", true)]
    [InlineData("postgres", true)]
    public async Task A_late_entry_is_taken_back_where_it_was_posted(string engine, bool dated)
    {
        await using var database = await TestDatabase.CreateAsync(engine, "late");
        await using var node = await Node.StartAsync(
            new NetworkBusiness(), database, change: settings => settings.LateEntries = LateEntryPolicy.PostToNextOpenPeriod);
        await node.CloseAsync(_november);
        await node.CloseAsync(_november.PlusMonths(1));
        var late = (await node.AskAsync(Cost(5_000_000))).Receipt;
        Assert.Equal(new YearMonth(2013, 1).ToProto(), late.PostedMonth);

        await node.ReopenAsync(_november);
        var reversal = new ReverseEntryRequest
        {
            RequestId = Node.NewId(), EntryNumber = late.EntryNumber, Reason = "twice", ReversedOn = dated ? new LocalDate(2012, 11, 20).ToProto() : null,
        };
        Assert.Equal(late.PostedMonth, (await node.AskAsync(reversal)).Receipt.PostedMonth);
        var closed = await node.CloseAsync(_november);
        Assert.DoesNotContain("5000000", closed.Statement.Body, StringComparison.Ordinal);
        await node.CloseAsync(_november.PlusMonths(2));
        Assert.Empty((await node.AuditAsync()).Findings);
    }

    private static Iij.NetworkServices.V1.RecordCostRequest Cost(long amount) =>
        new() { RequestId = Node.NewId(), Date = _november.OnDayOfMonth(15).ToProto(), AmountJpy = amount };
}
