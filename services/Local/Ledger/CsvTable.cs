using System.Text;
using CsvHelper;

namespace Iij.Local.Ledger;

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
