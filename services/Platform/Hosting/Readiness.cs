using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Iij.Platform;

/// <summary>Makes a service able to serve: its schema is there and its identity known when this returns. May be run again.</summary>
public delegate Task PrepareService();

/// <summary>
/// Whether a service can serve. A process is live as soon as it listens, and ready when its database answers and has its schema;
/// until then its calls are refused as UNAVAILABLE and its background work waits.
/// </summary>
public sealed partial class Readiness
{
    private static readonly TimeSpan _retryAfterMin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _retryAfterMax = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PrepareService _prepare;
    private readonly ILogger<Readiness> _log;
    private readonly ResiliencePipeline _untilReady;

    /// <summary>Not ready yet.</summary>
    public Readiness(PrepareService prepare, TimeProvider clock, ILogger<Readiness> log)
    {
        (_prepare, _log) = (prepare, log);
        _untilReady = new ResiliencePipelineBuilder { TimeProvider = clock }.AddRetry(new RetryStrategyOptions
        {
            BackoffType = DelayBackoffType.Exponential, Delay = _retryAfterMin, MaxDelay = _retryAfterMax, MaxRetryAttempts = int.MaxValue,
            ShouldHandle = attempt => ValueTask.FromResult(
                attempt.Outcome.Exception is not (null or SchemaException or SettingsException or OperationCanceledException)),
            OnRetry = failed => Say(failed.Outcome.Exception!, failed.RetryDelay),
        }).Build();
    }

    /// <summary>Whether the service can serve.</summary>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    /// <summary>The resource it waits for; empty when it is ready.</summary>
    public string WaitsFor { get; private set; } = "the database";

    /// <summary>Returns when the service can serve.</summary>
    public Task WhenReadyAsync(CancellationToken cancel) => _ready.Task.WaitAsync(cancel);

    /// <summary>Prepares once; throws where that fails.</summary>
    public async Task PrepareAsync()
    {
        await _prepare();
        WaitsFor = "";
        _ready.TrySetResult();
    }

    /// <summary>
    /// Prepares until it succeeds: a database that starts later, or whose schema another process brings, is waited for. Throws where
    /// waiting cannot help: <see cref="SchemaException"/>, <see cref="SettingsException"/>.
    /// </summary>
    public Task PrepareUntilReadyAsync(CancellationToken cancel) => _untilReady.ExecuteAsync(async _ => await PrepareAsync(), cancel).AsTask();

    private ValueTask Say(Exception error, TimeSpan wait)
    {
        WaitsFor = error.Message;
        NotReadyYet(wait, error.Message);
        return default;
    }

    [LoggerMessage(LogLevel.Warning, "not ready yet, tried again in {Wait}: {Error}")]
    private partial void NotReadyYet(TimeSpan wait, string error);
}
