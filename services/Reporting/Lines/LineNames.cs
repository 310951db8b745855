using System.Text.Json;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// What readers call a line (deploy/reference/line-names.json, which the page reads too). A line that is not in the file, such as one that was defined
/// since, and a measure are called by their own names.
/// </summary>
public static class LineNames
{
    private static readonly Dictionary<string, LocalizedText> _names = Read();

    /// <summary>The name of a line or a measure.</summary>
    public static LocalizedText Of(string line) => _names.GetValueOrDefault(line) ?? new LocalizedText { English = line, Japanese = line };

    private static Dictionary<string, LocalizedText> Read()
    {
        using var file = typeof(LineNames).Assembly.GetManifestResourceStream("line-names.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, LocalizedText>>(file, JsonSerializerOptions.Web)!;
    }
}
