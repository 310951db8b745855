namespace Iij.Tests.Reporting;

/// <summary>A clock that a test turns by hand; it stands on the day of the printed presentation.</summary>
internal sealed class HandClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2013, 2, 12, 3, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
