using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>
/// Executes the transitions of a month: rule, statement, period row, event and outbox row in one write transaction. An entry
/// takes the same write lock, so it is either in the statement or refused.
/// </summary>
public sealed class PeriodClose(
    JournalStore journal, PeriodStore store, EditionLockStore editions, EventSignatures signatures, ISource source, TimeProvider clock)
{
    /// <summary>The state of every month.</summary>
    public async Task<PeriodRules> RulesAsync(Transaction transaction) => new(await store.ListAsync(transaction));

    /// <summary>The trial statement of a month, and the findings of the validations.</summary>
    public async Task<Trial> TrialAsync(Transaction transaction, PeriodRules rules, YearMonth month)
    {
        var totals = await journal.TotalsAsync(transaction, month, rules.IsFirst(month));
        var message = await source.BuildStatementAsync(transaction, totals);
        var facts = Fact.Of(message);
        var statement = new Statement { Schema = message.Descriptor.FullName, Body = JsonFormatter.Default.Format(message), Digest = Fact.Digest(facts) };
        var before = await FactsAsync(transaction, rules.Get(month.PlusMonths(-1)));
        var findings = new List<Finding>(await source.ValidateAsync(transaction, totals, facts, before));
        findings.AddRange(
        [
            .. Findings.NegativeFlows(facts), .. RequiredMeasures.NotStated(source.Name, totals), .. await ControlTotalsAsync(transaction, month, facts),
        ]);
        return new Trial(statement, facts, findings);
    }

    /// <summary>Soft close.</summary>
    public async Task<PreparePeriodResponse> PrepareAsync(Transaction transaction, Call call, YearMonth month)
    {
        var rules = await RulesAsync(transaction);
        var period = rules.Prepare(month, await journal.FirstActivityAsync(transaction), call.Actor);
        var trial = await TrialAsync(transaction, rules, month);
        RequireSound(month, trial);
        await TellAsync(transaction, period, Transition.Prepared, call.Actor, "");
        return new PreparePeriodResponse { Period = ToProto(period), TrialStatement = trial.Statement, Findings = { trial.Findings } };
    }

    /// <summary>Returns a prepared month to open, with a reason.</summary>
    public async Task<ReturnPeriodResponse> ReturnAsync(Transaction transaction, Call call, YearMonth month, string reason)
    {
        var period = (await RulesAsync(transaction)).Return(month);
        await TellAsync(transaction, period, Transition.Returned, call.Actor, reason);
        return new ReturnPeriodResponse { Period = ToProto(period) };
    }

    /// <summary>Hard close, and a new revision of each later month that was impacted; later prepared months go back to open.</summary>
    /// <param name="transaction">Where to read and write.</param>
    /// <param name="call">The acting person and the request id.</param>
    /// <param name="month">The month.</param>
    /// <param name="waivers">As the request has them.</param>
    public async Task<ClosePeriodResponse> CloseAsync(
        Transaction transaction, Call call, YearMonth month, IReadOnlyList<Waiver> waivers)
    {
        var given = RequiredMeasures.Read(source.Name, waivers);
        var rules = await RulesAsync(transaction);
        var period = rules.Close(month, call.Actor);
        var trial = await TrialAsync(transaction, rules, month);
        RequireSound(month, trial);
        RequiredMeasures.RequireWaived(month, trial.Findings, given);
        var sequence = await TellAsync(transaction, period, Transition.Closed, call.Actor, "", new(trial.Statement, given));
        var response = new ClosePeriodResponse { Period = ToProto(period), Statement = trial.Statement, Sequence = sequence };
        foreach (var later in rules.RollForward(month))
        {
            // Re-read: the month before has a new revision now, and the validations compare with it.
            var rolled = await TrialAsync(transaction, await RulesAsync(transaction), later.YearMonth);
            RequireSound(later.YearMonth, rolled); // the way out is to reopen that month too
            var kept = RequiredMeasures.Kept(rolled.Findings, await WaiversAsync(transaction, rules.Get(later.YearMonth)));
            RequiredMeasures.RequireWaived(later.YearMonth, rolled.Findings, kept);
            await TellAsync(
                transaction, later, Transition.RolledForward, call.Actor, $"{month.ToIso()} closed again", new(rolled.Statement, kept));
            response.RolledForward.Add(later.YearMonth.ToProto());
        }

        var words = period.Revision > 1 ? "closed again" : "closed";
        response.Returned.AddRange(await ReturnPreparedAsync(transaction, month, call.Actor, $"{month.ToIso()} was {words}"));
        return response;
    }

    /// <summary>Opens a closed month again, with a reason; later closed months become impacted, prepared ones go back to open.</summary>
    public async Task<ReopenPeriodResponse> ReopenAsync(Transaction transaction, Call call, YearMonth month, string reason)
    {
        var (reopened, impacted) = (await RulesAsync(transaction)).Reopen(month);
        await TellAsync(transaction, reopened, Transition.Reopened, call.Actor, reason);
        foreach (var later in impacted)
            await store.SaveAsync(transaction, later);
        var returned = await ReturnPreparedAsync(transaction, month, call.Actor, $"{month.ToIso()} was reopened");
        return new ReopenPeriodResponse
        {
            Period = ToProto(reopened), Impacted = { impacted.Select(later => later.YearMonth.ToProto()) }, Returned = { returned },
        };
    }

    /// <summary>Locks a closed month once the group has published it.</summary>
    public async Task<LockPeriodResponse> LockAsync(Transaction transaction, Call call, YearMonth month) =>
        new() { Period = ToProto(await LockMonthAsync(transaction, call, month, "")) };

    /// <summary>Removes the lock, with a reason.</summary>
    public async Task<UnlockPeriodResponse> UnlockAsync(Transaction transaction, Call call, YearMonth month, string reason)
    {
        if ((await RulesAsync(transaction)).Get(month) is { Editions: [var edition, ..] })
        {
            throw new Refusal(Reason.LockedByEdition, $"{month.ToIso()} is locked by {edition}; the group unlocks it, in reporting",
                ("month", month.ToIso()), ("edition", edition));
        }

        return new UnlockPeriodResponse { Period = ToProto(await UnlockMonthAsync(transaction, call, month, reason)) };
    }

    /// <summary>The transition to locked, with the edition that locks the month as its reason; empty: by hand.</summary>
    public async Task<PeriodRow> LockMonthAsync(Transaction transaction, Call call, YearMonth month, string edition)
    {
        ArgumentNullException.ThrowIfNull(call);
        var period = (await RulesAsync(transaction)).Lock(month);
        await TellAsync(transaction, period, Transition.Locked, call.Actor, edition);
        return period;
    }

    /// <summary>The transition from locked to closed.</summary>
    public async Task<PeriodRow> UnlockMonthAsync(Transaction transaction, Call call, YearMonth month, string reason)
    {
        ArgumentNullException.ThrowIfNull(call);
        var period = (await RulesAsync(transaction)).Unlock(month);
        await editions.DeleteLockAsync(transaction, period.Month, ""); // of a lock by hand that an edition found there
        await TellAsync(transaction, period, Transition.Unlocked, call.Actor, reason);
        return period;
    }

    /// <summary>
    /// Declares the control total of a measure that is an amount in the statements of the source. Announcements are refused: their
    /// control total could never match, and the month could never close.
    /// </summary>
    public async Task<DeclareControlTotalResponse> DeclareAsync(
        Transaction transaction, Call call, YearMonth month, string measure, long amount)
    {
        if (MeasureCatalog.Find(measure) is not { } known || known.Source != source.Name || known.Nature == Nature.Register)
            throw Refusal.Field("measure", $"\"{measure}\" is not an amount in the statements of {source.Name}");
        await store.InsertControlTotalAsync(transaction, month, measure, amount, call.Actor, clock.Now().ToMicroseconds());
        return new DeclareControlTotalResponse();
    }

    /// <summary>The wire form of a period.</summary>
    public static PeriodStatus ToProto(PeriodRow period)
    {
        ArgumentNullException.ThrowIfNull(period);
        return new PeriodStatus
        {
            Month = period.YearMonth.ToProto(), State = period.State, Revision = period.Revision, Impacted = period.Impacted,
            PreparedBy = period.PreparedBy, Editions = { period.Editions },
            Rejection = period.Rejection is { } rejected && rejected.Revision == period.Revision
                ? new Rejection { Revision = rejected.Revision, Actor = rejected.Actor, Reason = rejected.Reason }
                : null,
        };
    }

    // A prepared month whose trial statement may be another now goes back to open; the reason names the month that caused it.
    private async Task<IReadOnlyList<Period.V1.Month>> ReturnPreparedAsync(Transaction transaction, YearMonth month, string actor, string reason)
    {
        var rules = await RulesAsync(transaction);
        var returned = rules.PreparedAfter(month);
        foreach (var later in returned)
            await TellAsync(transaction, rules.Return(later), Transition.Returned, actor, reason);
        return [.. returned.Select(later => later.ToProto())];
    }

    private async Task<long> TellAsync(
        Transaction transaction, PeriodRow period, Transition transition, string actor, string reason, Fixed? fixedOne = null)
    {
        var known = await store.NextSequenceAsync(transaction);
        await store.SaveAsync(transaction, period);
        var (statement, waivers) = (fixedOne?.Statement, Waivers.ToText(fixedOne?.Waivers ?? []));
        if (statement is not null)
            await store.InsertStatementAsync(transaction, period.YearMonth, period.Revision, statement, waivers);
        await store.InsertEventAsync(transaction, signatures.Sign(new EventRow
        {
            Source = known.Name, Incarnation = known.Incarnation, Sequence = known.LastSequence,
            EventId = Guid.CreateVersion7(clock.GetUtcNow()).ToString(), Transition = transition.ToString(), Month = period.Month,
            Revision = period.Revision, OccurredAt = clock.Now().ToMicroseconds(), Actor = actor, Reason = reason,
            SchemaName = statement?.Schema ?? "", Body = statement?.Body ?? "", WaiverText = waivers, TraceParent = Telemetry.TraceParent,
        }));
        return known.LastSequence;
    }

    /// <summary>The waivers of a month's last revision, by measure; none before the first close.</summary>
    public async Task<IReadOnlyList<Waiver>> WaiversAsync(Transaction transaction, PeriodRow period)
    {
        ArgumentNullException.ThrowIfNull(period);
        return Waivers.Of((await store.FindStatementAsync(transaction, period.YearMonth, period.Revision))?.WaiverText ?? "");
    }

    private async Task<IReadOnlyList<Fact>> FactsAsync(Transaction transaction, PeriodRow period) =>
        period.Revision > 0 && await store.FindStatementAsync(transaction, period.YearMonth, period.Revision) is { } fixedOne
            ? Fact.Of(MeasureCatalog.Parse(fixedOne.SchemaName, fixedOne.Body)!)
            : [];

    private async Task<IEnumerable<Finding>> ControlTotalsAsync(Transaction transaction, YearMonth month, IReadOnlyList<Fact> facts)
    {
        var reported = facts.Where(fact => fact.Date.Length == 0 && fact.Subject.Length == 0).ToDictionary(fact => fact.Measure);
        var declared = await store.ListControlTotalsAsync(transaction, month);
        return declared
            .Where(total => !reported.TryGetValue(total.Measure, out var fact) || fact.Unscaled != total.Amount)
            .Select(total => FindingCode.ControlTotalDiffers.Found($"{total.Measure}: declared {total.Amount}, recorded "
                + (reported.TryGetValue(total.Measure, out var fact) ? $"{fact.Unscaled}" : "nothing")));
    }

    private static void RequireSound(YearMonth month, Trial trial)
    {
        var errors = trial.Findings.Where(finding => finding.Severity == Severity.Error).ToList();
        if (errors.Count == 0)
            return;
        throw new Refusal(Reason.ValidationFailed,
            $"{month.ToIso()} does not pass: {string.Join("; ", errors.Select(error => error.Message))}",
            [("month", month.ToIso()), .. errors.GroupBy(error => error.Code).Select(group => (group.Key, group.First().Message))]);
    }

    // What a revision fixes.
    private sealed record Fixed(Statement Statement, IReadOnlyList<Waiver> Waivers);
}

/// <summary>The trial statement of a month.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Facts">Its facts, sorted.</param>
/// <param name="Findings">The findings of the validations.</param>
public sealed record Trial(Statement Statement, IReadOnlyList<Fact> Facts, IReadOnlyList<Finding> Findings);
