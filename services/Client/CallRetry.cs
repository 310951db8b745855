using Grpc.Core;
using Polly;
using Polly.Retry;

namespace Iij.Client;

/// <summary>A call that reached nobody, or whose answer was lost.</summary>
/// <param name="Service">Whose.</param>
/// <param name="Error">How it failed.</param>
/// <param name="Times">How often it was sent.</param>
/// <param name="Elapsed">How long ago it was sent first.</param>
public sealed record FailedCall(string Service, RpcException Error, int Times, TimeSpan Elapsed);

/// <summary>
/// Sends a call again while its service is away, after pauses that double. Only calls that may be repeated go through here: they read,
/// or bear the same request id each time. Where it is not sent again, its last error is the caller's.
/// </summary>
public sealed class CallRetry
{
    private static readonly ResiliencePropertyKey<long> _begun = new("begun");

    private readonly TimeProvider _clock;
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Says when a call is sent again.</summary>
    /// <param name="firstPause">The pause before the first repeat.</param>
    /// <param name="pauseMax">The longest pause.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="again">Whether this one is; asked once for each failure while the service is away.</param>
    public CallRetry(TimeSpan firstPause, TimeSpan pauseMax, TimeProvider clock, Func<FailedCall, bool> again)
    {
        _clock = clock;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }.AddRetry(new RetryStrategyOptions
        {
            BackoffType = DelayBackoffType.Exponential, Delay = firstPause, MaxDelay = pauseMax, MaxRetryAttempts = int.MaxValue,
            ShouldHandle = attempt => ValueTask.FromResult(
                attempt.Outcome.Exception is RpcException error && IsAway(error, attempt.Context.CancellationToken)
                && again(new(attempt.Context.OperationKey!, error, attempt.AttemptNumber + 1, Elapsed(attempt.Context)))),
        }).Build();
    }

    /// <summary>
    /// Whether a service is away: it says so itself, or the connection broke, or what answered gave no reason, as every service of this
    /// system does. Nothing is away for a caller who has cancelled.
    /// </summary>
    public static bool IsAway(RpcException error, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(error);
        return !cancel.IsCancellationRequested && (error.StatusCode == StatusCode.Unavailable
            || error.Status.DebugException is HttpRequestException or IOException
            || (error.StatusCode is StatusCode.Internal or StatusCode.Unknown && RpcErrors.InfoOf(error) is null));
    }

    /// <summary>Makes a call, as often as it takes and is allowed.</summary>
    public async Task<T> CallAsync<T>(string service, Func<Task<T>> call, CancellationToken cancel)
    {
        var context = ResilienceContextPool.Shared.Get(service, cancel);
        context.Properties.Set(_begun, _clock.GetTimestamp());
        try
        {
            return await _pipeline.ExecuteAsync(async _ => await call(), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private TimeSpan Elapsed(ResilienceContext context) => _clock.GetElapsedTime(context.Properties.GetValue(_begun, 0));
}
