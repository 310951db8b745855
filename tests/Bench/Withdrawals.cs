using Grpc.Core;
using Grpc.Net.Client;
using Iij.Atm;
using Iij.AtmOperations.V1;
using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using Iij.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using NodaTime;

namespace Iij.Tests.Bench;

/// <summary>Withdrawals recorded one by one by several callers, and in one stream: the source of ATM operations beside its twins.</summary>
internal static class Withdrawals
{
    private const int Atms = 50;
    private static readonly Metadata _actor = new() { { "iij-actor", "bench" } };
    private static readonly LocalDate _first = new(2012, 4, 1);
    private static int _next;

    public static async Task<BenchPair> UnaryAsync(string engine, int callers)
    {
        var (product, twin) = (await StartAsync(engine), await OneRowTwin.StartAsync(engine));
        return new BenchPair(Calls(product.Client, callers), Calls(twin.Client, callers), product, twin);
    }

    public static async Task<BenchPair> StreamAsync(string engine, bool oneDay)
    {
        var (product, twin) = (await StartAsync(engine), await BulkTwin.StartAsync(engine));
        return new BenchPair(
            operations => SendAsync(product.Client, operations, oneDay), operations => twin.InsertAsync(Requests(operations, oneDay)), product, twin);
    }

    /// <summary>Starts a service of this contract, the product's or a twin's.</summary>
    public static async Task<ServedApp> ServeAsync(WebApplication app, IAsyncDisposable? storage = null)
    {
        await app.StartAsync();
        return new ServedApp(app, GrpcChannel.ForAddress(app.Address()), storage);
    }

    private static async Task<ServedApp> StartAsync(string engine)
    {
        var storage = await BenchDatabase.CreateAsync(engine);
        var settings = new ServiceSettings { Listen = "http://127.0.0.1:0", Storage = storage.Settings };
        settings.Signing.KeyFile = SourceKeys.FileOf("atm");
        var app = await SourceHost.BuildAsync<AtmSource, AtmStore, AtmGrpcService>(settings, (_, _) => Task.CompletedTask);
        var served = await ServeAsync(app, storage);
        for (var atm = 0; atm < Atms; atm++)
        {
            var request = new InstallAtmRequest { RequestId = NewId(), AtmId = AtmId(atm), InstalledOn = _first.ToProto(), Opening = true };
            await served.Client.InstallAtmAsync(request, _actor);
        }

        return served;
    }

    private static Func<int, Task> Calls(AtmOperationsService.AtmOperationsServiceClient client, int callers) => operations =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            foreach (var request in Requests(operations / callers, oneDay: false))
                await client.RecordWithdrawalAsync(request, _actor);
        })));

    private static async Task SendAsync(AtmOperationsService.AtmOperationsServiceClient client, int operations, bool oneDay)
    {
        using var call = client.RecordWithdrawals(_actor);
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint); // as a loader does, which waits for no single answer
        foreach (var withdrawal in Requests(operations, oneDay))
            await call.RequestStream.WriteAsync(new RecordWithdrawalsRequest { Withdrawal = withdrawal });
        await call.RequestStream.CompleteAsync();
        var response = await call.ResponseAsync;
        if (response.Recorded != operations)
            throw new InvalidOperationException($"{response.Recorded} of {operations} withdrawals were recorded: {response.Refused.FirstOrDefault()}");
    }

    // Over 50 ATMs and a year, or all on one day of one ATM.
    private static IEnumerable<RecordWithdrawalRequest> Requests(int count, bool oneDay) => Enumerable.Range(0, count).Select(_ =>
    {
        var number = Interlocked.Increment(ref _next);
        var (atm, day) = oneDay ? (0, _first) : (number % Atms, _first.PlusDays(number % 365));
        return new RecordWithdrawalRequest
        {
            RequestId = $"b{number:D12}", AtmId = AtmId(atm), WithdrawnAt = $"{day.ToIso()}T12:00:00+09:00", CommissionJpy = 105,
        };
    });

    private static string NewId() => $"b{Interlocked.Increment(ref _next):D12}";

    private static string AtmId(int atm) => $"A{atm:D5}";
}
