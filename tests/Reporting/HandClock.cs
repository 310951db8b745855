namespace Iij.Tests.Reporting;

/// <summary>A clock that a test turns by hand; it stands on the day of the printed presentation.</summary>
internal sealed class HandClock : TimeProvider
{
    private long _ahead;

    public DateTimeOffset Now { get; set; } = new(2013, 2, 12, 3, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;

    /// <summary>What measures how long something takes: it runs, whatever the time of day is.</summary>
    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);

    /// <summary>Lets time pass for what measures it; the time of day stays.</summary>
    public void Pass(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks * (TimestampFrequency / TimeSpan.TicksPerSecond));
}
