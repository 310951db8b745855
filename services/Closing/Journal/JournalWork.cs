using Iij.Platform;

namespace Iij.Closing;

/// <summary>What a caller asks the journal to record.</summary>
/// <param name="Entry">The call, with the document that the entry rests on.</param>
internal abstract record JournalWork(EntryCall Entry)
{
    /// <summary>The acting person and the request id.</summary>
    public Call Call => Entry.Call;

    /// <summary>The number of the entry that is taken back, whole or in part; null of a new one.</summary>
    public virtual long? TakesBack => null;

    /// <summary>Notes what the rule needs, once the entries that are taken back are there.</summary>
    public abstract void Need(RuleState state, StandingEntries entries);

    /// <summary>Decides, or throws the refusal.</summary>
    public abstract Recording Decide(RuleState state, StandingEntries entries);
}
