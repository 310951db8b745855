using Google.Protobuf;
using Iij.Closing.V1;

namespace Iij.Contracts;

/// <summary>Waivers as they are stored and as the bus carries them: a JSON list of the proto's JSON, by measure; empty for none.</summary>
public static class Waivers
{
    private static readonly JsonParser _passingOver = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>The text of waivers: the same for the same waivers, in whatever order they are given.</summary>
    public static string ToText(IEnumerable<Waiver> waivers)
    {
        var sorted = waivers.OrderBy(waiver => waiver.Measure, StringComparer.Ordinal).Select(waiver => JsonFormatter.Default.Format(waiver)).ToList();
        return sorted.Count == 0 ? "" : $"[{string.Join(",", sorted)}]";
    }

    /// <summary>The waivers of a text. Throws InvalidProtocolBufferException or InvalidJsonException where it is none.</summary>
    public static IReadOnlyList<Waiver> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 ? [] : _passingOver.Parse<PeriodEvent>($$"""{"waivers":{{text}}}""").Waivers;
    }
}
