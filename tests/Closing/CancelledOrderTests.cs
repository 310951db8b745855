using Iij.Closing.V1;
using Iij.Contracts;
using Iij.SiBacklog.V1;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>A cancelled order takes no revenue, whatever its amount and whichever day it is dated: its life is over.</summary>
public sealed class CancelledOrderTests
{
    private static readonly LocalDate _cancelled = new(2012, 3, 15);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Revenue_of_any_amount_on_any_day_is_refused(string engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, "cancelled");
        await using var node = await Node.StartAsync(new BacklogBusiness(), database);
        foreach (var kind in new[] { OrderKind.Construction, OrderKind.Operation })
        {
            var order = $"{kind}";
            await node.AskAsync<ReceiveOrderResponse>(new ReceiveOrderRequest
            {
                RequestId = Node.NewId(), OrderId = order, Kind = kind, AmountJpy = 1_000, CustomerIndustry = "finance",
                ReceivedOn = _cancelled.PlusDays(-9).ToProto(),
            });
            var cancelled = await node.AskAsync<CancelOrderResponse>(
                new CancelOrderRequest { RequestId = Node.NewId(), OrderId = order, CancelledOn = _cancelled.ToProto(), Reason = "withdrawn" });
            foreach (var days in new[] { -9, -1, 0, 1, 40 })
            {
                foreach (var amount in new[] { 0L, 1L, 1_000L })
                    Assert.Equal("ORDER_CANCELLED", (await node.AskAsync(Revenue(order, _cancelled.PlusDays(days), amount))).Reason);
            }

            await node.AskAsync<ReverseEntryResponse>(
                new ReverseEntryRequest { RequestId = Node.NewId(), EntryNumber = cancelled.Receipt.EntryNumber, Reason = "it goes on" });
            await node.AskAsync<RecogniseRevenueResponse>(Revenue(order, _cancelled, 1_000));
        }
    }

    private static RecogniseRevenueRequest Revenue(string order, LocalDate on, long amount) =>
        new() { RequestId = Node.NewId(), OrderId = order, RecognisedOn = on.ToProto(), AmountJpy = amount };
}
