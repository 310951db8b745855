using System.Text;

namespace Iij.Client;

/// <summary>Text from elsewhere as a message, a log or a terminal may show it.</summary>
public static class Printable
{
    /// <summary>The text with its control characters replaced, cut where its UTF-8 is longer than the limit in bytes.</summary>
    public static string Cut(string text, int bytesMax)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder();
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var printable = Rune.IsControl(rune) ? Rune.ReplacementChar : rune;
            if ((bytes += printable.Utf8SequenceLength) > bytesMax)
                return shown.Append('…').ToString();
            shown.Append(printable);
        }

        return shown.ToString();
    }
}
