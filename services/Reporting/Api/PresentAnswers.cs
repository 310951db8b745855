using Google.Protobuf;

namespace Iij.Reporting;

/// <summary>
/// Answers at the present position, each computed once for all who ask the same; forgotten when the position moves. Who asks may see all
/// figures: what a viewer of published figures gets depends on the time too, and is not kept. Refusals are not kept.
/// </summary>
public sealed class PresentAnswers
{
    private const int EntriesMax = 256;
    private const long BytesMax = 16 * 1024 * 1024; // of requests and answers as they are encoded
    private readonly Lock _turn = new();
    private readonly Dictionary<(Type Request, ByteString Content), IMessage> _answers = [];
    private History? _present;
    private long _bytes;

    /// <summary>The answer to a request. It is shared: nobody may change it.</summary>
    /// <param name="history">Everything told up to the present position, as it was read for this call.</param>
    /// <param name="request">The request, which names no other moment.</param>
    /// <param name="compute">Computes the answer from that history and the request, and from nothing else.</param>
    public T Get<T>(History history, IMessage request, Func<T> compute)
        where T : class, IMessage
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(compute);
        var key = (request.GetType(), request.ToByteString());
        lock (_turn)
        {
            if (history == _present && _answers.TryGetValue(key, out var known))
                return (T)known;
        }

        var answer = compute();
        Keep(history, key, answer);
        return answer;
    }

    private void Keep(History history, (Type Request, ByteString Content) key, IMessage answer)
    {
        var bytes = key.Content.Length + (long)answer.CalculateSize();
        lock (_turn)
        {
            if (history != _present && history.Knowledge < _present?.Knowledge)
                return; // it was read before the position moved
            if (history != _present || _answers.Count >= EntriesMax || _bytes + bytes > BytesMax)
            {
                _answers.Clear();
                (_present, _bytes) = (history, 0);
            }

            if (bytes <= BytesMax && _answers.TryAdd(key, answer))
                _bytes += bytes;
        }
    }
}
