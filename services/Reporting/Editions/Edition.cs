using Iij.Contracts;
using System.Runtime.CompilerServices;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>An edition with what was decided about it up to a position.</summary>
/// <param name="Prepared">What was prepared.</param>
/// <param name="Preparation">Who prepared it, when and why.</param>
/// <param name="Approval">Who approved it, or null.</param>
/// <param name="Withdrawal">Who withdrew it, or null.</param>
/// <param name="IsReturned">It was returned, or replaced by a later preparation.</param>
public sealed record Edition(
    EditionRow Prepared, GroupDecision Preparation, GroupDecision? Approval, GroupDecision? Withdrawal, bool IsReturned)
{
    private static readonly ConditionalWeakTable<History, IReadOnlyList<Edition>> _known = []; // read at every answer, made once for each position

    /// <summary>Where it stands.</summary>
    public EditionState State => this switch
    {
        { Withdrawal: not null } => EditionState.Withdrawn,
        { Approval: not null } => EditionState.Published,
        { IsReturned: true } => EditionState.Returned,
        _ => EditionState.Prepared,
    };

    /// <summary>
    /// What an approver confirms: every figure, and the preparation with its terms. Who prepares the same figures again, with another reason or
    /// without an embargo, needs another approval.
    /// </summary>
    public string Digest => SignedContent.DigestOf(
        "iij edition 1", Prepared.Digest, Prepared.Preparation, Prepared.Kind, Preparation.Reason, Prepared.EmbargoUntil, Preparation.Actor);

    /// <summary>Every edition of a history, in the order in which they were prepared.</summary>
    public static IReadOnlyList<Edition> Of(History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return _known.GetValue(history, read => [.. read.Editions.Select(row => Of(row, read))]);
    }

    /// <summary>The wire form.</summary>
    public V1.Edition ToProto() => new()
    {
        Period = Prepared.Period, Number = Prepared.Number, State = State, Knowledge = Prepared.Position, LinesVersion = Prepared.LinesVersion,
        Sources = { Prepared.Vector.Split('\n').Select(line => line.Split(' ')).Select(Position) },
        Kind = Enum.Parse<RestatementKind>(Prepared.Kind), Reason = Preparation.Reason, PreparedBy = Preparation.Actor,
        PreparedAt = Fields.Time(Preparation.DecidedAt), ApprovedBy = Approval?.Actor ?? "",
        ApprovedAt = Approval is null ? null : Fields.Time(Approval.DecidedAt),
        EmbargoUntil = Prepared.EmbargoUntil == 0 ? null : Fields.Time(Prepared.EmbargoUntil), Digest = Digest,
        WithdrawnBy = Withdrawal?.Actor ?? "", WithdrawnAt = Withdrawal is null ? null : Fields.Time(Withdrawal.DecidedAt),
        WithdrawalReason = Withdrawal?.Reason ?? "",
    };

    private static Edition Of(EditionRow row, History history)
    {
        var preparation = history.Decisions.First(decision => decision.Knowledge == row.Preparation);
        // Before editions one person signed a month off in one step.
        var approval = preparation.Kind == GroupDecision.SignedOff ? preparation : null;
        GroupDecision? withdrawal = null;
        var isReturned = false;
        foreach (var decision in history.Decisions.Where(decision => decision.Knowledge > row.Preparation && decision.Period == row.Period))
        {
            var isOwn = decision.Edition == row.Number;
            if (decision.Kind is GroupDecision.EditionPrepared or GroupDecision.EditionReturned)
                isReturned |= approval is null;
            else if (isOwn && !isReturned && decision.Kind == GroupDecision.EditionApproved)
                approval ??= decision;
            else if (isOwn && approval is not null && decision.Kind == GroupDecision.EditionWithdrawn)
                withdrawal ??= decision;
        }

        return new Edition(row, preparation, approval, withdrawal, isReturned);
    }

    private static SourcePosition Position(string[] words) => new()
    {
        Source = words[0], Incarnation = words[1], Sequence = long.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture),
    };
}
