namespace Iij.Reporting;

/// <summary>A version of the lines model on its way: what was decided about it, and its model.</summary>
/// <param name="Prepared">The decision that prepared it.</param>
/// <param name="Lines">The model.</param>
public sealed record LinesPreparation(GroupDecision Prepared, LineModel Lines)
{
    /// <summary>The decision that prepared the version which waits for approval; null where none waits.</summary>
    public static GroupDecision? Waiting(History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return history.Decisions.LastOrDefault(decision => decision.Kind is GroupDecision.LinesPrepared or GroupDecision.LinesReturned
            or GroupDecision.LinesApproved) is { Kind: GroupDecision.LinesPrepared } waiting ? waiting : null;
    }
}
