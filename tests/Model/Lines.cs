namespace Iij.Tests.Model;

/// <summary>What the reference file of lines says, read here once more.</summary>
public static class Lines
{
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "lines.csv");

    public static IReadOnlyList<(string Name, string Definition)> Rows { get; } = [.. System.IO.File.ReadAllLines(File).Skip(1)
        .Select(row => row.Split(',')).Select(row => (row[0], row[1]))];

    /// <summary>The measures at the end of a line's definitions.</summary>
    public static IEnumerable<string> Measures(string line) => Terms(line).Select(term => term.Measure).Distinct();

    /// <summary>The measures at the end of a line's definitions with the sign they have there.</summary>
    public static IEnumerable<(int Sign, string Measure)> Terms(string line)
    {
        var definition = Rows.FirstOrDefault(row => row.Name == line).Definition;
        if (definition is null)
            return [(1, line)];
        return definition.Split(' ').SelectMany(term => Terms(term[1..])
            .Select(part => (term[0] == '-' ? -part.Sign : part.Sign, part.Measure)));
    }
}
