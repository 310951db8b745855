using System.Security.Cryptography;
using System.Text;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Money.V1;

namespace Iij.Reporting;

/// <summary>A consolidated line, or a measure taken as one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Definition">"+a -b" or "=x"; empty of a measure.</param>
/// <param name="Nature">Whether it adds over months.</param>
/// <param name="Unit">The unit of its exact amounts.</param>
/// <param name="ByDate">Whether it is known at any date.</param>
/// <param name="Terms">What it is made of; empty of a measure.</param>
/// <param name="AnySign">Whether its amounts have any sign; otherwise one below zero is unusual.</param>
public sealed record LineInfo(
    string Name, string Definition, Nature Nature, Unit Unit, bool ByDate, IReadOnlyList<LineTerm> Terms, bool AnySign);

/// <summary>A term of a line: +1 or -1 times another line or a measure.</summary>
public sealed record LineTerm(int Sign, string Name);

/// <summary>
/// The consolidated lines as data: "+a -b" sums lines or measures, "=x" takes a stock as it stands at the end of the period. A new
/// line is one row, not code. The model is checked as a whole when it is made.
/// </summary>
public sealed class LineModel
{
    private const int NameLengthMax = 100;
    private const int DefinitionLengthMax = 20_000;
    private const int DepthMax = 32; // protobuf readers stop at a hundred levels, and a lineage has more of them than its lines
    private const int MeasuresMax = 300; // a lineage shows each of them for each month
    private readonly Dictionary<string, LineInfo> _lines = [];
    private readonly Dictionary<string, (int Depth, int Measures)> _extents = [];

    /// <summary>Makes a model of its rows; throws <see cref="LineModelException"/> naming the line that is wrong.</summary>
    public LineModel(IEnumerable<(string Name, string Definition)> rows)
    {
        Rows = [.. rows];
        var definitions = new Dictionary<string, string>();
        foreach (var (name, definition) in Rows)
        {
            if (!IsName(name))
                throw new LineModelException(name, "is not a name: lower case words joined by underscores and dots");
            if (MeasureCatalog.Find(name) is not null)
                throw new LineModelException(name, "is the name of a measure");
            if (FigureRules.IsPerShare(name))
                throw new LineModelException(name, "is a line of amounts per share, which are defined by announcements");
            if (!definitions.TryAdd(name, definition))
                throw new LineModelException(name, "is defined twice");
        }

        foreach (var name in definitions.Keys)
            Resolve(name, definitions, []);
    }

    /// <summary>SHA-256 over its rows.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Concat(Rows.Select(row => $"{row.Name}={row.Definition}\n")))));

    /// <summary>The rows it was made of, in their order.</summary>
    public IReadOnlyList<(string Name, string Definition)> Rows { get; }

    /// <summary>The lines in their order.</summary>
    public IEnumerable<LineInfo> Lines => Rows.Select(row => _lines[row.Name]);

    /// <summary>Reads the rows of a lines file (header "line,definition").</summary>
    public static LineModel Read(TextReader csv)
    {
        ArgumentNullException.ThrowIfNull(csv);
        csv.ReadLine();
        var rows = new List<(string, string)>();
        while (csv.ReadLine() is { } row)
        {
            if (row.Split(',', 2) is [var name, var definition])
                rows.Add((name, definition));
        }

        return new LineModel(rows);
    }

    /// <summary>The model this version of the product begins with.</summary>
    public static LineModel ReadBuiltIn()
    {
        using var reader = new StreamReader(typeof(LineModel).Assembly.GetManifestResourceStream("lines.csv")!);
        return Read(reader);
    }

    /// <summary>A consolidated line or a measure by name, or null.</summary>
    public LineInfo? Find(string name)
    {
        if (_lines.TryGetValue(name, out var line))
            return line;
        return MeasureCatalog.Find(name) is { Nature: not Nature.Register } measure
            ? new LineInfo(measure.Name, "", measure.Nature, measure.Unit, measure.ByDate, [], measure.AnySign || measure.Nature == Nature.Stock)
            : null;
    }

    private LineInfo Resolve(string name, Dictionary<string, string> definitions, HashSet<string> path)
    {
        if (_lines.TryGetValue(name, out var known))
            return known;
        if (!definitions.TryGetValue(name, out var definition))
            return Find(name) ?? throw new LineModelException(path.LastOrDefault() ?? name, $"names \"{name}\", which is neither a line nor a measure");
        if (!path.Add(name))
            throw new LineModelException(name, "is defined by itself");
        if (path.Count > DepthMax)
            throw TooDeep(name);
        var terms = Terms(name, definition);
        if (terms.GroupBy(term => term.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new LineModelException(name, $"names \"{twice.Key}\" twice");
        var parts = terms.Select(term => Resolve(term.Name, definitions, path)).ToList();
        path.Remove(name);
        Measure(name, terms);
        return _lines[name] = Combine(name, definition, terms, parts);
    }

    // Terms are few and each is within its limits already: the sum cannot overflow.
    private void Measure(string name, IReadOnlyList<LineTerm> terms)
    {
        var extents = terms.Select(term => _extents.GetValueOrDefault(term.Name, (Depth: 0, Measures: 1))).ToList();
        var (depth, measures) = (extents.Max(extent => extent.Depth) + 1, extents.Sum(extent => extent.Measures));
        if (depth > DepthMax)
            throw TooDeep(name);
        if (measures > MeasuresMax)
            throw new LineModelException(name, $"comes down to {measures} parts, {MeasuresMax} at most");
        _extents[name] = (depth, measures);
    }

    private static LineModelException TooDeep(string name) =>
        new(name, $"is more than {DepthMax} lines deep; sum measures instead");

    private static LineInfo Combine(string name, string definition, IReadOnlyList<LineTerm> terms, IReadOnlyList<LineInfo> parts)
    {
        var first = parts[0];
        if (parts.Any(part => part.Nature != first.Nature))
            throw new LineModelException(name, "mixes flows and stocks");
        if (parts.Any(part => part.Unit != first.Unit))
            throw new LineModelException(name, "mixes units");
        if (definition.StartsWith('=') != (first.Nature == Nature.Stock))
            throw new LineModelException(name, "takes a stock with \"=\" and sums flows with \"+\" and \"-\"");
        var anySign = parts.Any(part => part.AnySign) || terms.Any(term => term.Sign < 0);
        return new LineInfo(name, definition, first.Nature, first.Unit, parts.All(part => part.ByDate), terms, anySign);
    }

    private static List<LineTerm> Terms(string name, string definition)
    {
        if (definition.Length > DefinitionLengthMax)
            throw new LineModelException(name, $"has a definition of {definition.Length} characters, {DefinitionLengthMax} at most");
        var words = definition.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || (words[0][0] == '=' && words.Length > 1))
            throw new LineModelException(name, "is \"+a -b …\" or \"=x\"");
        return words.Select(word => word[0] switch
        {
            '+' => new LineTerm(1, word[1..]),
            '-' => new LineTerm(-1, word[1..]),
            '=' when words.Length == 1 => new LineTerm(1, word[1..]),
            _ => throw new LineModelException(name, $"\"{word}\" begins with neither +, - nor ="),
        }).ToList();
    }

    private static bool IsName(string name) => name.Length is > 0 and <= NameLengthMax
        && name.Split('.').All(MeasureCatalog.IsItem);
}

/// <summary>An invalid model of lines: names the line and the error.</summary>
public sealed class LineModelException(string line, string problem) : Exception($"line \"{line}\" {problem}")
{
    /// <summary>The line.</summary>
    public string Line { get; } = line;
}
