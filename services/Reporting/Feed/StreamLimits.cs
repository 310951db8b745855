using Iij.Contracts;
using Iij.Platform;

namespace Iij.Reporting.Feed;

/// <summary>How many streams there may be at once, in all and of one caller.</summary>
public sealed class StreamLimits(int max, int perCallerMax)
{
    private readonly Lock _turn = new();
    private readonly Dictionary<string, int> _streams = [];
    private int _all;

    /// <summary>Counts a stream until it is disposed; refuses one beyond the limits (STREAMS_EXHAUSTED).</summary>
    public IDisposable Acquire(string caller)
    {
        lock (_turn)
        {
            var own = _streams.GetValueOrDefault(caller);
            if (own >= perCallerMax || _all >= max)
            {
                throw new Refusal(Reason.StreamsExhausted, own >= perCallerMax
                    ? $"{caller} has {own} streams, {perCallerMax} at most; end one first"
                    : $"there are {_all} streams, {max} at most; try again later");
            }

            (_streams[caller], _all) = (own + 1, _all + 1);
            return new Lease(this, caller);
        }
    }

    private void Release(string caller)
    {
        lock (_turn)
        {
            _all--;
            if (--_streams[caller] == 0)
                _streams.Remove(caller);
        }
    }

    private sealed class Lease(StreamLimits limits, string caller) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (_left)
                return;
            _left = true;
            limits.Release(caller);
        }
    }
}
