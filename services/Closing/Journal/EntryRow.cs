namespace Iij.Closing;

/// <summary>A row of entry.</summary>
public sealed class EntryRow
{
    /// <summary>Unique within the source.</summary>
    public long Number { get; init; }

    /// <summary>The source's own name of such an entry.</summary>
    public string Kind { get; init; } = "";

    /// <summary>2012-12-31.</summary>
    public string EntryDate { get; init; } = "";

    /// <summary>The month it is posted to, 2012-12.</summary>
    public string Month { get; init; } = "";

    /// <summary>1: not an activity of a period, but stock from before this system began or an announcement.</summary>
    public short Opening { get; init; }

    /// <summary>The entry it reverses.</summary>
    public long? Reverses { get; init; }

    /// <summary>Why it reverses or credits.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who recorded it.</summary>
    public string Actor { get; init; } = "";

    /// <summary>The number of the document that it rests on; empty where none was given.</summary>
    public string DocumentReference { get; init; } = "";

    /// <summary>What that document says; empty where it was not given.</summary>
    public string DocumentText { get; init; } = "";

    /// <summary>Microseconds since 1970 UTC.</summary>
    public long RecordedAt { get; init; }

    /// <summary>The entry that reverses it; 0 where none does or it was not asked for.</summary>
    public long ReversedBy { get; init; }

    /// <summary>The entry of which it credits a part; 0 where it is not a credit note or it was not asked for.</summary>
    public long Credits { get; init; }
}
