using Google.Protobuf;
using Iij.Closing;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.GioCloud.V1;
using Iij.Platform;

namespace Iij.Cloud;

/// <summary>What the cloud business provides for its close.</summary>
public sealed class CloudSource(CloudStore store) : ISource
{
    /// <inheritdoc/>
    public string Name => "cloud";

    /// <inheritdoc/>
    public Task<IMessage> BuildStatementAsync(Transaction transaction, Totals totals)
    {
        var statement = new GioCloudStatement
        {
            HostingPackageRevenueJpy = totals.Flow(CloudMeasures.HostingPackageRevenue),
            ComponentRevenueJpy = totals.Flow(CloudMeasures.ComponentRevenue),
            HostingPackageCostJpy = totals.Flow(CloudMeasures.HostingPackageCost),
            ComponentCostJpy = totals.Flow(CloudMeasures.ComponentCost),
            CapexJpy = totals.Flow(CloudMeasures.Capex),
        };
        // A count nobody took is missing: neither zero nor what it was a month before.
        if (Counted(totals, MonthEndCount.Projects) is { } projects)
            statement.Projects = projects;
        if (Counted(totals, MonthEndCount.Clients) is { } clients)
            statement.Clients = clients;
        if (Counted(totals, MonthEndCount.Partners) is { } partners)
            statement.Partners = partners;
        if (Counted(totals, MonthEndCount.VwSeriesOrders) is { } orders)
            statement.VwSeriesOrders = orders;
        if (Counted(totals, MonthEndCount.VwSeriesProspects) is { } prospects)
            statement.VwSeriesProspects = prospects;
        return Task.FromResult<IMessage>(statement);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Finding>> ValidateAsync(
        Transaction transaction, Totals totals, IReadOnlyList<Fact> facts, IReadOnlyList<Fact> before) =>
        Task.FromResult<IReadOnlyList<Finding>>([]);

    /// <inheritdoc/>
    public RuleState NewState() => new CloudRuleState(store);

    private static long? Counted(Totals totals, string kind) => totals.Of(MonthEndCount.Measure(kind));
}
