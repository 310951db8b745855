using System.Collections;
using Google.Protobuf;

namespace Iij.Tests.Fuzzing;

/// <summary>Every list in pages of one gives what one page of 1,000 gives, and no page is larger than asked.</summary>
public sealed class PageTests(World world) : IClassFixture<World>
{
    [Fact]
    public async Task Every_list_has_pages_that_add_up()
    {
        var lists = world.Rpcs.Where(rpc => rpc.Method.Name.StartsWith("List", StringComparison.Ordinal)
            && rpc.Method.Name != "ListFigureEntries" // needs a closed month; its pages have a law of their own (EndToEnd.ExplanationTests)
            && rpc.Method.InputType.FindFieldByName("page_token") is not null).ToList();
        Assert.True(lists.Count >= 16, $"{lists.Count} lists");
        foreach (var rpc in lists)
        {
            var whole = await ReadAsync(rpc, 1_000, "");
            Assert.Equal("", whole.Next);
            var pieces = new List<string>();
            var token = "";
            do
            {
                var page = await ReadAsync(rpc, 1, token);
                Assert.True(page.Rows.Count <= 1, $"{rpc}: {page.Rows.Count} rows");
                pieces.AddRange(page.Rows);
                token = page.Next;
            }
            while (token.Length > 0 && pieces.Count <= whole.Rows.Count);
            Assert.True(whole.Rows.SequenceEqual(pieces), $"{rpc}: {whole.Rows.Count} rows in one page, {pieces.Count} in pages of one");
        }
    }

    private static async Task<(IReadOnlyList<string> Rows, string Next)> ReadAsync(Rpc rpc, int size, string token)
    {
        var request = Samples.Of(rpc);
        Samples.Set(request, "page_size", size);
        Samples.Set(request, "page_token", token);
        foreach (var filter in request.Descriptor.Fields.InDeclarationOrder()
            .Where(field => field.Name is "kind" or "band" or "from" or "to"))
        {
            if (rpc.Method.Name != "ListBacklogOrders")
                filter.Accessor.Clear(request);
        }

        var answer = await rpc.SendAsync(request);
        Assert.True(answer.IsOk, $"{rpc}: {answer}");
        var response = rpc.Method.OutputType.Parser.ParseFrom(answer.Body);
        var rows = (IList)rpc.Method.OutputType.Fields.InDeclarationOrder().Single(field => field.IsRepeated).Accessor.GetValue(response);
        var next = (string)rpc.Method.OutputType.FindFieldByName("next_page_token").Accessor.GetValue(response);
        return ([.. rows.Cast<IMessage>().Select(row => row.ToString()!)], next);
    }
}
