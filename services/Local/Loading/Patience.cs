using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Health.V1;

namespace Iij.Local;

/// <summary>
/// Waits for services that have not started or are unavailable for a moment: a call that reached no service, or whose answer was lost, is sent
/// again. Only calls that may be repeated go through here: they read, or bear the same request id each time.
/// </summary>
/// <param name="limit">The limit for one call, and for the start of the services.</param>
/// <param name="clock">The clock.</param>
/// <param name="say">Called once when a service becomes unavailable, and once when it is back.</param>
public sealed class Patience(TimeSpan limit, TimeProvider clock, Action<string> say)
{
    private static readonly TimeSpan _retryAfterMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _retryAfterMax = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _answerMax = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, bool> _away = new();

    /// <summary>Bears with nothing: the first failure is the caller's.</summary>
    public static Patience None { get; } = new(TimeSpan.Zero, TimeProvider.System, _ => { });

    /// <summary>Makes a call, and repeats it while the service is unavailable; throws <see cref="ServiceAwayException"/> at the limit.</summary>
    public async Task<T> CallAsync<T>(string service, Func<Task<T>> call, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(call);
        var start = clock.GetTimestamp();
        for (var wait = _retryAfterMin; ; wait = wait * 2 < _retryAfterMax ? wait * 2 : _retryAfterMax)
        {
            try
            {
                var answer = await call();
                if (_away.TryRemove(service, out _))
                    say($"{service} is back");
                return answer;
            }
            catch (RpcException error) when (limit > TimeSpan.Zero && IsAway(error) && !cancel.IsCancellationRequested)
            {
                if (clock.GetElapsedTime(start) > limit)
                    throw new ServiceAwayException(service, limit, error.Status.Detail);
                if (_away.TryAdd(service, true))
                    say($"{service} is unavailable ({error.Status.Detail}); its calls are repeated for up to {limit.TotalSeconds:N0} s");
                await Task.Delay(wait, clock, cancel);
            }
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

    private async Task WaitUntilServingAsync(ServiceChannels services, string name, CancellationToken cancel)
    {
        var health = new Health.HealthClient(services[name]);
        var start = clock.GetTimestamp();
        while (true)
        {
            var problem = await ProblemAsync(health, cancel);
            if (problem.Length == 0)
                return;
            if (clock.GetElapsedTime(start) > limit)
                throw new ServiceAwayException(name, limit, problem);
            await Task.Delay(_retryAfterMin * 5, clock, cancel);
        }
    }

    private async Task<string> ProblemAsync(Health.HealthClient health, CancellationToken cancel)
    {
        try
        {
            var answer = await health.CheckAsync(
                new HealthCheckRequest(), deadline: clock.GetUtcNow().Add(_answerMax).UtcDateTime, cancellationToken: cancel);
            return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving ? "" : $"it says {answer.Status}";
        }
        catch (RpcException error) when (!cancel.IsCancellationRequested)
        {
            return error.Status.Detail;
        }
    }

    // Said by the service, or by this side because the connection was refused, reset or closed under the call.
    private static bool IsAway(RpcException error) =>
        error.StatusCode == StatusCode.Unavailable || error.Status.DebugException is HttpRequestException or IOException;
}

/// <summary>A service did not answer for too long.</summary>
public sealed class ServiceAwayException(string service, TimeSpan limit, string problem)
    : Exception($"{service} does not serve, for {limit.TotalSeconds:N0} s now: {problem}. The same command continues where it stopped.")
{
    /// <summary>Which one.</summary>
    public string Service { get; } = service;
}
