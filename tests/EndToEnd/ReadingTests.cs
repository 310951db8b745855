using Iij.Local.Ledger;
using Iij.Reporting;
using Iij.Tests.Oracle;

namespace Iij.Tests.EndToEnd;

/// <summary>What the files may look like, and what only looks like a number or a date.</summary>
public sealed class ReadingTests
{
    private const string Orders = "backlog_orders.csv";
    private static readonly LineModel Lines = LineModel.ReadBuiltIn();

    [Fact]
    public void A_field_in_quotes_may_hold_commas_and_quotes()
    {
        var draft = BadInputs.Base(seed: 7);
        var day = draft.Rows(Orders).First(row => row["opening"] == "no")["received_on"];
        draft.Ledger[Orders].Lines.Add($"{day},\"SI,1\",operation,\"Bank \"\"A\"\", Ltd.\",5,\"no\"");
        draft.Ledger[Orders].Lines.Add($"{day},銀行-2,operation,銀行,5,no");
        var orders = Read(draft).Orders;
        Assert.Equal(("SI,1", "Bank \"A\", Ltd."), (orders[^2].OrderId, orders[^2].Industry));
        Assert.Equal(("銀行-2", "銀行"), (orders[^1].OrderId, orders[^1].Industry));
    }

    [Fact]
    public void Columns_may_stand_in_any_order_and_a_blank_line_at_the_end()
    {
        var draft = BadInputs.Base(seed: 7);
        var lines = draft.Ledger["atm.csv"].Lines;
        for (var line = 0; line < lines.Count; line++)
            lines[line] = string.Join(',', lines[line].Split(',').Reverse());
        lines.Add("");
        Assert.Equal(lines.Count - 2, Read(draft).Atm.Count);
    }

    [Theory]
    [InlineData("1,000", "fields")]
    [InlineData("\"1,000\"", "integer")]
    [InlineData(" 5", "integer")]
    [InlineData("+5", "integer")]
    [InlineData("1e3", "integer")]
    [InlineData("0x10", "integer")]
    [InlineData("５", "integer")]
    [InlineData("99999999999999999999", "integer")]
    public void What_only_looks_like_an_integer_is_refused(string amount, string word)
    {
        var draft = BadInputs.Base(seed: 7);
        var day = draft.Rows(Orders).First(row => row["opening"] == "no")["received_on"];
        draft.Ledger[Orders].Lines.Add($"{day},BAD-1,operation,Bank,{amount},no");
        RefusedAtTheLastLine(draft, word);
    }

    [Theory]
    [InlineData("2012-4-01")]
    [InlineData("20120401")]
    [InlineData("2012-04-01T00:00:00")]
    [InlineData(" 2012-04-01")]
    [InlineData("1 April 2012")]
    [InlineData("")]
    public void What_only_looks_like_a_date_is_refused(string date)
    {
        var draft = BadInputs.Base(seed: 7);
        draft.Ledger[Orders].Lines.Add($"{date},BAD-1,operation,Bank,5,no");
        RefusedAtTheLastLine(draft, "date");
    }

    [Fact]
    public void A_line_is_counted_as_an_editor_counts_it()
    {
        var draft = BadInputs.Base(seed: 7);
        var day = draft.Rows(Orders).First(row => row["opening"] == "no")["received_on"];
        draft.Ledger[Orders].Lines.Add($"{day},\"two");
        draft.Ledger[Orders].Lines.Add("lines\",operation,Bank,5,no");
        draft.Ledger[Orders].Lines.Add($"{day},BAD-1,operation,Bank,many,no");
        RefusedAtTheLastLine(draft, "integer");
    }

    private static LedgerFolder Read(Draft draft)
    {
        using var folder = new TemporaryFolder();
        draft.Write(folder.Path);
        return LedgerReader.Read(folder["ledger"], Lines);
    }

    private static void RefusedAtTheLastLine(Draft draft, string word)
    {
        var refused = Assert.Throws<InputException>(() => Read(draft));
        Assert.Equal((Orders, draft.Ledger[Orders].LastLine), (refused.File, refused.Line));
        Assert.Contains(word, refused.Reason, StringComparison.Ordinal);
    }
}
