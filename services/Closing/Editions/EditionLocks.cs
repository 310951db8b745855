using System.Globalization;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>
/// What the group's sign-off does at a source: it locks the months of an edition, all or none, only while the source's last event is the one
/// that reporting has; it releases them; and it notes which revisions it rejected.
/// </summary>
public sealed class EditionLocks(PeriodStore periods, EditionLockStore store, PeriodClose close, TimeProvider clock)
{
    /// <summary>Locks the months of an edition. A repeat under the same edition and key changes nothing.</summary>
    public async Task<LockForEditionResponse> LockAsync(
        Transaction transaction, Call call, LockForEditionRequest request, IReadOnlyList<YearMonth> months)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(months);
        var locks = await EditionLockStore.ListLocksAsync(transaction);
        var own = locks.Where(row => row.Edition == request.Edition && months.Any(month => month.ToIso() == row.Month)).ToList();
        RequireKeys(own, new Dictionary<string, string> { [request.Edition] = request.Key });
        var missing = months.Where(month => own.All(row => row.Month != month.ToIso())).ToList();
        if (missing.Count > 0)
            await RequirePositionAsync(transaction, request);
        foreach (var month in missing)
            await LockAsync(transaction, call, request, month, isHeld: locks.Any(row => row.Month == month.ToIso()));
        return new LockForEditionResponse { Periods = { await StatusesAsync(transaction, months) } };
    }

    /// <summary>Releases months from editions; a month without a lock left is closed. A repeat changes nothing.</summary>
    public async Task<UnlockFromEditionsResponse> UnlockAsync(
        Transaction transaction, Call call, UnlockFromEditionsRequest request, IReadOnlyList<YearMonth> months)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(months);
        var keys = request.Editions.ToDictionary(edition => edition.Edition, edition => edition.Key);
        var locks = await EditionLockStore.ListLocksAsync(transaction);
        foreach (var month in months)
        {
            var released = locks.Where(row => row.Month == month.ToIso() && keys.ContainsKey(row.Edition)).ToList();
            RequireKeys(released, keys);
            foreach (var row in released)
                await store.DeleteLockAsync(transaction, row.Month, row.Edition);
            if (released.Count > 0 && locks.Count(row => row.Month == month.ToIso()) == released.Count)
                await close.UnlockMonthAsync(transaction, call, month, request.Reason);
        }

        return new UnlockFromEditionsResponse { Periods = { await StatusesAsync(transaction, months) } };
    }

    /// <summary>Notes that the group rejected a revision, or, without a reason, took that back.</summary>
    public async Task<NoteRejectionResponse> NoteRejectionAsync(
        Transaction transaction, Call call, YearMonth month, int revision, string reason)
    {
        ArgumentNullException.ThrowIfNull(call);
        var period = (await close.RulesAsync(transaction)).Get(month);
        if (revision < 1 || revision > period.Revision)
        {
            throw new Refusal(Reason.RevisionUnknown, $"{month.ToIso()} has {period.Revision} revisions, there is no revision {revision}",
                ("month", month.ToIso()));
        }

        await store.InsertRejectionAsync(transaction, month, revision, call.Actor, reason, clock.Now().ToMicroseconds());
        return new NoteRejectionResponse { Period = (await StatusesAsync(transaction, [month])).Single() };
    }

    private async Task LockAsync(Transaction transaction, Call call, LockForEditionRequest request, YearMonth month, bool isHeld)
    {
        var at = clock.Now().ToMicroseconds();
        var isLocked = (await close.RulesAsync(transaction)).Get(month).State == PeriodState.Locked;
        if (isLocked && !isHeld)
            await store.InsertLockAsync(transaction, month, "", "", call.Actor, at); // locked by hand, and so it stays when the edition releases it
        if (!isLocked)
            await close.LockMonthAsync(transaction, call, month, request.Edition);
        await store.InsertLockAsync(transaction, month, request.Edition, request.Key, call.Actor, at);
    }

    private async Task RequirePositionAsync(Transaction transaction, LockForEditionRequest request)
    {
        var source = (await periods.FindSourceAsync(transaction))!;
        if (source.Incarnation == request.ExpectedIncarnation && source.LastSequence == request.ExpectedSequence)
            return;
        throw new Refusal(Reason.SourceAhead,
            $"{source.Name} is at event {source.LastSequence}, the edition expects {request.ExpectedSequence}: its later events are not received yet",
            ("source", source.Name), ("sequence", source.LastSequence.ToString(CultureInfo.InvariantCulture)));
    }

    private async Task<IReadOnlyList<PeriodStatus>> StatusesAsync(Transaction transaction, IReadOnlyList<YearMonth> months)
    {
        var rules = await close.RulesAsync(transaction);
        return [.. months.Select(month => PeriodClose.ToProto(rules.Get(month)))];
    }

    private static void RequireKeys(IEnumerable<EditionLockRow> locks, IReadOnlyDictionary<string, string> keys)
    {
        if (locks.FirstOrDefault(row => row.LockKey != keys[row.Edition]) is { } wrong)
        {
            throw new Refusal(Reason.LockKeyWrong, $"the lock of {wrong.Edition} on {wrong.Month} has another key; reporting releases it",
                ("month", wrong.Month), ("edition", wrong.Edition));
        }
    }
}
