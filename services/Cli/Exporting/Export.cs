using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using SpreadCheetah;
using SpreadCheetah.Styling;

namespace Iij.Cli.Exporting;

/// <summary>
/// Writes the tables of an answer to a file: CSV with a heading and rows alone, or XLSX with the lines around the tables too. Numbers are the digits
/// that the service printed; a text that a spreadsheet would take for a formula has an apostrophe in front.
/// </summary>
/// <param name="path">The file, .csv or .xlsx; "-" is CSV on standard output.</param>
/// <param name="withMark">Whether CSV begins with the byte order mark by which Excel knows UTF-8.</param>
/// <param name="withTriangles">Whether negative numbers are written as △123.</param>
internal sealed partial class Export(string path, bool withMark, bool withTriangles)
{
    private const string StandardOutput = "-";
    private const int ExactDigits = 15; // what a spreadsheet keeps of a number

    /// <summary>Whether a file has a name that says which format it is.</summary>
    public static bool CanBe(string path) => path == StandardOutput || IsCsv(path) || IsXlsx(path);

    /// <summary>Writes the file; one that is there is replaced.</summary>
    public async Task WriteAsync(Sheet sheet, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        if (sheet.Tables.Count == 0)
            throw new UsageException("--export writes tables, and this answer has none; --json has the whole answer");
        if (path == StandardOutput)
            WriteCsv(Console.Out, sheet);
        else
            await WriteFileAsync(sheet, cancel);
    }

    private async Task WriteFileAsync(Sheet sheet, CancellationToken cancel)
    {
        try
        {
            await using var file = File.Create(path);
            if (IsXlsx(path))
            {
                await WriteXlsxAsync(file, sheet, cancel);
                return;
            }

            await using var text = new StreamWriter(file, new UTF8Encoding(withMark));
            WriteCsv(text, sheet);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be written: {error.Message}");
        }
    }

    private void WriteCsv(TextWriter to, Sheet sheet)
    {
        using var csv = CsvWriter.Create(to, new CsvWriterOptions { Injection = CsvInjection.Escape, ValidateFieldCount = false }, leaveOpen: true);
        foreach (var (table, index) in sheet.Tables.Select((table, index) => (table, index)))
        {
            if (index > 0)
                csv.EndRecord();
            foreach (var row in table)
            {
                foreach (var cell in row)
                    WriteField(csv, cell);
                csv.EndRecord();
            }
        }
    }

    // A number is written as one: its sign is not taken for the beginning of a formula.
    private void WriteField(CsvWriter csv, string cell)
    {
        if (!Number().IsMatch(cell) || !decimal.TryParse(cell, NumberStyles.Number, CultureInfo.InvariantCulture, out var number))
            csv.WriteField(cell);
        else if (withTriangles && number < 0)
            csv.WriteField($"△{cell[1..]}");
        else
            csv.WriteField(number, "");
    }

    private async Task WriteXlsxAsync(Stream to, Sheet sheet, CancellationToken cancel)
    {
        await using var workbook = await Spreadsheet.CreateNewAsync(to, cancellationToken: cancel);
        await workbook.StartWorksheetAsync("iij", token: cancel);
        var bold = workbook.AddStyle(new Style { Font = new() { Bold = true } });
        var styles = new Dictionary<int, StyleId>();
        foreach (var note in sheet.Notes)
            await workbook.AddRowAsync([new StyledCell(note, null)], cancel);
        foreach (var table in sheet.Tables)
        {
            await workbook.AddRowAsync(Array.Empty<StyledCell>(), cancel);
            await workbook.AddRowAsync([.. table[0].Select(heading => new StyledCell(heading, bold))], cancel);
            foreach (var row in table.Skip(1))
                await workbook.AddRowAsync([.. row.Select(cell => Cell(cell, decimals => Style(workbook, styles, decimals)))], cancel);
        }

        await workbook.FinishAsync(cancel);
    }

    // A number with more digits than a spreadsheet keeps stays the text that it is.
    private static StyledCell Cell(string text, Func<int, StyleId> style) =>
        Number().IsMatch(text) && text.Count(char.IsAsciiDigit) <= ExactDigits
            ? new StyledCell(decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture), style(text.Split('.').ElementAtOrDefault(1)?.Length ?? 0))
            : new StyledCell(text, null);

    private StyleId Style(Spreadsheet workbook, Dictionary<int, StyleId> known, int decimals)
    {
        if (known.TryGetValue(decimals, out var style))
            return style;
        var digits = decimals == 0 ? "#,##0" : $"#,##0.{new string('0', decimals)}";
        var format = withTriangles ? $"{digits};\"△\"{digits}" : digits;
        return known[decimals] = workbook.AddStyle(new Style { Format = NumberFormat.Custom(format) });
    }

    private static bool IsCsv(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    private static bool IsXlsx(string path) => path.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^[+-]?[0-9]+(\.[0-9]+)?$")]
    private static partial Regex Number();
}
