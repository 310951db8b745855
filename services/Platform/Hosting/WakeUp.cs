using System.Threading.Channels;

namespace Iij.Platform;

/// <summary>Ends somebody's wait early. Said while nobody waits, it ends the next wait at once; said often, it counts once.</summary>
public sealed class WakeUp
{
    private readonly Channel<bool> _said = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that there is something to do.</summary>
    public void Wake() => _said.Writer.TryWrite(true);

    /// <summary>Waits until somebody wakes, or for so long, or until it is told to stop; true where somebody woke.</summary>
    public async Task<bool> WaitAsync(TimeSpan max, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(max);
        var woken = _said.Reader.ReadAsync(limit.Token).AsTask();
        await ((Task)woken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return woken.IsCompletedSuccessfully;
    }
}
