using Google.Protobuf;
using Iij.Closing;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Toy.V1;

namespace Iij.Toy;

/// <summary>What the toy business provides for its close.</summary>
public sealed class ToySource : ISource
{
    /// <inheritdoc/>
    public string Name => "toy";

    /// <inheritdoc/>
    public Task<IMessage> BuildStatementAsync(Transaction transaction, Totals totals) =>
        Task.FromResult<IMessage>(new ToyStatement { RevenueJpy = totals.Flow(Sale.Revenue) });

    /// <inheritdoc/>
    public Task<IReadOnlyList<Finding>> ValidateAsync(
        Transaction transaction, Totals totals, IReadOnlyList<Fact> facts, IReadOnlyList<Fact> before) => Task.FromResult<IReadOnlyList<Finding>>([]);
}
