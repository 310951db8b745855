using System.Collections.Concurrent;
using Grpc.Core;
using Iij.Client;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;

namespace Iij.Tests.Cli;

/// <summary>A service that is away for a while: the write arrives again, with the same request id and actor, until it is taken.</summary>
public sealed class RetryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("iij-retry-").FullName;

    [Fact]
    public async Task A_write_is_sent_again_with_the_same_request_id()
    {
        var away = new AwayAtFirst { Times = 2 };
        await using var app = await FakeService.StartAsync(away);
        var file = Path.Combine(_folder, "endpoints.json");
        await File.WriteAllTextAsync(file, $"{{\"atm\": \"{app.Urls.Single()}\"}}");
        var ended = await new Iij(file, "alice").DoesAsync("lock", "atm", "2012-04", "--json");
        Assert.Equal(3, away.Received.Count);
        Assert.Single(away.Received.Distinct());
        var (id, actor) = away.Received.First();
        Assert.Equal("alice", actor);
        Assert.True(Guid.TryParse(id, out _), id);
        Assert.Contains($"iij: alice acts, request id {id}\n", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("(2 of 5)\niij: atm does not answer; the same request id is sent again (3 of 5)\n", ended.Errors, StringComparison.Ordinal);
        Assert.Equal(2, ended.Answer<LockPeriodResponse>().Period.Revision);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class AwayAtFirst : ClosingService.ClosingServiceBase
    {
        public int Times { get; init; }

        public ConcurrentQueue<(string Id, string? Actor)> Received { get; } = [];

        public override Task<LockPeriodResponse> LockPeriod(LockPeriodRequest request, ServerCallContext context)
        {
            Received.Enqueue((request.RequestId, context.RequestHeaders.GetValue(ActorMetadata.Key)));
            return Received.Count <= Times
                ? throw new Refusal(Reason.StorageUnavailable, "the database restarts").ToRpcException("closing.iij")
                : Task.FromResult(new LockPeriodResponse { Period = new() { Month = request.Month, State = PeriodState.Locked, Revision = 2 } });
        }
    }
}
