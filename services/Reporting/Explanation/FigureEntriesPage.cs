using System.Globalization;
using Iij.Platform;

namespace Iij.Reporting;

/// <summary>Where a page of the entries behind a figure begins.</summary>
/// <param name="Knowledge">The sequence position that holds for every page.</param>
/// <param name="Part">The number of the fact, from 0.</param>
/// <param name="Token">The token of the fact's source; empty before its first row.</param>
internal sealed record FigureEntriesPage(long Knowledge, int Part, string Token)
{
    /// <summary>In the place of a source's token: what no entry stands behind was listed, and its entries come next.</summary>
    public const string First = "entries";

    /// <summary>The token that asks for it.</summary>
    public string Text => Fields.NextPage(1, 1, string.Create(CultureInfo.InvariantCulture, $"{Knowledge}.{Part}.{Token}"));

    /// <summary>The page that a token asks for; null of the empty one. A foreign token is refused.</summary>
    public static FigureEntriesPage? Read(string token)
    {
        if (Fields.PageAfter(token) is not { Length: > 0 } text)
            return null;
        return text.Split('.', 3) is [var knowledge, var part, var rest]
            && long.TryParse(knowledge, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new(position, number, rest)
                : throw Refusal.Field("page_token", "is not one of this list");
    }
}
