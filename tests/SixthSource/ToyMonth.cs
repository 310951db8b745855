using Grpc.Core;
using Grpc.Net.Client;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Period.V1;
using Iij.Toy.V1;

namespace Iij.Tests.SixthSource;

/// <summary>What people do with the toy source: two sales, and the close of their month.</summary>
internal static class ToyMonth
{
    /// <summary>The month.</summary>
    public const string Name = "2012-04";

    /// <summary>The sum of the sales, yen.</summary>
    public const long Revenue = 1_234_567;

    private static readonly Month _april = new() { Year = 2012, Month_ = 4 };

    public static async Task RecordAndCloseAsync(GrpcChannel toy)
    {
        var (sales, closing) = (new ToyService.ToyServiceClient(toy), new ClosingService.ClosingServiceClient(toy));
        await sales.RecordSaleAsync(Sale("sale-1", 5, Revenue - 1), As("clerk"));
        await sales.RecordSaleAsync(Sale("sale-2", 27, 1), As("clerk"));
        await closing.PreparePeriodAsync(new() { RequestId = "prepare", Month = _april }, As("preparer"));
        await closing.ClosePeriodAsync(new() { RequestId = "close", Month = _april }, As("controller"));
    }

    public static CallOptions As(string actor) => new([new(ActorMetadata.Key, actor)]);

    private static RecordSaleRequest Sale(string id, int day, long amount) =>
        new() { RequestId = id, Date = new() { Year = 2012, Month = 4, Day = day }, Shop = "Kanda", AmountJpy = amount };
}
