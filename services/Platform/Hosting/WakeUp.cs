using System.Threading.Channels;

namespace Iij.Platform;

/// <summary>Ends a wait early. A call without a waiter ends the next wait at once; several calls count once.</summary>
public sealed class WakeUp
{
    private readonly Channel<bool> _said = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that there is something to do.</summary>
    public void Wake() => _said.Writer.TryWrite(true);

    /// <summary>Waits for a wake-up, for the given time, or for a stop; true after a wake-up.</summary>
    public async Task<bool> WaitAsync(TimeSpan max, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(max);
        var woken = _said.Reader.ReadAsync(limit.Token).AsTask();
        await ((Task)woken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return woken.IsCompletedSuccessfully;
    }
}
