using Google.Protobuf;
using Iij.Closing;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Group.V1;
using Iij.Platform;

namespace Iij.Group;

/// <summary>What the group's own accounts provide for their close.</summary>
public sealed class GroupSource(GroupStore store) : ISource
{
    /// <inheritdoc/>
    public string Name => "group";

    /// <inheritdoc/>
    public async Task<IMessage> BuildStatementAsync(Transaction transaction, Totals totals)
    {
        var registers = (await store.RegistersAsync(transaction)).ToLookup(row => row.Register, row => row.ToProto());
        var statement = new GroupStatement
        {
            Balance = { totals.Items(Accounts.BalancePrefix) },
            CashFlow = { totals.Items(Accounts.CashFlowPrefix) },
            Targets = { registers[Announced.Target] },
            Dividends = { registers[Announced.Dividend] },
            Shares = { registers[Announced.Shares] },
            Splits = { registers[Announced.Split] },
        };
        // A single figure is what was recorded under its own measure, and absent where nothing was: missing, not zero.
        foreach (var field in GroupStatement.Descriptor.Fields.InDeclarationOrder().Where(field => !field.IsRepeated))
        {
            if (totals.Of(MeasureCatalog.MeasureOf(field)!.Name) is { } amount)
                field.Accessor.SetValue(statement, amount);
        }

        return statement;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Finding>> ValidateAsync(
        Transaction transaction, Totals totals, IReadOnlyList<Fact> facts, IReadOnlyList<Fact> before)
    {
        var balance = facts.Where(fact => fact.Measure.StartsWith(Accounts.BalancePrefix, StringComparison.Ordinal))
            .ToDictionary(fact => fact.Measure[Accounts.BalancePrefix.Length..], fact => fact.Unscaled);
        return [.. new BalanceSheet(await store.BalanceItemsAsync(transaction), balance).Findings()];
    }

    /// <inheritdoc/>
    public RuleState NewState() => new GroupRuleState(store);
}
