using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>What answers for a period.</summary>
/// <param name="View">The view whose figures are shown.</param>
/// <param name="Shown">The edition it is of; null: the live view.</param>
/// <param name="Published">The latest published edition; null: none.</param>
/// <param name="Prepared">The edition that waits for approval; null: none.</param>
/// <param name="State">Where the period stands.</param>
/// <param name="PendingLines">The lines in which the live view differs from what is published.</param>
public sealed record Publication(
    View View, Edition? Shown, Edition? Published, Edition? Prepared, ViewState State, IReadOnlyList<string> PendingLines)
{
    /// <summary>The number of the edition whose figures are shown; 0: the live view.</summary>
    public int Number => Shown?.Prepared.Number ?? 0;

    /// <summary>The header of a stream.</summary>
    public ViewHeader Header(string period) => new()
    {
        Period = period, State = State, LinesVersion = View.LinesVersion, Edition = Shown?.ToProto(), PendingLines = { PendingLines },
        Prepared = Prepared?.ToProto(),
    };
}
