using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Health.V1;
using Iij.Client;

namespace Iij.Local;

/// <summary>
/// Waits for services that have not started or are unavailable for a moment: a call that reached no service, or whose answer was lost, is sent
/// again. Only calls that may be repeated go through here: they read, or bear the same request id each time.
/// </summary>
public sealed class ServiceRetry
{
    private static readonly TimeSpan _retryAfterMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _retryAfterMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _answerMax = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, bool> _away = new();
    private readonly TimeSpan _limit;
    private readonly TimeProvider _clock;
    private readonly Action<string> _say;
    private readonly CallRetry _retry;

    /// <summary>Repeats calls for a while.</summary>
    /// <param name="limit">For how long one call is repeated, or the start of the services awaited.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="say">Told when a service is away and when it is back, once each.</param>
    public ServiceRetry(TimeSpan limit, TimeProvider clock, Action<string> say)
    {
        (_limit, _clock, _say) = (limit, clock, say);
        _retry = new(_retryAfterMin, _retryAfterMax, clock, Repeats);
    }

    /// <summary>Repeats nothing: the first failure is the caller's.</summary>
    public static ServiceRetry None { get; } = new(TimeSpan.Zero, TimeProvider.System, _ => { });

    /// <summary>Makes a call, and repeats it while the service is unavailable; throws <see cref="ServiceAwayException"/> at the limit.</summary>
    public async Task<T> CallAsync<T>(string service, Func<Task<T>> call, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(call);
        try
        {
            var answer = await _retry.CallAsync(service, call, cancel);
            if (_away.TryRemove(service, out _))
                _say($"{service} is back");
            return answer;
        }
        catch (RpcException error) when (_limit > TimeSpan.Zero && CallRetry.IsAway(error, cancel))
        {
            throw new ServiceAwayException(service, _limit, error.Status.Detail);
        }
    }

    /// <summary>Makes a call without an answer, and repeats it while the service is unavailable.</summary>
    public Task CallAsync(string service, Func<Task> call, CancellationToken cancel) =>
        CallAsync(service, async () =>
        {
            await call();
            return true;
        }, cancel);

    /// <summary>Waits until every service is serving; throws <see cref="ServiceAwayException"/> naming one that does not.</summary>
    public async Task WaitUntilServingAsync(ServiceChannels services, IReadOnlyList<string> names, Progress progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(progress);
        long up = 0;
        progress("services", 0, names.Count);
        await Task.WhenAll(names.Select(async name =>
        {
            await WaitUntilServingAsync(services, name, cancel);
            progress("services", Interlocked.Increment(ref up), names.Count);
        }));
    }

    private bool Repeats(FailedCall failed)
    {
        if (failed.Elapsed > _limit)
            return false;
        if (_away.TryAdd(failed.Service, true))
            _say($"{failed.Service} is unavailable ({failed.Error.Status.Detail}); its calls are repeated for up to {_limit.TotalSeconds:N0} s");
        return true;
    }

    private async Task WaitUntilServingAsync(ServiceChannels services, string name, CancellationToken cancel)
    {
        var health = new Health.HealthClient(services[name]);
        var start = _clock.GetTimestamp();
        while (true)
        {
            var problem = await ProblemAsync(health, cancel);
            if (problem.Length == 0)
                return;
            if (_clock.GetElapsedTime(start) > _limit)
                throw new ServiceAwayException(name, _limit, problem);
            await Task.Delay(_retryAfterMin * 5, _clock, cancel);
        }
    }

    private async Task<string> ProblemAsync(Health.HealthClient health, CancellationToken cancel)
    {
        try
        {
            var answer = await health.CheckAsync(
                new HealthCheckRequest(), deadline: _clock.GetUtcNow().Add(_answerMax).UtcDateTime, cancellationToken: cancel);
            return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving ? "" : $"it says {answer.Status}";
        }
        catch (RpcException error) when (!cancel.IsCancellationRequested)
        {
            return error.Status.Detail;
        }
    }
}

/// <summary>A service did not answer for too long.</summary>
public sealed class ServiceAwayException(string service, TimeSpan limit, string problem)
    : Exception($"{service} does not serve, for {limit.TotalSeconds:N0} s now: {problem}. The same command continues where it stopped.")
{
    /// <summary>Which one.</summary>
    public string Service { get; } = service;
}
