namespace Iij.Tests.Closing;

/// <summary>A clock that runs twenty times as fast, the same for every instance and every life: what waits is soon due.</summary>
internal sealed class FastClock : TimeProvider
{
    private const int Speed = 20;

    private static readonly DateTimeOffset _start = new(2013, 2, 13, 0, 0, 0, TimeSpan.Zero);
    private static readonly long _began = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _start + Speed * System.GetElapsedTime(_began);
}
