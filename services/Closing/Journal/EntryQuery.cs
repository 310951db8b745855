namespace Iij.Closing;

/// <summary>Which entries of a month are listed or summed.</summary>
/// <param name="Month">The month they are posted to, 2012-12.</param>
/// <param name="Above">Their numbers are above this one.</param>
/// <param name="Last">Their numbers are at most this one.</param>
public sealed record EntryQuery(string Month, long Above, long Last)
{
    /// <summary>The source's own name of such entries; empty: any.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The measure of a posting; empty: any.</summary>
    public string Measure { get; init; } = "";

    /// <summary>The subject of the same posting; empty: any.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Who recorded them; empty: any.</summary>
    public string Actor { get; init; } = "";

    /// <summary>A part of their reason or of their document's reference or text, in upper or lower case; empty: any.</summary>
    public string Text { get; init; } = "";

    /// <summary>The first business date, 2012-12-01; empty: any.</summary>
    public string From { get; init; } = "";

    /// <summary>The last business date; empty: any.</summary>
    public string To { get; init; } = "";

    /// <summary>The number after which the page begins.</summary>
    public long After { get; init; }

    /// <summary>The text as LIKE takes it, with "!" before what LIKE reads as a pattern.</summary>
    public string Pattern => $"%{Text.Replace("!", "!!").Replace("%", "!%").Replace("_", "!_")}%";
}
