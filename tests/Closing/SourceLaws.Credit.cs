using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>Credit notes: a part of an entry is taken back with a reference to it, never more than is left; a month may go below zero.</summary>
public abstract partial class SourceLaws
{
    [Fact]
    public Task A_part_of_an_entry_is_credited_and_never_more_than_is_left() => HoldsAsync(async (node, _, _, _) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March));
        foreach (var draft in Business.EachKind(March))
        {
            var entry = await node.RecordAsync(books, draft);
            var lines = Business.Creditable(draft);
            if (lines.Count == 0)
                await RefusedAsync("ENTRY_NOT_CREDITABLE", node.AskAsync(Credit(entry, 1)));
            if (lines.Count > 1)
                await RefusedAsync("FIELD_INVALID", node.AskAsync(Credit(entry, 1)));
            foreach (var line in lines.Where(line => Math.Abs(line.Amount) > 1))
            {
                var left = Math.Abs(line.Amount);
                await RefusedAsync("CREDIT_BEYOND_LEFT", node.AskAsync(Credit(entry, left + 1, line.Measure)));
                var first = await CreditedAsync(node, books, entry, line, 1);
                await RefusedAsync("CREDIT_BEYOND_LEFT", node.AskAsync(Credit(entry, left, line.Measure)));
                await CreditedAsync(node, books, entry, line, left - 1);
                await RefusedAsync("ENTRY_CREDITED", node.AskAsync(Reverse(entry)));
                await RefusedAsync("ENTRY_NOT_CREDITABLE", node.AskAsync(Credit(first, 1)));
                // A credit note that is taken back leaves its part to be credited again.
                books.Reverse(first, first.Date, (await node.AskAsync(Reverse(first))).Receipt);
                await RefusedAsync("ENTRY_REVERSED", node.AskAsync(Credit(first, 1)));
                await CreditedAsync(node, books, entry, line, 1);
            }
        }

        await RefusedAsync("ENTRY_UNKNOWN", node.AskAsync(new CreditEntryRequest
        {
            RequestId = Node.NewId(), EntryNumber = 99_999, AmountJpy = 1, Reason = "a lower price",
        }));
        await node.CloseAsync(March);
        await CompareAsync(node, books, [March]);
        await CompareEntriesAsync(node, books);
        Assert.Empty((await node.AuditAsync()).Findings);
    });

    [Fact]
    public Task A_month_whose_credit_notes_exceed_what_it_recorded_is_below_zero_and_says_so() => HoldsAsync(async (node, _, _, _) =>
    {
        var (books, april) = (new Books(), March.PlusMonths(1));
        await node.RecordAsync(books, Business.Ground(March));
        var entries = new List<Recorded>();
        foreach (var draft in Business.EachKind(March))
            entries.Add(await node.RecordAsync(books, draft));
        await node.CloseAsync(March);
        var (entry, credited) = entries.SelectMany(entry => Business.Creditable(entry.Draft).Select(line => (entry, line)))
            .First(one => one.line.Measure == Business.SomeFlow);
        await CreditedAsync(node, books, entry, credited, credited.Amount, april.LastDay());
        Assert.Equal(-credited.Amount, books.Flow(credited.Measure, april));
        var trial = await node.AskAsync<GetTrialStatementResponse>(new GetTrialStatementRequest { Month = april.ToProto() });
        Assert.Contains(trial.Findings, finding => finding is { Code: "FLOW_NEGATIVE", Severity: Severity.Warning }
            && finding.Message.StartsWith($"{credited.Measure} is -{credited.Amount}", StringComparison.Ordinal));
        await node.CloseAsync(april);
        await CompareAsync(node, books, [March, april]);
    });

    private async Task<Recorded> CreditedAsync(Node node, Books books, Recorded entry, Line line, long amount, LocalDate? on = null)
    {
        var request = Credit(entry, amount, line.Measure);
        request.CreditedOn = on?.ToProto();
        var answer = await node.AskAsync(request);
        Assert.True(answer.IsOk, $"{answer}");
        Assert.Equal(answer.Receipt, (await node.AskAsync(request)).Receipt);
        return books.Credit(entry, on ?? entry.Date, Business.Credit(line, amount), answer.Receipt);
    }

    private static CreditEntryRequest Credit(Recorded entry, long amount, string measure = "") => new()
    {
        RequestId = Node.NewId(), EntryNumber = entry.Number, AmountJpy = amount, Measure = measure, Reason = "a lower price",
    };

    private static ReverseEntryRequest Reverse(Recorded entry) =>
        new() { RequestId = Node.NewId(), EntryNumber = entry.Number, Reason = "wrong" };
}
