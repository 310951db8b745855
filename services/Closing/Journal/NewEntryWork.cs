namespace Iij.Closing;

/// <summary>A new entry by a rule of the source.</summary>
internal sealed record NewEntryWork<TState>(EntryCall Entry, Action<TState> Needs, Func<TState, Decision> Rule) : JournalWork(Entry)
    where TState : RuleState
{
    public override void Need(RuleState state, StandingEntries entries) => Needs((TState)state);

    public override Recording Decide(RuleState state, StandingEntries entries) => new(Rule((TState)state));
}
