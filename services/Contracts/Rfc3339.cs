using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace Iij.Contracts;

/// <summary>A moment as RFC 3339 writes it: "T" and "Z" in either case, any number of digits after the second, hours 00 to 23.</summary>
public static partial class Rfc3339
{
    /// <summary>The moment with its offset, cut to nanoseconds; null where the text is none.</summary>
    public static OffsetDateTime? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var upper = Beyond().Replace(text.ToUpperInvariant(), "$1");
        return upper.IndexOf("T24", StringComparison.Ordinal) < 0 && OffsetDateTimePattern.Rfc3339.Parse(upper) is { Success: true, Value: var moment }
            ? moment
            : null;
    }

    // The digits beyond nanoseconds.
    [GeneratedRegex(@"(\.\d{9})\d+")]
    private static partial Regex Beyond();
}
