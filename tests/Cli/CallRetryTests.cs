using Grpc.Core;
using Iij.Client;
using Iij.Contracts;
using Iij.Platform;

namespace Iij.Tests.Cli;

/// <summary>What counts as a service that is away, and when the same call is sent again to it.</summary>
public sealed class CallRetryTests
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(1);

    /// <summary>How a call failed, and whether its service is away.</summary>
    public static TheoryData<string, bool> Failures => new()
    {
        { "said", true }, { "reset", true }, { "cancelled by the other side", true }, { "no reason", true },
        { "cancelled here", false }, { "a failure with a reason", false }, { "refused", false },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_service_is_away_where_it_says_so_or_nobody_of_this_system_answered(string failure, bool isAway)
    {
        Assert.Equal(isAway, CallRetry.IsAway(Failure(failure)));
        Assert.False(CallRetry.IsAway(Failure(failure), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_call_is_sent_again_until_it_is_answered()
    {
        var (sent, failures) = (0, new List<FailedCall>());
        var answer = await Sending(failures).CallAsync("atm", () => ++sent < 4 ? throw Failure("said") : Task.FromResult("done"), default);
        Assert.Equal(("done", 4), (answer, sent));
        Assert.Equal([("atm", 1), ("atm", 2), ("atm", 3)], failures.Select(failed => (failed.Service, failed.Times)));
        Assert.All(failures.Zip(failures.Skip(1)), pair => Assert.True(pair.First.Elapsed < pair.Second.Elapsed));
    }

    [Theory]
    [InlineData("said", 3, 3)]
    [InlineData("refused", 1, 0)]
    public async Task The_last_error_is_the_callers_where_it_is_not_sent_again(string failure, int times, int asked)
    {
        var (sent, failures, error) = (0, new List<FailedCall>(), Failure(failure));
        Task<int> CallAsync()
        {
            sent++;
            throw error;
        }

        Assert.Same(error, await Assert.ThrowsAsync<RpcException>(() => Sending(failures, timesMax: 3).CallAsync("atm", CallAsync, default)));
        Assert.Equal((times, asked), (sent, failures.Count));
    }

    [Fact]
    public async Task Nothing_is_sent_again_for_a_caller_who_has_cancelled()
    {
        using var gone = new CancellationTokenSource();
        var failures = new List<FailedCall>();
        async Task<int> CallAsync()
        {
            await gone.CancelAsync();
            throw Failure("said");
        }

        await Assert.ThrowsAsync<RpcException>(() => Sending(failures).CallAsync("atm", CallAsync, gone.Token));
        Assert.Empty(failures);
    }

    private static CallRetry Sending(List<FailedCall> failures, int timesMax = int.MaxValue) =>
        new(_pause, _pause * 10, TimeProvider.System, failed =>
        {
            failures.Add(failed);
            return failed.Times < timesMax;
        });

    private static RpcException Failure(string failure) => failure switch
    {
        "said" => new Refusal(Reason.StorageUnavailable, "the database restarts").ToRpcException("atm.iij"),
        "reset" => new(new Status(StatusCode.Internal, failure, new HttpRequestException(failure))),
        "cancelled by the other side" => new(new Status(StatusCode.Cancelled, failure, new IOException(failure))),
        "no reason" => new(new Status(StatusCode.Unknown, failure)),
        "cancelled here" => new(new Status(StatusCode.Cancelled, failure, new OperationCanceledException())),
        "a failure with a reason" => new Refusal(Reason.Internal, failure).ToRpcException("atm.iij"),
        _ => new Refusal(Reason.PeriodLocked, failure, ("month", "2012-04"), ("state", "locked"), ("revision", "1")).ToRpcException("atm.iij"),
    };
}
