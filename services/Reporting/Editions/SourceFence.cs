using System.Globalization;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Reporting;

/// <summary>
/// What a sign-off does at the sources, over gRPC: it makes sure that reporting has their last event, locks and unlocks months under the name
/// of an edition, and tells them of a rejected revision. A source that does not answer refuses the sign-off by name.
/// </summary>
public sealed class SourceFence(Peers peers, GapFiller gaps, Views views)
{
    private const int Rounds = 3; // events that come in while the sources are asked

    /// <summary>
    /// Receives what the sources have, and makes sure that there is nothing later. Returns the view that has it. Refuses by name: SOURCE_AHEAD,
    /// SOURCE_AWAY.
    /// </summary>
    public Task<View> AskAsync(CancellationToken cancel) => AskAsync(Fold.Sources, cancel);

    /// <summary>The same of the sources whose addresses are set: what is prepared rests on no old news, and approval asks every source.</summary>
    public Task AskKnownAsync(CancellationToken cancel) => AskAsync([.. peers.Names], cancel);

    private async Task<View> AskAsync(IReadOnlyCollection<string> sources, CancellationToken cancel)
    {
        for (var round = 1; ; round++)
        {
            await gaps.FillAsync(cancel);
            var (_, view) = await views.LatestAsync(cancel);
            var ahead = (await Task.WhenAll(sources.Select(source => AheadAsync(source, view, cancel)))).OfType<Refusal>().ToList();
            if (ahead.Count == 0)
                return view;
            if (round == Rounds || ahead.Any(refusal => refusal.Reason != Reason.SourceAhead))
                throw ahead[0];
        }
    }

    /// <summary>Locks the months of an edition at every source, if the source's last event is that of the view.</summary>
    public async Task LockAsync(EditionRow edition, View view, string attempt, string actor, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(edition);
        ArgumentNullException.ThrowIfNull(view);
        foreach (var source in Fold.Sources)
        {
            var fold = view.Sources[source];
            var request = new LockForEditionRequest
            {
                RequestId = $"{attempt} lock", Edition = edition.Name, Key = edition.LockKey,
                Months = { edition.ReportingPeriod.Months.Select(month => month.ToProto()) },
                ExpectedIncarnation = fold.Incarnation, ExpectedSequence = fold.LastSequence(fold.Incarnation),
            };
            await peers.AskAsync(source, client => client.LockForEditionAsync(request, Peers.Options(cancel, actor)).ResponseAsync);
            Failpoint.Hit("approval.lock.after");
        }
    }

    /// <summary>
    /// Locks the months of every published edition at a source once more, whose database is another now: those that it has closed, and that the group has
    /// not unlocked since. A repeat changes nothing.
    /// </summary>
    public async Task LockAgainAsync(string source, History history, View view, Call call, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(call);
        foreach (var edition in Edition.Of(history).Where(edition => edition.State == EditionState.Published))
        {
            var unlocked = history.Decisions
                .Where(decision => decision.Kind == GroupDecision.MonthsUnlocked && decision.Knowledge > edition.Approval!.Knowledge
                    && (decision.Source.Length == 0 || decision.Source == source))
                .SelectMany(decision => ReportingPeriod.Parse(decision.Period)!.Months).ToHashSet();
            var months = edition.Prepared.ReportingPeriod.Months.Where(month => !unlocked.Contains(month)
                && view.Cell(source, month).State is PeriodState.Closed or PeriodState.Locked).ToList();
            if (months.Count > 0)
                await LockAgainAsync(source, edition.Prepared, months, call, cancel);
        }
    }

    /// <summary>Asks each of some sources whether it is there; refuses with the first that is not (SOURCE_AWAY).</summary>
    public Task RequireThereAsync(IEnumerable<string> sources, CancellationToken cancel) =>
        Task.WhenAll(sources.Select(source => DescribeAsync(source, cancel)));

    /// <summary>Releases months from editions at the sources. A repeat changes nothing.</summary>
    public Task UnlockAsync(
        IEnumerable<string> sources, IEnumerable<YearMonth> months, IReadOnlyList<EditionRow> editions, string requestId, string actor, string reason,
        CancellationToken cancel)
    {
        var request = new UnlockFromEditionsRequest
        {
            RequestId = requestId, Reason = reason, Months = { months.Select(month => month.ToProto()) },
            Editions = { editions.DistinctBy(row => row.Name).Select(row => new EditionKey { Edition = row.Name, Key = row.LockKey }) },
        };
        return Task.WhenAll(sources.Select(source =>
            peers.AskAsync(source, client => client.UnlockFromEditionsAsync(request, Peers.Options(cancel, actor)).ResponseAsync)));
    }

    /// <summary>Tells a source that a revision is rejected, or, without a reason, that this is taken back.</summary>
    public Task NoteRejectionAsync(string source, YearMonth month, int revision, Call call, string reason, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(call);
        var request = new NoteRejectionRequest { RequestId = call.ContentHash, Month = month.ToProto(), Revision = revision, Reason = reason };
        return peers.AskAsync(source, client => client.NoteRejectionAsync(request, Peers.Options(cancel, call.Actor)).ResponseAsync);
    }

    private async Task LockAgainAsync(string source, EditionRow edition, IReadOnlyList<YearMonth> months, Call call, CancellationToken cancel)
    {
        var described = await DescribeAsync(source, cancel);
        var request = new LockForEditionRequest
        {
            RequestId = $"{call.ContentHash[..32]} {described.LastSequence} {edition.Name}", Edition = edition.Name, Key = edition.LockKey,
            Months = { months.Select(month => month.ToProto()) },
            ExpectedIncarnation = described.Incarnation, ExpectedSequence = described.LastSequence,
        };
        await peers.AskAsync(source, client => client.LockForEditionAsync(request, Peers.Options(cancel, call.Actor)).ResponseAsync);
    }

    private async Task<Refusal?> AheadAsync(string source, View view, CancellationToken cancel)
    {
        try
        {
            var fold = view.Sources[source];
            var known = fold.LastSequence(fold.Incarnation);
            var described = await DescribeAsync(source, cancel);
            return described.LastSequence == known && (described.Incarnation == fold.Incarnation || known == 0) && !fold.Missing().Any() ? null
                : new Refusal(Reason.SourceAhead, $"{source} is at event {described.LastSequence}, received is {known} without a gap",
                    ("source", source), ("sequence", described.LastSequence.ToString(CultureInfo.InvariantCulture)));
        }
        catch (Refusal refusal)
        {
            return refusal;
        }
    }

    private Task<GetSourceResponse> DescribeAsync(string source, CancellationToken cancel) =>
        peers.AskAsync(source, client => client.GetSourceAsync(new GetSourceRequest(), Peers.Options(cancel)).ResponseAsync);
}
