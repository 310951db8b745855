using Google.Protobuf;
using Iij.Closing;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.SiBacklog.V1;

namespace Iij.Backlog;

/// <summary>What systems integration provides for its close.</summary>
public sealed class BacklogSource(BacklogStore store) : ISource
{
    /// <inheritdoc/>
    public string Name => "backlog";

    /// <inheritdoc/>
    public Task<IMessage> BuildStatementAsync(Transaction transaction, Totals totals)
    {
        var construction = RollForward.Of(totals, OrderKind.Construction);
        var operation = RollForward.Of(totals, OrderKind.Operation);
        var statement = new SiBacklogStatement
        {
            OpeningConstructionJpy = construction.Opening, OpeningOperationJpy = operation.Opening,
            OpeningEnteredConstructionJpy = construction.OpeningEntered, OpeningEnteredOperationJpy = operation.OpeningEntered,
            OrdersReceivedConstructionJpy = construction.OrdersReceived, OrdersReceivedOperationJpy = operation.OrdersReceived,
            AmendmentsConstructionJpy = construction.Amendments, AmendmentsOperationJpy = operation.Amendments,
            CancellationsConstructionJpy = construction.Cancellations, CancellationsOperationJpy = operation.Cancellations,
            RevenueConstructionJpy = construction.Revenue, RevenueOperationJpy = operation.Revenue,
            ClosingConstructionJpy = construction.Closing, ClosingOperationJpy = operation.Closing,
            SystemsIntegrationCostJpy = totals.Flow(SiFigures.Cost),
            EquipmentRevenueJpy = totals.Flow(SiFigures.EquipmentRevenue),
            EquipmentCostJpy = totals.Flow(SiFigures.EquipmentCost),
        };
        // Without a count the value is absent, which differs from zero.
        if (totals.Of(SiFigures.Personnel) is { } personnel)
            statement.OutsourcedPersonnel = personnel;
        return Task.FromResult<IMessage>(statement);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Finding>> ValidateAsync(
        Transaction transaction, Totals totals, IReadOnlyList<Fact> facts, IReadOnlyList<Fact> before)
    {
        var reported = facts.ToDictionary(fact => fact.Measure, fact => fact.Unscaled);
        var earlier = before.ToDictionary(fact => fact.Measure, fact => fact.Unscaled);
        var findings = new List<Finding>();
        foreach (var kind in new[] { OrderKind.Construction, OrderKind.Operation })
            findings.AddRange(Check(kind, reported, earlier));
        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    /// <inheritdoc/>
    public RuleState NewState() => new BacklogRuleState(store);

    private static IEnumerable<Finding> Check(OrderKind kind, Dictionary<string, long> reported, Dictionary<string, long> before)
    {
        var moves = new RollForward(
            reported[kind.Opening], reported[kind.OpeningEntered], reported[kind.OrdersReceived], reported[kind.Amendments],
            reported[kind.Cancellations], reported[kind.Revenue], reported[kind.Backlog]);
        if (moves.Closing < 0)
            yield return FindingCode.NegativeBacklog.Found($"{kind.Name}: the backlog would close at {moves.Closing}");
        if (moves.Difference != 0)
            yield return FindingCode.RollForwardDiffers.Found($"{kind.Name}: the closing differs by {moves.Difference} from what it is made of");
        if (before.TryGetValue(kind.Backlog, out var closed) && closed != moves.Opening)
            yield return FindingCode.OpeningDiffers.Found($"{kind.Name}: opens with {moves.Opening}, the month before closed with {closed}");
    }
}
