using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;

namespace Iij.Tests.Closing;

/// <summary>The entries behind a revision: they add up to its statement, and every filter gives what a reader would pick out by hand.</summary>
public abstract partial class SourceLaws
{
    /// <summary>The flows of every revision that was ever fixed are the sums of the entries that the source gives for that revision.</summary>
    private protected static async Task CompareSumsAsync(Node node)
    {
        var statements = (await node.EventsAsync()).Where(each => each.Body.Length > 0).ToList();
        var posted = (await Task.WhenAll(statements.Select(each => each.Month.ToYearMonth()!.Value).Distinct().Select(month => node.EntriesAsync(month))))
            .SelectMany(entries => entries).SelectMany(entry => entry.Postings).Select(posting => posting.Measure).ToHashSet();
        foreach (var each in statements)
        {
            foreach (var fact in Fact.Of(MeasureCatalog.Parse(each.Schema, each.Body)!).Where(IsPostedFlow))
            {
                var sums = await SumsAsync(node, new() { Month = each.Month, Measure = fact.Measure, Revision = each.Revision, PageSize = 3 });
                Assert.Equal(fact.Unscaled, sums.Sum(sum => sum.Amount));
                Assert.Equal(sums.Count, sums.Select(sum => sum.Subject).Distinct().Count());
                if (each.Revision > 1)
                    await CompareRevisionsAsync(node, each, fact.Measure);
            }
        }

        bool IsPostedFlow(Fact fact) => fact is { Subject: "", Date: "" } && MeasureCatalog.Find(fact.Measure)!.Nature == Nature.Flow
            && posted.Contains(fact.Measure);
    }

    // What one revision has more than the one before: as sums, and entry by entry.
    private static async Task CompareRevisionsAsync(Node node, PeriodEvent later, string measure)
    {
        var request = new ListEntrySumsRequest { Month = later.Month, Measure = measure, Revision = later.Revision };
        var with = (await SumsAsync(node, request)).Sum(sum => sum.Amount);
        var without = (await SumsAsync(node, new(request) { Revision = later.Revision - 1 })).Sum(sum => sum.Amount);
        var between = (await SumsAsync(node, new(request) { AgainstRevision = later.Revision - 1 })).Sum(sum => sum.Amount);
        Assert.Equal(with - without, between);
        var entries = await PickedAsync(node, new ListEntriesRequest
        {
            Month = later.Month, Measure = measure, Revision = later.Revision, AgainstRevision = later.Revision - 1, PageSize = 2,
        });
        Assert.Equal(between, entries.SelectMany(entry => entry.Postings).Where(posting => posting.Measure == measure).Sum(posting => posting.Amount));
    }

    [Fact]
    public Task A_filter_gives_the_entries_that_a_reader_would_pick_out_by_hand() => HoldsAsync(async (node, _, random, _) =>
    {
        var books = new Books();
        await node.RecordAsync(books, Business.Ground(March));
        await node.RecordAsync(books, Business.EachKind(March));
        foreach (var draft in Enumerable.Range(0, 25).Select(_ => Business.Sure(random, March.FirstDay().PlusDays(random.Next(31)))))
            await node.RecordAsync(books, draft with { Request = With(draft.Request, DocumentOf(random)) });
        foreach (var entry in books.Entries.Where(entry => entry.Month == March).TakeLast(3).ToList())
            await node.AskAsync(new ReverseEntryRequest { RequestId = Node.NewId(), EntryNumber = entry.Number, Reason = "100%_Wrong!" });
        var all = await node.EntriesAsync(March);
        for (var round = 0; round < 40; round++)
        {
            var request = Filter(random, all);
            var expected = all.Where(entry => Picks(request, entry)).ToList();
            Assert.Equal(expected, await PickedAsync(node, request));
        }

        Assert.Equal(3, (await PickedAsync(node, new() { Month = March.ToProto(), Text = "%_wrong!" })).Count);
        Assert.Empty(await PickedAsync(node, new() { Month = March.ToProto(), Text = "100__wrong" }));
    });

    [Fact]
    public Task What_no_entries_can_be_of_is_refused() => HoldsAsync(async (node, _, random, _) =>
    {
        var month = March.ToProto();
        await node.RecordAsync(new Books(), Business.Ground(March));
        await node.RecordAsync(new Books(), [Business.Sure(random, March.LastDay())]);
        await RefusedAsync("REVISION_UNKNOWN", node.AskAsync(new ListEntriesRequest { Month = month, Revision = 1 }));
        await RefusedAsync("REVISION_UNKNOWN", node.AskAsync(new ListEntriesRequest { Month = month, AgainstRevision = -1 }));
        await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListEntriesRequest { Month = month, Measure = "other.cost" }));
        await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListEntriesRequest { Month = month, FromDate = new() { Year = 2012, Month = 2, Day = 30 } }));
        await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListEntriesRequest { Month = month, Text = new string('x', 101) }));
        await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListEntrySumsRequest { Month = month }));
        await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListEntrySumsRequest { Month = month, Measure = "x", PageToken = "x" }));
    });

    private static ListEntriesRequest Filter(Random random, IReadOnlyList<Entry> all)
    {
        var (entry, month) = (random.One(all), March.ToProto());
        var posting = entry.Postings.Count > 0 ? random.One(entry.Postings) : new Posting();
        return new ListEntriesRequest
        {
            Month = month, PageSize = 1 + random.Next(9), Kind = random.Chance(20) ? entry.Kind : "",
            Measure = random.Chance(50) ? posting.Measure : "", Subject = random.Chance(40) ? posting.Subject : "",
            Actor = random.Chance(20) ? entry.Actor : "", Text = random.Chance(15) ? "wrong" : "",
            FromDate = random.Chance(40) ? entry.Date : null, ToDate = random.Chance(40) ? random.One(all).Date : null,
        };
    }

    private static bool Picks(ListEntriesRequest request, Entry entry) =>
        (request.Kind.Length == 0 || entry.Kind == request.Kind) && (request.Actor.Length == 0 || entry.Actor == request.Actor)
        && new[] { entry.Reason, entry.Document?.Reference ?? "", entry.Document?.Text ?? "" }.Any(
            text => text.Contains(request.Text, StringComparison.OrdinalIgnoreCase))
        && (request.FromDate is null || entry.Date.ToLocalDate() >= request.FromDate.ToLocalDate())
        && (request.ToDate is null || entry.Date.ToLocalDate() <= request.ToDate.ToLocalDate())
        && ((request.Measure.Length == 0 && request.Subject.Length == 0) || entry.Postings.Any(posting =>
            (request.Measure.Length == 0 || posting.Measure == request.Measure) && (request.Subject.Length == 0 || posting.Subject == request.Subject)));

    private static async Task<IReadOnlyList<Entry>> PickedAsync(Node node, ListEntriesRequest request)
    {
        var entries = new List<Entry>();
        for (var next = request; ;)
        {
            var page = await node.AskAsync<ListEntriesResponse>(next);
            entries.AddRange(page.Entries);
            if (page.NextPageToken.Length == 0)
                return entries;
            next = new(request) { PageToken = page.NextPageToken };
        }
    }

    private static async Task<IReadOnlyList<EntrySum>> SumsAsync(Node node, ListEntrySumsRequest request)
    {
        var sums = new List<EntrySum>();
        for (var next = request; ;)
        {
            var page = await node.AskAsync<ListEntrySumsResponse>(next);
            sums.AddRange(page.Sums);
            if (page.NextPageToken.Length == 0)
                return sums;
            next = new(request) { PageToken = page.NextPageToken };
        }
    }
}
