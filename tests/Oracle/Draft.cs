namespace Iij.Tests.Oracle;

/// <summary>A ledger folder and a figures file in memory, to be written or spoiled. No field holds a comma or a quote.</summary>
public sealed class Draft
{
    public SortedDictionary<string, DraftFile> Ledger { get; } = new(StringComparer.Ordinal);
    public DraftFile Figures { get; set; } = new();

    public DraftFile this[string file] => file == Schema.FiguresFile ? Figures : Ledger[file];

    /// <summary>Reads a valid ledger folder, and a figures file if one is named.</summary>
    public static Draft Read(string ledgerFolder, string? figuresFile = null)
    {
        var draft = new Draft();
        foreach (var path in Directory.EnumerateFiles(ledgerFolder))
            draft.Ledger[Path.GetFileName(path)] = DraftFile.FromBytes(File.ReadAllBytes(path));
        if (figuresFile is not null)
            draft.Figures = DraftFile.FromBytes(File.ReadAllBytes(figuresFile));
        return draft;
    }

    /// <summary>Writes folder/ledger and folder/figures.csv, replacing a ledger that was there.</summary>
    public void Write(string folder)
    {
        var ledgerFolder = Path.Combine(folder, "ledger");
        if (Directory.Exists(ledgerFolder))
            Directory.Delete(ledgerFolder, recursive: true);
        Directory.CreateDirectory(ledgerFolder);
        foreach (var (name, file) in Ledger)
            File.WriteAllBytes(Path.Combine(ledgerFolder, name), file.ToBytes());
        File.WriteAllBytes(Path.Combine(folder, Schema.FiguresFile), Figures.ToBytes());
    }

    /// <summary>Data rows as fields by column.</summary>
    public IEnumerable<Row> Rows(string file)
    {
        var lines = this[file].Lines;
        var columns = lines[0].Split(',');
        for (var index = 1; index < lines.Count; index++)
            yield return new Row(index + 1, columns, lines[index].Split(','));
    }
}

/// <summary>One data row of a CSV file.</summary>
public sealed record Row(int Line, string[] Columns, string[] Fields)
{
    public string this[string column] => Fields[Array.IndexOf(Columns, column)];
    public Rational Number(string column) => Rational.Parse(this[column]) ?? throw new FormatException($"line {Line}: {column}");
    public int Month(string column = "month") => Period.ParseMonth(this[column]) ?? throw new FormatException($"line {Line}: {column}");
    public DateOnly Day(string column) => Period.ParseDay(this[column]) ?? throw new FormatException($"line {Line}: {column}");
}
