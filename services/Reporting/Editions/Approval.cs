using Iij.Client;
using System.Collections.Concurrent;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Approves a prepared edition: notes that it begins, receives the last event of every source, locks the months at all of them, and publishes.
/// Each step can be repeated. Where one is refused, the approval is abandoned and its locks are released; one that an interruption left is
/// continued by the caller's repeat or by this service.
/// </summary>
public sealed partial class Approval(
    Database database, RequestStore requests, EditionStore store, SignOff signOff, GroupAccounting accounting, SourceFence fence, Views views,
    Readiness readiness, ServiceSettings settings, TimeProvider clock, ILogger<Approval> log) : BackgroundService
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(45); // of one approval: the calls of its steps have deadlines of ten seconds
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, bool> _own = new(); // attempts that run in this process

    /// <summary>Approves an edition whose preparation the approver has seen.</summary>
    public async Task<ApproveEditionResponse> ApproveAsync(
        Call call, ReportingPeriod period, int number, string digest, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(call);
        var attempt = Guid.CreateVersion7(clock.GetUtcNow()).ToString();
        var (first, approval) = await database.WriteAsync(transaction => BeginAsync(transaction, call, period, number, digest, attempt), cancel);
        if (first is not null)
            return ApproveEditionResponse.Parser.ParseFrom(first);
        Failpoint.Hit("approval.begin.after");
        return await RunAsync(approval!, CancellationToken.None); // a caller who goes leaves nothing half done
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WhenReadyAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!stoppingToken.IsCancellationRequested)
        {
            await ContinueAsync(stoppingToken);
            await Task.Delay(_interval, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Continues what an interruption left: an approval without an end, and one that was abandoned and may still hold locks.</summary>
    public async Task ContinueAsync(CancellationToken cancel)
    {
        try
        {
            foreach (var approval in await database.ReadAsync(store.ListUnfinishedAsync, cancel))
            {
                if (!_own.ContainsKey(approval.Attempt) && IsLeft(approval))
                    await ContinueAsync(approval, cancel);
            }
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            NotContinued(error.Message);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    // With a database of its own no other process runs it; with others on the same one, only after the time that it has.
    private bool IsLeft(ApprovalRow approval) => settings.Storage.Engine == "sqlite" || approval.Ended.Length > 0
        || clock.Now().ToMicroseconds() - approval.BegunAt > _limit.TotalMicroseconds;

    private async Task ContinueAsync(ApprovalRow approval, CancellationToken cancel)
    {
        try
        {
            if (approval.Ended == ApprovalRow.Abandoned)
                await ReleaseAsync(approval, cancel);
            else
                await RunAsync(approval, cancel);
        }
        catch (Refusal refusal)
        {
            ApprovalEnded(approval.Attempt, refusal.Message);
        }
    }

    private async Task<(byte[]? First, ApprovalRow? Approval)> BeginAsync(
        Transaction transaction, Call call, ReportingPeriod period, int number, string digest, string attempt)
    {
        if (await requests.FindAsync(transaction, call.RequestId) is { } answered)
            return (Requests.FirstAnswer(answered, call), null);
        var edition = await signOff.FindAsync(transaction, period, number);
        var running = (await store.ListUnfinishedAsync(transaction))
            .FirstOrDefault(approval => approval.Preparation == edition.Prepared.Preparation && approval.Ended.Length == 0);
        if (running is not null)
            return running.RequestId == call.RequestId && running.ContentHash == call.ContentHash ? (null, running) : throw SignOff.Running(edition.Prepared);
        RequireApprovable(edition, (await views.WithinAsync(transaction)).View, call.Actor, digest);
        var approval = new ApprovalRow
        {
            Attempt = attempt, Preparation = edition.Prepared.Preparation, Actor = call.Actor, RequestId = call.RequestId,
            ContentHash = call.ContentHash, BegunAt = clock.Now().ToMicroseconds(),
        };
        await store.InsertApprovalAsync(transaction, approval);
        return (null, approval);
    }

    private async Task<ApproveEditionResponse> RunAsync(ApprovalRow approval, CancellationToken cancel)
    {
        _own[approval.Attempt] = true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_limit);
        try
        {
            var edition = await EditionAsync(approval, cancel);
            var view = await fence.AskAsync(limit.Token);
            RequireUnchanged(edition, view);
            Failpoint.Hit("approval.ask.after");
            await fence.LockAsync(edition, view, approval.Attempt, approval.Actor, limit.Token);
            Failpoint.Hit("approval.publish.before");
            return await database.WriteAsync(transaction => PublishAsync(transaction, approval, edition), limit.Token);
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            await AbandonAsync(approval, error.Message);
            throw;
        }
        finally
        {
            _own.TryRemove(approval.Attempt, out _);
        }
    }

    private async Task<ApproveEditionResponse> PublishAsync(Transaction transaction, ApprovalRow approval, EditionRow row)
    {
        if (await store.EndOfAsync(transaction, approval.Attempt) is { Length: > 0 } end)
        {
            // Somebody else has continued the same approval.
            return end == ApprovalRow.Published && await requests.FindAsync(transaction, approval.RequestId) is { } answered
                ? ApproveEditionResponse.Parser.ParseFrom(answered.Response)
                : throw new Refusal(Reason.SignOffRunning, $"the approval of {row.Name} was abandoned; try again", ("period", row.Period));
        }

        var (_, view) = await views.WithinAsync(transaction);
        RequireUnchanged(row, view);
        var call = new Call(approval.RequestId, approval.Actor, approval.ContentHash);
        await accounting.DecideAsync(transaction, call, new GroupDecision
        {
            Kind = GroupDecision.EditionApproved, Period = row.Period, Edition = row.Number,
        });
        await store.InsertStepAsync(transaction, approval.Attempt, ApprovalRow.Published, "", clock.Now().ToMicroseconds());
        var response = new ApproveEditionResponse { Edition = (await signOff.FindAsync(transaction, row.ReportingPeriod, row.Number)).ToProto() };
        await requests.InsertAsync(transaction, [new(approval.RequestId, approval.ContentHash, Google.Protobuf.MessageExtensions.ToByteArray(response))]);
        return response;
    }

    // First noted, then released: nobody can publish in between.
    private async Task AbandonAsync(ApprovalRow approval, string why)
    {
        var isAbandoned = await database.WriteAsync(async transaction =>
        {
            var end = await store.EndOfAsync(transaction, approval.Attempt);
            if (end.Length == 0)
                await store.InsertStepAsync(transaction, approval.Attempt, ApprovalRow.Abandoned, why, clock.Now().ToMicroseconds());
            return end != ApprovalRow.Published;
        });
        Failpoint.Hit("approval.abandon.after");
        if (!isAbandoned)
            return;
        try
        {
            await ReleaseAsync(approval, CancellationToken.None);
        }
        catch (Refusal refusal)
        {
            NotReleased(approval.Attempt, refusal.Message); // tried again until every source has answered
        }
    }

    private async Task ReleaseAsync(ApprovalRow approval, CancellationToken cancel)
    {
        var edition = await EditionAsync(approval, cancel);
        await fence.UnlockAsync(Fold.Sources, edition.ReportingPeriod.Months, [edition], $"{approval.Attempt} release", approval.Actor,
            $"the approval of {edition.Name} was abandoned", cancel);
        await database.WriteAsync(async transaction =>
        {
            if ((await store.ListUnfinishedAsync(transaction)).Any(unfinished => unfinished.Attempt == approval.Attempt))
                await store.InsertStepAsync(transaction, approval.Attempt, ApprovalRow.Released, "", clock.Now().ToMicroseconds());
            return true;
        }, cancel);
    }

    private async Task<EditionRow> EditionAsync(ApprovalRow approval, CancellationToken cancel) =>
        (await views.LatestAsync(cancel)).History.Editions.First(row => row.Preparation == approval.Preparation);

    private void RequireApprovable(Edition edition, View view, string approver, string digest)
    {
        SignOff.RequirePrepared(edition);
        if (ActorMetadata.IsSame(edition.Preparation.Actor, approver))
        {
            throw new Refusal(Reason.SamePerson, $"{edition.Prepared.Name} was prepared by {edition.Preparation.Actor}; another person approves it",
                ("period", edition.Prepared.Period), ("prepared_by", edition.Preparation.Actor));
        }

        if (digest != edition.Digest)
            throw Outdated(edition.Prepared, "the digest is not that of its preparation: look at it again");
        if (settings.SignOff.ApproverMayHaveClosed)
            return;
        var closed = edition.Prepared.ReportingPeriod.Months.SelectMany(month => Fold.Sources.Select(source => view.Cell(source, month)))
            .FirstOrDefault(cell => cell.Standing is { } standing && ActorMetadata.IsSame(standing.Actor, approver));
        if (closed is not null)
        {
            throw new Refusal(Reason.ClosedByApprover, $"{approver} closed {closed.Source} {closed.Month.ToIso()}; a person who closed none of the months "
                + $"of {edition.Prepared.Period} approves its edition", ("period", edition.Prepared.Period), ("source", closed.Source));
        }
    }

    private static void RequireUnchanged(EditionRow edition, View view)
    {
        PeriodCompleteness.Require(view, edition.ReportingPeriod);
        if (EditionFigures.Of(view, edition.ReportingPeriod).Digest != edition.Digest)
            throw Outdated(edition, "figures have changed since it was prepared: prepare it again");
    }

    private static Refusal Outdated(EditionRow edition, string why) =>
        new(Reason.EditionOutdated, $"{edition.Name} is not approved: {why}", ("period", edition.Period), ("edition", $"{edition.Number}"));

    [LoggerMessage(LogLevel.Warning, "an interrupted approval could not be continued; it is tried again: {Error}")]
    private partial void NotContinued(string error);

    [LoggerMessage(LogLevel.Warning, "the interrupted approval {Attempt} is not finished: {Error}")]
    private partial void ApprovalEnded(string attempt, string error);

    [LoggerMessage(LogLevel.Warning, "the locks of the abandoned approval {Attempt} could not be released; it is tried again: {Error}")]
    private partial void NotReleased(string attempt, string error);
}
