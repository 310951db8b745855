using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>Walking a list page by page gives everything once, whatever the size of a page.</summary>
public abstract partial class SourceLaws
{
    private static readonly int[] _pageSizes = [1, 7, 1_000];

    [Fact]
    public Task Pages_of_every_size_give_everything_once() => HoldsAsync(async (node, _, random, _) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March));
        await node.RecordAsync(books, Business.EachKind(March));
        await node.RecordAsync(books, Enumerable.Range(0, 15).Select(_ => Business.Sure(random, March.LastDay())));
        var months = Enumerable.Range(0, 8).Select(March.PlusMonths).ToList();
        foreach (var month in months)
            await node.CloseAsync(month);
        foreach (var size in _pageSizes)
        {
            await CompareEntriesAsync(node, books, size);
            await CompareKindsAsync(node, books, size);
            Assert.Equal(months, await MonthsAsync(node, size));
            Assert.Equal(16, (await node.EventsAsync(pageSize: size)).Count);
        }
    });

    [Fact]
    public Task A_page_of_a_wrong_size_or_with_a_foreign_token_is_refused() => HoldsAsync(async (node, _, random, _) =>
    {
        var month = March.ToProto();
        await node.RecordAsync(new Books(), Business.Ground(March));
        await node.RecordAsync(new Books(), Enumerable.Range(0, 3).Select(_ => Business.Sure(random, March.LastDay())));
        await node.CloseAsync(March);
        await node.CloseAsync(March.PlusMonths(1));
        foreach (var size in new[] { -1, 1_001, int.MinValue, int.MaxValue })
        {
            await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListEntriesRequest { Month = month, PageSize = size }));
            await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListPeriodsRequest { PageSize = size }));
            await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListPeriodEventsRequest { PageSize = size }));
        }

        await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListPeriodEventsRequest { AfterSequence = -1 }));
        var entries = await node.AskAsync<ListEntriesResponse>(new ListEntriesRequest { Month = month, PageSize = 1 });
        var periods = await node.AskAsync<ListPeriodsResponse>(new ListPeriodsRequest { PageSize = 1 });
        string[] nobodys =
        [
            "x", "%%%%", "2012-03", "AAAA", Convert.ToBase64String([0xFF, 0xFE, 0x00]),
            Convert.ToBase64String("-5"u8), Convert.ToBase64String(" 7 "u8),
        ];
        foreach (var token in nobodys.Append(periods.NextPageToken))
            await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListEntriesRequest { Month = month, PageToken = token }));
        foreach (var token in nobodys.Append(entries.NextPageToken))
            await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListPeriodsRequest { PageToken = token }));
    });

    private static async Task CompareKindsAsync(Node node, Books books, int size)
    {
        var all = await node.EntriesAsync(March);
        foreach (var kind in all.Select(entry => entry.Kind).Distinct())
        {
            var some = await node.EntriesAsync(March, size, kind);
            Assert.Equal(all.Where(entry => entry.Kind == kind), some);
        }

        Assert.Equal(books.Entries.Count(entry => entry.Month == March), all.Count);
    }

    private static async Task<IReadOnlyList<YearMonth>> MonthsAsync(Node node, int size)
    {
        var months = new List<YearMonth>();
        var token = "";
        do
        {
            var page = await node.AskAsync<ListPeriodsResponse>(new ListPeriodsRequest { PageSize = size, PageToken = token }, null);
            months.AddRange(page.Periods.Select(period => period.Month.ToYearMonth()!.Value));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return months;
    }
}
