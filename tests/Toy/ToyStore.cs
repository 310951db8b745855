using Iij.Platform;

namespace Iij.Toy;

/// <summary>The SQL of sales.</summary>
public sealed class ToyStore
{
    /// <summary>Writes where a sale was made.</summary>
    public Task SellAsync(Transaction transaction, long entry, string shop) =>
        transaction.ExecuteAsync("INSERT INTO sale (entry, shop) VALUES (@entry, @shop)", new { entry, shop });
}
