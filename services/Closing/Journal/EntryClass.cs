namespace Iij.Closing;

/// <summary>
/// What an entry is to the periods. Only an activity begins the books; opening stock and announcements may be dated before them. The
/// column "opening" says whether it is an activity (0) or not (1); which of the others it is follows from its measures.
/// </summary>
public enum EntryClass
{
    /// <summary>Something that happened in a period.</summary>
    Activity,

    /// <summary>Stock from before this system began.</summary>
    OpeningStock,

    /// <summary>A value of a register as it was announced: it stands by itself and is not a part of a stock.</summary>
    Announcement,
}
