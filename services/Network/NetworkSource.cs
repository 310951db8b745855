using Google.Protobuf;
using Iij.Closing;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.NetworkServices.V1;
using Iij.Platform;

namespace Iij.Network;

/// <summary>What the network business provides for its close.</summary>
public sealed class NetworkSource(JournalStore journal) : ISource
{
    /// <inheritdoc/>
    public string Name => "network";

    /// <inheritdoc/>
    public Task<IMessage> BuildStatementAsync(Transaction transaction, Totals totals)
    {
        var statement = new NetworkServicesStatement
        {
            ConnectivityCorporateJpy = totals.Flow(NetworkMeasures.ConnectivityCorporate),
            ConnectivityHomeJpy = totals.Flow(NetworkMeasures.ConnectivityHome),
            OutsourcingJpy = totals.Flow(NetworkMeasures.Outsourcing),
            WanJpy = totals.Flow(NetworkMeasures.Wan),
            CostJpy = totals.Flow(NetworkMeasures.Cost),
            LteAdditions = totals.Flow(NetworkMeasures.LteAdditions),
            ContractsUnder100MbpsByDate = { ByDate(totals, BandContracts.Under100Mbps) },
            Contracts100MbpsTo1GbpsByDate = { ByDate(totals, BandContracts.From100Mbps) },
            Contracts1GbpsAndOverByDate = { ByDate(totals, BandContracts.From1Gbps) },
        };
        if (Begun(statement.ContractsUnder100MbpsByDate, totals))
            statement.ContractsUnder100Mbps = InForce(totals, BandContracts.Under100Mbps);
        if (Begun(statement.Contracts100MbpsTo1GbpsByDate, totals))
            statement.Contracts100MbpsTo1Gbps = InForce(totals, BandContracts.From100Mbps);
        if (Begun(statement.Contracts1GbpsAndOverByDate, totals))
            statement.Contracts1GbpsAndOver = InForce(totals, BandContracts.From1Gbps);
        return Task.FromResult<IMessage>(statement);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Finding>> ValidateAsync(
        Transaction transaction, Totals totals, IReadOnlyList<Fact> facts, IReadOnlyList<Fact> before)
    {
        // A stock is never below zero by its own dates; late entries, which count from the month that takes them, could still bring it there:
        // no such close.
        var findings = facts.Where(fact => fact.Unscaled < 0 && MeasureCatalog.Find(fact.Measure) is { Nature: Nature.Stock })
            .Select(fact => FindingCode.ContractsNegative.Found(
                $"{fact.Measure} is {fact.Unscaled} {(fact.Date.Length > 0 ? $"on {fact.Date}" : "at the end of the month")}"));
        return Task.FromResult<IReadOnlyList<Finding>>([.. findings]);
    }

    /// <inheritdoc/>
    public RuleState NewState() => new NetworkRuleState(journal);

    private static IEnumerable<DatedAmount> ByDate(Totals totals, string band) => totals.ByDate(BandContracts.Measure(band));

    private static long InForce(Totals totals, string band) => totals.Stock(BandContracts.Measure(band));

    // Before the first change there is nothing, which is not zero.
    private static bool Begun(IEnumerable<DatedAmount> byDate, Totals totals) =>
        byDate.Any(element => element.Date.ToLocalDate() <= totals.Month.LastDay());
}
