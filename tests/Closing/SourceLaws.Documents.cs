using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;

namespace Iij.Tests.Closing;

/// <summary>An entry keeps the document that it rests on, whatever its kind, and is found by it.</summary>
public abstract partial class SourceLaws
{
    private static readonly string[] _references = ["INV-7", "契約 12/3", "inv-7", "INV"];

    [Fact]
    public Task An_entry_keeps_its_document_and_is_found_by_it_in_every_month() => HoldsAsync(async (node, _, random, _) =>
    {
        var (books, given) = (new Books(), new Dictionary<long, Document?>());
        await node.RecordAsync(books, Business.Ground(March));
        var drafts = Business.EachKind(March)
            .Concat(Enumerable.Range(0, 15).Select(_ => Business.Sure(random, March.PlusMonths(random.Next(2)).FirstDay().PlusDays(random.Next(28)))));
        foreach (var draft in drafts)
        {
            var document = DocumentOf(random);
            var entry = await node.RecordAsync(books, draft with { Request = With(draft.Request, document) });
            given[entry.Number] = document;
        }

        var (taken, why) = (books.Entries[^1], new Document { Reference = "INV-7", Text = "sent twice" });
        var reversal = await node.AskAsync<ReverseEntryResponse>(
            new ReverseEntryRequest { RequestId = Node.NewId(), EntryNumber = taken.Number, Reason = "wrong", Document = why });
        given[reversal.Receipt.EntryNumber] = why;

        var all = new List<Entry>();
        foreach (var month in books.Entries.Select(entry => entry.Month).Distinct())
            all.AddRange(await node.EntriesAsync(month));
        Assert.All(all, entry => Assert.Equal(given.GetValueOrDefault(entry.EntryNumber), entry.Document));
        Assert.Equal(given.Count, all.Count(entry => given.ContainsKey(entry.EntryNumber)));
        foreach (var reference in _references)
            Assert.Equal(all.Where(entry => entry.Document?.Reference == reference).OrderBy(entry => entry.EntryNumber), await RestingOnAsync(node, reference));
        Assert.NotEmpty(await RestingOnAsync(node, "INV-7"));
    });

    [Fact]
    public Task A_document_that_says_nothing_or_does_not_print_is_refused() => HoldsAsync(async (node, _, random, _) =>
    {
        await node.RecordAsync(new Books(), Business.Ground(March));
        var before = await node.EntriesAsync(March);
        var draft = Business.Sure(random, March.LastDay());
        foreach (var wrong in new Document[]
        {
            new(), new() { Reference = new string('x', 101) }, new() { Reference = "a\u0000b" }, new() { Reference = " INV-7" },
            new() { Text = new string('x', 1_001) }, new() { Text = "a\nb" },
        })
        {
            await RefusedAsync("FIELD_INVALID", node.AskAsync(Wire.WithId(With(draft.Request, wrong), Node.NewId())));
        }

        await RefusedAsync("FIELD_INVALID", node.AskAsync(new ListDocumentEntriesRequest()));
        Assert.Equal(before, await node.EntriesAsync(March));
    });

    private static Document? DocumentOf(Random random) => random.Next(4) switch
    {
        0 => null,
        1 => new Document { Reference = "INV-7" },
        2 => new Document { Reference = "契約 12/3", Text = "wrongly addressed, 100% of the price" },
        _ => new Document { Text = "as agreed by telephone" },
    };

    private static IMessage With(IMessage request, Document? document)
    {
        var copy = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        if (document is not null)
            request.Descriptor.FindFieldByName("document").Accessor.SetValue(copy, document);
        return copy;
    }

    private static async Task<IReadOnlyList<Entry>> RestingOnAsync(Node node, string reference)
    {
        var entries = new List<Entry>();
        for (var next = new ListDocumentEntriesRequest { Reference = reference, PageSize = 3 }; ;)
        {
            var page = await node.AskAsync<ListDocumentEntriesResponse>(next);
            entries.AddRange(page.Entries);
            if (page.NextPageToken.Length == 0)
                return entries;
            next = new(next) { PageToken = page.NextPageToken };
        }
    }
}
