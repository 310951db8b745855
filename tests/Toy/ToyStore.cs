using Iij.Platform;

namespace Iij.Toy;

/// <summary>The SQL of sales.</summary>
public sealed class ToyStore
{
    private static readonly Table _sales = new("sale", "entry", "shop");

    /// <summary>The rows that tell where a sale was made.</summary>
    public static IReadOnlyList<TableRow> Sale(string shop) => [_sales.Row(shop)];
}
