using System.Globalization;
using System.Text;
using CsvHelper;
using Iij.Contracts;
using NodaTime;

namespace Iij.Local.Ledger;

/// <summary>An input file is refused: names the file, the line (1 is the header) and the reason.</summary>
public sealed class InputException(string file, int line, string reason) : Exception($"{file}:{line}: {reason}")
{
    /// <summary>The file's name.</summary>
    public string File { get; } = file;

    /// <summary>The line, from 1; 0 where the file itself is absent or unknown.</summary>
    public int Line { get; } = line;

    /// <summary>The error.</summary>
    public string Reason { get; } = reason;
}

/// <summary>One row of an input file: fields by column name, each read into a value or refused with file and line.</summary>
public sealed class CsvRow(string file, int line, IReadOnlyDictionary<string, string> fields)
{
    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>The file's name.</summary>
    public string File { get; } = file;

    /// <summary>The text of a column.</summary>
    public string this[string column] => fields[column];

    /// <summary>Refuses the row.</summary>
    public InputException Refuse(string reason) => new(File, Line, reason);

    /// <summary>A text that is not empty.</summary>
    public string Text(string column) => this[column].Trim().Length > 0 ? this[column] : throw Refuse($"{column} is empty");

    /// <summary>A month, 2012-12.</summary>
    public YearMonth Month(string column) =>
        Contracts.Calendar.ParseMonth(this[column]) ?? throw Refuse($"{column} \"{this[column]}\" is not a month such as 2012-12");

    /// <summary>A date, 2012-12-31.</summary>
    public LocalDate Date(string column) =>
        Contracts.Calendar.ParseDate(this[column]) ?? throw Refuse($"{column} \"{this[column]}\" is not a date such as 2012-12-31");

    /// <summary>A fiscal year, FY2012.</summary>
    public string FiscalYear(string column) => ReportingPeriod.Parse(this[column]) is { Length: PeriodLength.Year }
        ? this[column]
        : throw Refuse($"{column} \"{this[column]}\" is not a fiscal year such as FY2012");

    /// <summary>A whole number of either sign, without separators.</summary>
    public long Amount(string column)
    {
        var text = this[column];
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || text.StartsWith('+'))
            throw Refuse($"{column} \"{text}\" is not an integer");
        return value is >= -Platform.Fields.AmountMax and <= Platform.Fields.AmountMax
            ? value
            : throw Refuse($"{column} \"{text}\" is beyond {Platform.Fields.AmountMax}");
    }

    /// <summary>A whole number, zero or more.</summary>
    public long NotNegative(string column) => Amount(column) is >= 0 and var value ? value : throw Refuse($"{column} {this[column]} is negative");

    /// <summary>A whole number above zero.</summary>
    public long Positive(string column) => Amount(column) is > 0 and var value ? value : throw Refuse($"{column} {this[column]} is not above zero");

    /// <summary>One of the words a column knows.</summary>
    public string Word(string column, params string[] known) => known.Contains(this[column])
        ? this[column]
        : throw Refuse($"{column} \"{this[column]}\" is unknown; known are {string.Join(", ", known)}");

    /// <summary>yes or no.</summary>
    public bool YesNo(string column) => Word(column, "yes", "no") == "yes";
}

/// <summary>Reads input files: UTF-8 with or without a mark, LF or CRLF, a header that has exactly the columns expected.</summary>
public static class CsvTable
{
    /// <summary>The rows of a file; throws <see cref="InputException"/> where it cannot be read.</summary>
    public static IReadOnlyList<CsvRow> Read(string path, params string[] columns)
    {
        var file = Path.GetFileName(path);
        if (!System.IO.File.Exists(path))
            throw new InputException(file, 0, $"is absent in {Path.GetDirectoryName(Path.GetFullPath(path))}");
        using var reader = CsvReader.FromText(Decode(file, System.IO.File.ReadAllBytes(path)),
            new CsvReaderOptions { HasHeader = false, Separator = ',', TrackLineNumbers = true });
        if (!reader.Read())
            throw new InputException(file, 1, "is empty; the header is missing");
        var header = Fields(reader);
        CheckHeader(file, header, columns);
        var rows = new List<CsvRow>();
        while (reader.Read())
            rows.Add(ToRow(file, (int)reader.LineNumber, header, Fields(reader)));
        return rows;
    }

    private static string[] Fields(CsvReader reader) => [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];

    private static CsvRow ToRow(string file, int line, string[] header, string[] record)
    {
        if (record.Length != header.Length)
            throw new InputException(file, line, $"has {record.Length} fields, the header has {header.Length} columns");
        return new CsvRow(file, line, header.Zip(record).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    private static void CheckHeader(string file, string[] header, string[] columns)
    {
        if (header.FirstOrDefault(column => !columns.Contains(column)) is { } unknown)
            throw new InputException(file, 1, $"unknown column \"{unknown}\"; known are {string.Join(", ", columns)}");
        if (columns.FirstOrDefault(column => !header.Contains(column)) is { } absent)
            throw new InputException(file, 1, $"column \"{absent}\" is absent");
        if (header.Length != columns.Length)
            throw new InputException(file, 1, "a column stands twice");
    }

    private static string Decode(string file, byte[] bytes)
    {
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        var start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        try
        {
            return strict.GetString(bytes, start, bytes.Length - start);
        }
        catch (DecoderFallbackException error)
        {
            var at = Math.Max(0, start + error.Index);
            throw new InputException(file, 1 + bytes.AsSpan(0, Math.Min(at, bytes.Length)).Count((byte)'\n'), "is not UTF-8");
        }
    }
}
