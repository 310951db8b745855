namespace Iij.Platform;

/// <summary>Limits of streams to dashboards.</summary>
public sealed class FeedSettings
{
    /// <summary>How many streams there may be at once.</summary>
    public int StreamsMax { get; set; } = 5_000;

    /// <summary>How many of them one caller may have.</summary>
    public int StreamsPerCallerMax { get; set; } = 100;

    /// <summary>How many different subjects may be watched at once; each is computed anew whenever something is new.</summary>
    public int TopicsMax { get; set; } = 500;

    /// <summary>How many numbers of knowledge back a stream can be resumed; from further back it begins with a snapshot.</summary>
    public long KeptPositions { get; set; } = 100_000;
}
