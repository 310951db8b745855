using Microsoft.Extensions.Logging;

namespace Iij.Platform;

/// <summary>Makes a service able to serve: its schema is there and its identity known when this returns. May be run again.</summary>
public delegate Task PrepareService();

/// <summary>
/// Whether a service can serve. A process is live as soon as it listens, and ready when its database answers and has its schema;
/// until then its calls are refused as UNAVAILABLE and its background work waits.
/// </summary>
public sealed partial class Readiness(PrepareService prepare, TimeProvider clock, ILogger<Readiness> log)
{
    private static readonly TimeSpan _retryAfterMin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _retryAfterMax = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the service can serve.</summary>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    /// <summary>The resource it waits for; empty when it is ready.</summary>
    public string WaitsFor { get; private set; } = "the database";

    /// <summary>Returns when the service can serve.</summary>
    public Task WhenReadyAsync(CancellationToken cancel) => _ready.Task.WaitAsync(cancel);

    /// <summary>Prepares once; throws where that fails.</summary>
    public async Task PrepareAsync()
    {
        await prepare();
        WaitsFor = "";
        _ready.TrySetResult();
    }

    /// <summary>
    /// Prepares until it succeeds: a database that starts later, or whose schema another process brings, is waited for. Throws where
    /// waiting cannot help: <see cref="SchemaException"/>, <see cref="SettingsException"/>.
    /// </summary>
    public async Task PrepareUntilReadyAsync(CancellationToken cancel)
    {
        for (var wait = _retryAfterMin; ; wait = wait * 2 < _retryAfterMax ? wait * 2 : _retryAfterMax)
        {
            try
            {
                await PrepareAsync();
                return;
            }
            catch (Exception error) when (error is not (SchemaException or SettingsException or OperationCanceledException))
            {
                WaitsFor = error.Message;
                NotReadyYet(wait, error.Message);
                await Task.Delay(wait, clock, cancel);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "not ready yet, tried again in {Wait}: {Error}")]
    private partial void NotReadyYet(TimeSpan wait, string error);
}
