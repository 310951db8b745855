using Iij.Contracts;
using Iij.Platform;

namespace Iij.Reporting.Feed;

/// <summary>How many streams there may be at once, in all and of one caller.</summary>
public sealed class Seats(int max, int perCallerMax)
{
    private readonly Lock _turn = new();
    private readonly Dictionary<string, int> _taken = [];
    private int _all;

    /// <summary>Takes a seat until it is disposed; refuses where there is none left (STREAMS_EXHAUSTED).</summary>
    public IDisposable Take(string caller)
    {
        lock (_turn)
        {
            var own = _taken.GetValueOrDefault(caller);
            if (own >= perCallerMax || _all >= max)
            {
                throw new Refusal(Reason.StreamsExhausted, own >= perCallerMax
                    ? $"{caller} has {own} streams, {perCallerMax} at most; end one first"
                    : $"there are {_all} streams, {max} at most; try again later");
            }

            (_taken[caller], _all) = (own + 1, _all + 1);
            return new Seat(this, caller);
        }
    }

    private void Leave(string caller)
    {
        lock (_turn)
        {
            _all--;
            if (--_taken[caller] == 0)
                _taken.Remove(caller);
        }
    }

    private sealed class Seat(Seats seats, string caller) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (_left)
                return;
            _left = true;
            seats.Leave(caller);
        }
    }
}
