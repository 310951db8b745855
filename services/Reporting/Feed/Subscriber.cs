using System.Threading.Channels;

namespace Iij.Reporting.Feed;

/// <summary>
/// One subscriber's bounded buffer of frames that all share. One that is full has overflowed: it is emptied and gets no more, so that
/// a stalled dashboard costs a bounded amount and delays nobody.
/// </summary>
public sealed class Subscriber
{
    private const int FramesMax = 32;

    private readonly Channel<Frame> _frames = Channel.CreateBounded<Frame>(FramesMax);

    /// <summary>The frames to send; completes when the subscriber has overflowed or its topic has failed.</summary>
    public ChannelReader<Frame> Frames => _frames.Reader;

    /// <summary>Whether it could not keep up.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Whether its topic failed, so that its changes are unknown.</summary>
    public bool Behind { get; private set; }

    /// <summary>Gets no more, because its topic cannot go on.</summary>
    public void Fail()
    {
        Behind = true;
        _frames.Writer.TryComplete();
    }

    /// <summary>Takes a frame; false where it is full, from then on for ever.</summary>
    public bool Offer(Frame frame)
    {
        if (Overflowed)
            return false;
        if (_frames.Writer.TryWrite(frame))
            return true;
        Overflowed = true;
        while (_frames.Reader.TryRead(out _))
        {
            // What waited is no longer worth sending: a snapshot replaces it.
        }

        _frames.Writer.TryComplete();
        return false;
    }
}
