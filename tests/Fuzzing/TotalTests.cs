using Grpc.Core;
using Iij.Client;
using Iij.GioCloud.V1;
using Iij.Platform;

namespace Iij.Tests.Fuzzing;

/// <summary>The largest amounts, again and again: a total that would leave its range refuses the entry that would take it there.</summary>
public sealed class TotalTests(World world) : IClassFixture<World>
{
    [Fact]
    public async Task A_total_beyond_its_range_refuses_the_entry_and_stays()
    {
        var cloud = new GioCloudService.GioCloudServiceClient(world.Services.Channels["cloud"]);
        var reasons = await Task.WhenAll(Enumerable.Range(0, 4_010).Select(async _ =>
        {
            try
            {
                await cloud.RecordCapexAsync(new()
                {
                    RequestId = $"total-{Samples.Next()}", Date = new() { Year = 2012, Month = 7, Day = 1 }, AmountJpy = Fields.AmountMax,
                }, Rpc.Options(Rpc.Actor));
                return "";
            }
            catch (RpcException error)
            {
                return $"{error.StatusCode} {RpcErrors.InfoOf(error)?.Reason}";
            }
        }));
        Assert.Equal(4_000, reasons.Count(reason => reason.Length == 0));
        Assert.All(reasons.Where(reason => reason.Length > 0), reason => Assert.Equal("OutOfRange TOTAL_TOO_LARGE", reason));
        await Readings.DigestAsync(world.Services);
    }
}
