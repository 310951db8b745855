using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Reporting;

/// <summary>
/// The decisions of group accounting about what was received: rejected revisions and accepted incarnations. Each takes a sequence position. The
/// sign-off is <see cref="SignOff"/> and <see cref="Approval"/>, the lines model <see cref="LineDefinitions"/>.
/// </summary>
public sealed class GroupAccounting(ReportingStore store, Views views, TimeProvider clock)
{
    /// <summary>The revision to reject: the latest one of a source's month, which a source closed on its own account. Refuses others.</summary>
    public static ReceivedEvent Rejectable(View view, string source, YearMonth month, int revision)
    {
        var (row, cell) = (Find(view, source, month, revision), view.Cell(source, month));
        if (row != cell.Standing || cell.Waiting is not null)
            throw new Refusal(Reason.RevisionNotLatest, $"revision {revision} of {source} {month.ToIso()} is not the one that stands", Key(source, month));
        if (row.Transition == nameof(Closing.V1.Transition.RolledForward))
        {
            throw new Refusal(Reason.RevisionNotLatest,
                $"revision {revision} of {source} {month.ToIso()} was rolled forward ({row.Reason}): reject the revision that caused it", Key(source, month));
        }

        return row;
    }

    /// <summary>The rejected revision of a source's month. Refuses one that is not rejected.</summary>
    public static ReceivedEvent Rejected(View view, string source, YearMonth month, int revision)
    {
        var (row, cell) = (Find(view, source, month, revision), view.Cell(source, month));
        return row == cell.Waiting && cell.Status is DataStatus.Rejected or DataStatus.Impacted
            ? row
            : throw new Refusal(Reason.RevisionNotRejected, $"revision {revision} of {source} {month.ToIso()} is not rejected", Key(source, month));
    }

    /// <summary>Rejects the latest revision of a source's month.</summary>
    public async Task<long> RejectRevisionAsync(Transaction transaction, Call call, string source, YearMonth month, int revision, string reason)
    {
        var (_, view) = await views.WithinAsync(transaction);
        return await DecideOfAsync(transaction, call, GroupDecision.RevisionRejected, Rejectable(view, source, month, revision), reason);
    }

    /// <summary>Takes the rejection of a revision back.</summary>
    public async Task<long> AcceptRevisionAsync(Transaction transaction, Call call, string source, YearMonth month, int revision)
    {
        var (_, view) = await views.WithinAsync(transaction);
        return await DecideOfAsync(transaction, call, GroupDecision.RevisionAccepted, Rejected(view, source, month, revision), "");
    }

    /// <summary>Accepts a held incarnation of a source: its revisions take precedence over those of earlier incarnations.</summary>
    public async Task<long> AcceptIncarnationAsync(Transaction transaction, Call call, string source, string incarnation)
    {
        var (_, view) = await views.WithinAsync(transaction);
        var key = new[] { ("source", source), ("incarnation", incarnation) };
        if (!view.Sources.TryGetValue(source, out var fold) || !fold.Events.Any(row => row.Incarnation == incarnation))
            throw new Refusal(Reason.IncarnationUnknown, $"nothing was received of this incarnation of {source}", key);
        if (!fold.Held.Contains(incarnation))
            throw new Refusal(Reason.IncarnationCurrent, $"this incarnation of {source} is not held; it stands or stood already", key);
        return await DecideAsync(transaction, call, new GroupDecision
        {
            Kind = GroupDecision.IncarnationAccepted, Source = source, Incarnation = incarnation,
        });
    }

    /// <summary>Writes a decision at the next sequence position, which it returns.</summary>
    public async Task<long> DecideAsync(Transaction transaction, Call call, GroupDecision decision)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(decision);
        var knowledge = await store.NextKnowledgeAsync(transaction);
        await store.InsertDecisionAsync(transaction, decision with
        {
            Knowledge = knowledge,
            Actor = call.Actor,
            DecidedAt = clock.Now().ToMicroseconds(),
        });
        return knowledge;
    }

    private Task<long> DecideOfAsync(Transaction transaction, Call call, string kind, ReceivedEvent row, string reason) =>
        DecideAsync(transaction, call, new GroupDecision
        {
            Kind = kind, Source = row.Source, Incarnation = row.Incarnation, Month = row.Month, Revision = row.Revision, Reason = reason,
        });

    private static ReceivedEvent Find(View view, string source, YearMonth month, int revision)
    {
        ArgumentNullException.ThrowIfNull(view);
        var rows = !view.Sources.TryGetValue(source, out var fold) ? []
            : fold.Events.Where(row => row.HasStatement && row.YearMonth == month && row.Revision == revision && !fold.Held.Contains(row.Incarnation));
        return rows.LastOrDefault()
            ?? throw new Refusal(Reason.RevisionUnknown, $"no revision {revision} of {source} {month.ToIso()} was received", Key(source, month));
    }

    private static (string Key, string Value)[] Key(string source, YearMonth month) => [("source", source), ("month", month.ToIso())];
}
