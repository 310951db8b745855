using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;

namespace Iij.Closing;

/// <summary>
/// Recomputes the running totals from the entries, the statements of closed months from the totals, and every stored statement's
/// digest from its body. An altered amount anywhere on this path is detected.
/// </summary>
public sealed class Audit(JournalStore journal, PeriodStore store, PeriodClose close, ISource source)
{
    /// <summary>Reads everything in one snapshot; changes nothing.</summary>
    public async Task<AuditTotalsResponse> RunAsync(Transaction transaction)
    {
        var response = new AuditTotalsResponse { EntriesRead = await journal.CountEntriesAsync(transaction) };
        foreach (var difference in (await journal.CompareTotalsAsync(transaction)).Concat(await source.CompareTotalsAsync(transaction)))
        {
            response.Findings.Add(FindingCode.TotalDiffers.Found(
                $"{difference.What}: the running total is {difference.Recorded}, the entries sum to {difference.Recomputed}"));
        }

        var rules = await close.RulesAsync(transaction);
        foreach (var period in (await store.ListAsync(transaction)).Where(period => period.Revision > 0))
        {
            for (var revision = 1; revision <= period.Revision; revision++)
                await CheckBodyAsync(transaction, period, revision, response);
            if (period.IsClosed && !period.Impacted)
                await CheckStatementAsync(transaction, rules, period, response);
        }

        return response;
    }

    private async Task CheckBodyAsync(Transaction transaction, PeriodRow period, int revision, AuditTotalsResponse response)
    {
        var statement = await store.FindStatementAsync(transaction, period.YearMonth, revision);
        if (statement is null)
            response.Findings.Add(FindingCode.StatementAbsent.Found($"{period.Month} revision {revision} has no statement"));
        else if (Fact.Digest(Fact.Of(MeasureCatalog.Parse(statement.SchemaName, statement.Body)!)) != statement.Digest)
            response.Findings.Add(FindingCode.StatementAltered.Found($"{period.Month} revision {revision}: the body does not have its digest"));
    }

    private async Task CheckStatementAsync(Transaction transaction, PeriodRules rules, PeriodRow period, AuditTotalsResponse response)
    {
        var trial = await close.TrialAsync(transaction, rules, period.YearMonth);
        var stored = await store.FindStatementAsync(transaction, period.YearMonth, period.Revision);
        if (stored is null)
            return;
        // What was scheduled after the month may have changed since; the month itself may not.
        var end = period.YearMonth.LastDay().ToIso();
        var before = Fact.Of(MeasureCatalog.Parse(stored.SchemaName, stored.Body)!).Where(fact => Inside(fact, end));
        if (Fact.Digest(before) != Fact.Digest(trial.Facts.Where(fact => Inside(fact, end))))
        {
            response.Findings.Add(FindingCode.StatementDiffers.Found(
                $"{period.Month} revision {period.Revision}: the statement does not follow from the running totals"));
        }
    }

    private static bool Inside(Fact fact, string end) =>
        fact.Subject.Length == 0 && string.CompareOrdinal(fact.Date, end) <= 0;
}
