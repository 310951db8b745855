using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Reporting;

/// <summary>The decisions of group accounting: sign-off, acceptance, and the model of lines. Each takes a sequence position.</summary>
public sealed class GroupAccounting(ReportingStore store, Views views, TimeProvider clock)
{
    /// <summary>Signs a complete period off. The months that are signed off already stay so.</summary>
    public async Task<long> SignOffAsync(Transaction transaction, Call call, ReportingPeriod period)
    {
        ArgumentNullException.ThrowIfNull(period);
        ArgumentNullException.ThrowIfNull(call);
        var view = await views.WithinAsync(transaction);
        var open = period.Months.Where(month => !view.IsSignedOff(month)).ToList();
        if (open.Count == 0)
            throw new Refusal(Reason.PeriodSignedOff, $"{period} is signed off already", ("period", period.Notation));
        var lacking = open.SelectMany(month => Fold.Sources.Select(source => view.Cell(source, month)))
            .Where(cell => cell.Status != DataStatus.Received)
            .Select(cell => $"{cell.Source} {cell.Month.ToIso()} ({cell.Status})")
            .Concat(view.Gaps.Select(source => $"{source} (a sequence number is missing)"))
            .ToList();
        if (lacking.Count > 0)
        {
            var names = string.Join(", ", lacking.Take(20));
            throw new Refusal(Reason.PeriodIncomplete, $"{period} is not complete: {names}", ("period", period.Notation), ("lacking", names));
        }

        var last = 0L;
        foreach (var month in open)
            last = await DecideAsync(transaction, call, new GroupDecision { Kind = GroupDecision.SignedOff, Month = month.ToIso() });
        return last;
    }

    /// <summary>Accepts the submitted revision of a source's month: it stands from now on.</summary>
    public async Task<long> AcceptRevisionAsync(Transaction transaction, Call call, string source, YearMonth month, int revision)
    {
        var view = await views.WithinAsync(transaction);
        var waiting = view.Cell(source, month).Waiting;
        var key = new[] { ("source", source), ("month", month.ToIso()) };
        if (!view.Sources.TryGetValue(source, out var fold)
            || !fold.Events.Any(row => row.HasStatement && row.YearMonth == month && row.Revision == revision))
            throw new Refusal(Reason.RevisionUnknown, $"no revision {revision} of {source} {month.ToIso()} was received", key);
        if (waiting?.Revision != revision || view.Cell(source, month).Status != DataStatus.Submitted)
        {
            throw new Refusal(Reason.RevisionNotSubmitted, waiting is null
                ? $"no revision of {source} {month.ToIso()} waits for acceptance"
                : $"it is revision {waiting.Revision} of {source} {month.ToIso()} that waits", key);
        }

        return await DecideAsync(transaction, call, new GroupDecision
        {
            Kind = GroupDecision.RevisionAccepted, Source = source, Incarnation = waiting.Incarnation, Month = month.ToIso(), Revision = revision,
        });
    }

    /// <summary>Accepts a held incarnation of a source: its revisions take precedence over those of earlier incarnations.</summary>
    public async Task<long> AcceptIncarnationAsync(Transaction transaction, Call call, string source, string incarnation)
    {
        var view = await views.WithinAsync(transaction);
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

    /// <summary>Defines a new version of the whole model of lines.</summary>
    public async Task<int> DefineLinesAsync(Transaction transaction, Call call, IEnumerable<(string Name, string Definition)> rows)
    {
        ArgumentNullException.ThrowIfNull(call);
        var lines = Model(rows);
        var version = (await store.ListLineVersionsAsync(transaction))[^1].Version + 1;
        var knowledge = await store.NextKnowledgeAsync(transaction);
        await store.InsertLinesAsync(transaction, new LineVersion(version, knowledge, clock.Now().ToMicroseconds(), lines), call.Actor);
        return version;
    }

    private static LineModel Model(IEnumerable<(string Name, string Definition)> rows)
    {
        try
        {
            return new LineModel(rows);
        }
        catch (LineModelException error)
        {
            throw new Refusal(Reason.LinesInvalid, error.Message, ("field", "lines"), ("line", error.Line));
        }
    }

    private async Task<long> DecideAsync(Transaction transaction, Call call, GroupDecision decision)
    {
        var knowledge = await store.NextKnowledgeAsync(transaction);
        await store.InsertDecisionAsync(transaction, decision with
        {
            Knowledge = knowledge,
            Actor = call.Actor,
            DecidedAt = clock.Now().ToMicroseconds(),
        });
        return knowledge;
    }
}
