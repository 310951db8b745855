using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Iij.Contracts;

namespace Iij.Tests.Cli;

/// <summary>An exported table holds what the service answered, in a form that a spreadsheet reads as it is.</summary>
public sealed class ExportTests(ClosedBooks books) : IClassFixture<ClosedBooks>
{
    private const string Mark = "\uFEFF";
    private readonly Iij _iij = books.Iij();

    [Fact]
    public async Task A_CSV_file_has_a_heading_and_every_line_of_the_view()
    {
        var expected = await books.Reporting.GetViewAsync(new() { Period = books.Month });
        var text = await ExportAsync("view.csv", "view", books.Month);
        var rows = Csv(text);
        Assert.Equal(["line", books.Month, "change YoY", "YoY %", "unit"], rows[0]);
        Assert.Equal(expected.Lines.Select(line => (line.Line, line.Amount.Value)), rows.Skip(1).Select(row => (row[0], row[1])));
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        Assert.Equal(text, (await _iij.DoesAsync("view", books.Month, "--export", "-")).Output);
    }

    [Fact]
    public async Task A_mark_and_triangles_are_written_on_request()
    {
        Assert.DoesNotContain(Mark, await ExportAsync("plain.csv", "view", books.Month), StringComparison.Ordinal);
        var plain = Csv(await ExportAsync("plain.csv", "view", books.Month));
        var marked = await ExportAsync("marked.csv", "view", books.Month, "--bom", "--triangles");
        Assert.StartsWith(Mark, marked, StringComparison.Ordinal);
        var styled = Csv(marked[1..]);
        Assert.Contains(plain, row => row[2].StartsWith('-') && row[2].Length > 1 && char.IsAsciiDigit(row[2][1]));
        Assert.Equal(plain.Select(row => row[2]).Select(cell => char.IsAsciiDigit(cell.Last()) ? cell.Replace('-', '△') : cell), styled.Select(row => row[2]));
    }

    [Fact]
    public async Task A_workbook_has_numbers_as_numbers_and_says_of_which_position_they_are()
    {
        var expected = await books.Reporting.GetViewAsync(new() { Period = books.Month });
        await _iij.DoesAsync("view", books.Month, "--export", books.PathOf("view.xlsx"));
        var rows = Workbook(books.PathOf("view.xlsx"));
        Assert.Contains(rows, row => row is [(var text, false)] && text.Contains($"knowledge {expected.Knowledge}", StringComparison.Ordinal));
        foreach (var line in expected.Lines.Where(line => line.Amount.Value.Length > 0))
            Assert.Contains(rows, row => row.Count == 5 && row[0] == (line.Line, false) && row[1] == (line.Amount.Value, true));
    }

    [Fact]
    public async Task A_text_that_looks_like_a_formula_is_text()
    {
        var month = books.LastMonth.PlusMonths(1);
        var closing = books.Closing("group");
        var entries = await closing.ListEntriesAsync(new() { Month = books.LastMonth.ToProto(), Measure = "group.sga" });
        await closing.ReverseEntryAsync(new()
        {
            RequestId = "formula", EntryNumber = entries.Entries[0].EntryNumber, Reason = "=HYPERLINK(\"http://example.test\"), \"quoted\"",
            ReversedOn = month.FirstDay().ToProto(), Document = new() { Reference = "@INV-7", Text = "-cmd" },
        }, Books.As("carol"));
        var rows = Csv(await ExportAsync("entries.csv", "entries", "group", month.ToIso()));
        Assert.Contains(rows, row => row[^3..] is ["'=HYPERLINK(\"http://example.test\"), \"quoted\"", "'@INV-7", "'-cmd"]);
        await _iij.DoesAsync("entries", "group", month.ToIso(), "--export", books.PathOf("entries.xlsx"));
        Assert.Contains(Workbook(books.PathOf("entries.xlsx")), row => row.Contains(("=HYPERLINK(\"http://example.test\"), \"quoted\"", false)));
    }

    [Fact]
    public async Task An_explanation_is_exported_as_rows_that_add_up()
    {
        var rows = Csv(await ExportAsync("why.csv", "explain", "revenue.total", books.Month, "--unit", "jpy", "--leaves", "1000"));
        var level = Array.IndexOf(rows[0], "level");
        var exact = Array.IndexOf(rows[0], "exact");
        Assert.Equal(long.Parse(rows[1][exact], null), rows.Skip(1).Where(row => row[level] == "1").Sum(row => long.Parse(row[exact], null)));
    }

    [Fact]
    public async Task What_cannot_be_exported_is_refused()
    {
        Assert.Contains("neither", await _iij.FailsAsync(2, "view", books.Month, "--export", "view.pdf"), StringComparison.Ordinal);
        Assert.Contains("cannot be written", await _iij.FailsAsync(2, "view", books.Month, "--export", "/none/view.csv"), StringComparison.Ordinal);
        Assert.Contains("has none", await _iij.FailsAsync(2, "lineage", "revenue.total", books.Month, "--export", "-"), StringComparison.Ordinal);
        Assert.Contains("one of them", await _iij.FailsAsync(2, "view", books.Month, "--export", "-", "--json"), StringComparison.Ordinal);
    }

    private async Task<string> ExportAsync(string file, params string[] words)
    {
        var shown = await _iij.DoesAsync([.. words, "--export", books.PathOf(file)]);
        Assert.Equal("", shown.Output);
        return new UTF8Encoding(false).GetString(await File.ReadAllBytesAsync(books.PathOf(file)));
    }

    // RFC 4180, read once more by hand.
    private static List<string[]> Csv(string text)
    {
        var (rows, row, cell, quoted) = (new List<string[]>(), new List<string>(), new StringBuilder(), false);
        for (var at = 0; at < text.Length; at++)
        {
            if (quoted && text[at] == '"' && at + 1 < text.Length && text[at + 1] == '"')
                cell.Append(text[at++]);
            else if (text[at] == '"')
                quoted = !quoted;
            else if (!quoted && text[at] is ',' or '\n')
                End(text[at] == '\n');
            else if (quoted || text[at] != '\r')
                cell.Append(text[at]);
        }

        return rows;

        void End(bool ofRow)
        {
            row.Add(cell.ToString());
            cell.Clear();
            if (!ofRow)
                return;
            rows.Add([.. row]);
            row.Clear();
        }
    }

    // The cells of the only sheet, and whether each is a number.
    private static List<List<(string Text, bool IsNumber)>> Workbook(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        using var stream = archive.GetEntry("xl/worksheets/sheet1.xml")!.Open();
        return [.. XDocument.Load(stream).Descendants().Where(element => element.Name.LocalName == "row")
            .Select(row => row.Elements().Select(cell => (cell.Value, cell.Attribute("t") is null or { Value: "n" })).ToList())];
    }
}
