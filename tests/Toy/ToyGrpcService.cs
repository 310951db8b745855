using Grpc.Core;
using Iij.Closing;
using Iij.Platform;
using Iij.Toy.V1;

namespace Iij.Toy;

/// <summary>ToyService: reads requests into domain values, records.</summary>
public sealed class ToyGrpcService(Journal journal) : ToyService.ToyServiceBase
{
    /// <inheritdoc/>
    public override async Task<RecordSaleResponse> RecordSale(RecordSaleRequest request, ServerCallContext context)
    {
        var (call, on) = (EntryCall.Of(context, request, request.RequestId, request.Document), Fields.Date(request.Date, "date"));
        var shop = Fields.Text(request.Shop, "shop", 40);
        var decision = Sale.Of(on, Fields.NotNegative(request.HasAmountJpy, request.AmountJpy, "amount_jpy"));
        return new RecordSaleResponse
        {
            Receipt = await journal.RecordAsync(call, decision with { Rows = ToyStore.Sale(shop) }),
        };
    }
}
