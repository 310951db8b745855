using System.Globalization;
using Iij.Platform;

namespace Iij.Reporting;

/// <summary>Where a page of drivers begins, and of which positions: what is closed between two pages changes nothing in them.</summary>
/// <param name="Knowledge">The sequence position of the figure.</param>
/// <param name="AgainstKnowledge">That of the other side.</param>
/// <param name="Offset">How many drivers come before the page.</param>
internal sealed record ExplanationPage(long Knowledge, long AgainstKnowledge, int Offset)
{
    /// <summary>The token that asks for it.</summary>
    public string Token => Fields.NextPage(1, 1, string.Create(CultureInfo.InvariantCulture, $"{Knowledge}.{AgainstKnowledge}.{Offset}"));

    /// <summary>The page that a token asks for; null of the empty one. A foreign token is refused.</summary>
    public static ExplanationPage? Read(string token)
    {
        if (Fields.PageAfter(token) is not { Length: > 0 } text)
            return null;
        var numbers = text.Split('.')
            .Select(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToList();
        return numbers is [>= 0 and var knowledge, >= 0 and var against, > 0 and <= int.MaxValue and var offset]
            ? new(knowledge, against, (int)offset)
            : throw Refusal.Field("page_token", "is not one of this list");
    }
}
