using System.Globalization;

namespace Iij.Contracts;

/// <summary>A source as deploy/sources.csv describes it, the one list of them; everything else about its place follows by rule.</summary>
/// <param name="Name">Its stored name: the first word of its measures, its host name, its database and its user at the broker.</param>
/// <param name="Port">Its port on a developer's machine; 5106 is reporting's, and 5107 that of its HTTP API.</param>
/// <param name="English">What people call it in English.</param>
/// <param name="Japanese">What people call it in Japanese.</param>
public sealed record SourceDescription(string Name, int Port, string English, string Japanese)
{
    /// <summary>The sources of this version, in the order of the file.</summary>
    public static IReadOnlyList<SourceDescription> All { get; } = ReadBuiltIn();

    /// <summary>Its folder below services/, and after "Iij." its namespace and its program.</summary>
    public string Project => char.ToUpperInvariant(Name[0]) + Name[1..];

    /// <summary>Reads the rows of a file (header "name,port,english,japanese").</summary>
    public static IReadOnlyList<SourceDescription> Read(TextReader csv)
    {
        ArgumentNullException.ThrowIfNull(csv);
        csv.ReadLine();
        var sources = new List<SourceDescription>();
        while (csv.ReadLine() is { } row)
        {
            sources.Add(row.Split(',') is [var name, var port, var english, var japanese]
                ? new(name, int.Parse(port, CultureInfo.InvariantCulture), english, japanese)
                : throw new InvalidDataException($"\"{row}\" is not a name, a port, an English and a Japanese word"));
        }

        return sources;
    }

    private static IReadOnlyList<SourceDescription> ReadBuiltIn()
    {
        using var reader = new StreamReader(typeof(SourceDescription).Assembly.GetManifestResourceStream("sources.csv")!);
        return Read(reader);
    }
}
