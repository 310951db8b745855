using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// The sign-off of a reporting period: prepare an edition, return it, withdraw a published one. Approving it, by another person, is
/// <see cref="Approval"/>, which asks and locks the sources.
/// </summary>
public sealed class SignOff(GroupAccounting accounting, EditionStore store, Views views, Preview preview)
{
    /// <summary>Prepares the next edition of a complete period as of the present position. It replaces one that waits for approval.</summary>
    public async Task<SignOffPeriodResponse> PrepareAsync(
        Transaction transaction, Call call, ReportingPeriod period, RestatementKind kind, string reason, Timestamp? embargoUntil)
    {
        ArgumentNullException.ThrowIfNull(period);
        var (history, view) = await views.WithinAsync(transaction);
        var own = Edition.Of(history).Where(edition => edition.Prepared.Period == period.Notation).ToList();
        if (own.LastOrDefault(edition => edition.State == EditionState.Prepared) is { } waiting)
            await RequireIdleAsync(transaction, waiting.Prepared);
        PeriodCompleteness.Require(view, period);
        var before = own.LastOrDefault(edition => edition.State == EditionState.Published);
        var number = own.Count(edition => edition.Approval is not null) + 1;
        RequireExplained(period, number, kind, reason);
        var shown = preview.Of(history, view, period, before);
        if (before is not null && shown.Differences.Count == 0)
            throw new Refusal(Reason.EditionUnchanged, $"no figure of {period} differs from edition {before.Prepared.Number}", ("period", period.Notation));
        var decided = await accounting.DecideAsync(transaction, call, new GroupDecision
        {
            Kind = GroupDecision.EditionPrepared, Period = period.Notation, Edition = number, Reason = reason,
        });
        await store.InsertAsync(transaction, Row(decided, view, period, number) with
        {
            Kind = number == 1 ? nameof(RestatementKind.Unspecified) : kind.ToString(),
            Digest = shown.Digest,
            EmbargoUntil = embargoUntil is null ? 0 : Fields.Moment(embargoUntil, "embargo_until").ToMicroseconds(),
            LockKey = own.LastOrDefault(edition => edition.Prepared.Number == number)?.Prepared.LockKey ?? RandomNumberGenerator.GetHexString(32),
        });
        var edition = await FindAsync(transaction, period, number);
        return new SignOffPeriodResponse { Knowledge = edition.Prepared.Position, Edition = edition.ToProto(), Preview = shown };
    }

    /// <summary>Returns a prepared edition.</summary>
    public async Task<ReturnEditionResponse> ReturnAsync(Transaction transaction, Call call, ReportingPeriod period, int number, string reason)
    {
        var edition = await FindAsync(transaction, period, number);
        RequirePrepared(edition);
        await RequireIdleAsync(transaction, edition.Prepared);
        await DecideAsync(transaction, call, GroupDecision.EditionReturned, edition, reason);
        return new ReturnEditionResponse { Edition = (await FindAsync(transaction, period, number)).ToProto() };
    }

    /// <summary>Withdraws a published edition: it is marked and stays readable.</summary>
    public async Task<WithdrawEditionResponse> WithdrawAsync(Transaction transaction, Call call, ReportingPeriod period, int number, string reason)
    {
        var edition = await FindAsync(transaction, period, number);
        if (edition.State != EditionState.Published)
            throw new Refusal(Reason.EditionNotPublished, $"{edition.Prepared.Name} is {Word(edition)}; only a published edition is withdrawn", Key(edition));
        await DecideAsync(transaction, call, GroupDecision.EditionWithdrawn, edition, reason);
        return new WithdrawEditionResponse { Edition = (await FindAsync(transaction, period, number)).ToProto() };
    }

    /// <summary>The edition of a period as a transaction sees it.</summary>
    public async Task<Edition> FindAsync(Transaction transaction, ReportingPeriod period, int number) =>
        Publications.Find(Edition.Of((await views.WithinAsync(transaction)).History), period, number);

    /// <summary>Refuses an edition that does not wait for approval (EDITION_NOT_PREPARED).</summary>
    public static void RequirePrepared(Edition edition)
    {
        ArgumentNullException.ThrowIfNull(edition);
        if (edition.State != EditionState.Prepared)
            throw new Refusal(Reason.EditionNotPrepared, $"{edition.Prepared.Name} is {Word(edition)}; prepare the next edition first", Key(edition));
    }

    /// <summary>The names of an edition in a refusal.</summary>
    public static (string Key, string Value)[] Key(Edition edition)
    {
        ArgumentNullException.ThrowIfNull(edition);
        return [("period", edition.Prepared.Period), ("edition", $"{edition.Prepared.Number}")];
    }

    /// <summary>
    /// Before editions, months were signed off one by one: each becomes edition 1 of its month, as of the position of that decision.
    /// </summary>
    public async Task<bool> AdoptAsync(Transaction transaction)
    {
        var (history, _) = await views.WithinAsync(transaction);
        foreach (var decision in history.Decisions.Where(decision => decision.Kind == GroupDecision.SignedOff)
            .GroupBy(decision => decision.Month).Select(month => month.First())
            .ExceptBy(history.Editions.Select(row => row.Preparation), decision => decision.Knowledge))
        {
            var (period, view) = (ReportingPeriod.Parse(decision.Month)!, views.At(history, decision.Knowledge));
            await store.InsertAsync(transaction, Row(decision.Knowledge, view, period, 1) with
            {
                Digest = EditionFigures.Of(view, period).Digest,
                LockKey = RandomNumberGenerator.GetHexString(32),
            });
        }

        return true;
    }

    private async Task RequireIdleAsync(Transaction transaction, EditionRow row)
    {
        if ((await store.ListUnfinishedAsync(transaction)).Any(approval => approval.Preparation == row.Preparation && approval.Ended.Length == 0))
            throw Running(row);
    }

    /// <summary>An approval of the edition is on its way.</summary>
    public static Refusal Running(EditionRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new(Reason.SignOffRunning, $"an approval of {row.Name} is on its way; try again", ("period", row.Period));
    }

    private static void RequireExplained(ReportingPeriod period, int number, RestatementKind kind, string reason)
    {
        if (number > 1 && (kind == RestatementKind.Unspecified || reason.Length == 0))
        {
            throw new Refusal(Reason.RestatementUnexplained,
                $"edition {number} of {period} restates what was published: state its kind (error, estimate, policy, reclassification) and its reason",
                ("period", period.Notation));
        }
    }

    private Task<long> DecideAsync(Transaction transaction, Call call, string kind, Edition edition, string reason) =>
        accounting.DecideAsync(transaction, call, new GroupDecision
        {
            Kind = kind, Period = edition.Prepared.Period, Edition = edition.Prepared.Number, Reason = reason,
        });

    private static EditionRow Row(long preparation, View view, ReportingPeriod period, int number) => new()
    {
        Preparation = preparation, Period = period.Notation, Number = number, Position = view.Knowledge, LinesVersion = view.LinesVersion,
        Vector = EditionRow.VectorOf(view),
    };

    private static string Word(Edition edition) => edition.State.ToString().ToLowerInvariant();
}
