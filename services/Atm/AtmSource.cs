using Google.Protobuf;
using Iij.AtmOperations.V1;
using Iij.Closing;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Atm;

/// <summary>What the ATM business provides for its close.</summary>
public sealed class AtmSource(AtmStore store) : ISource
{
    /// <inheritdoc/>
    public string Name => "atm";

    /// <inheritdoc/>
    public Task<IMessage> BuildStatementAsync(Transaction transaction, Totals totals)
    {
        var placed = totals.ByDate(AtmState.Placed).ToList();
        var statement = new AtmOperationsStatement
        {
            Withdrawals = totals.Flow(AtmState.Withdrawals),
            CommissionJpy = totals.Flow(AtmState.Commission),
            CostJpy = totals.Flow(AtmState.Cost),
            SgaJpy = totals.Flow(AtmState.Sga),
            PlacedByDate = { placed },
            AtmDays = DaysPlaced(placed, totals.Month),
        };
        // Before the first installation there is nothing, which is not zero.
        if (placed.Any(element => element.Date.ToLocalDate() <= totals.Month.LastDay()))
            statement.Placed = totals.Stock(AtmState.Placed);
        return Task.FromResult<IMessage>(statement);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Finding>> ValidateAsync(
        Transaction transaction, Totals totals, IReadOnlyList<Fact> facts, IReadOnlyList<Fact> before)
    {
        var findings = new List<Finding>();
        if (totals.Stock(AtmState.Placed) > 0 && totals.Flow(AtmState.Withdrawals) == 0)
            findings.Add(FindingCode.WithdrawalsAbsent.Found("ATMs are placed but nothing was withdrawn in the month"));
        // By its own dates no ATM goes before it comes; late entries, which count from the month that takes them, could: no such close.
        foreach (var fact in facts.Where(fact => fact.Measure == AtmState.Placed && fact.Unscaled < 0))
        {
            findings.Add(FindingCode.PlacedNegative.Found(
                $"{fact.Measure} is {fact.Unscaled} {(fact.Date.Length > 0 ? $"on {fact.Date}" : "at the end of the month")}"));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TotalDifference>> CompareTotalsAsync(Transaction transaction) => store.CompareDaysAsync(transaction);

    /// <inheritdoc/>
    public RuleState NewState() => new AtmRuleState(store);

    private static long DaysPlaced(IReadOnlyList<DatedAmount> placed, YearMonth month)
    {
        var changes = placed.Select((element, i) =>
            (element.Date.ToLocalDate()!.Value, element.Amount - (i == 0 ? 0 : placed[i - 1].Amount)));
        return AtmState.DaysPlaced(changes, month.FirstDay(), month.LastDay());
    }
}
