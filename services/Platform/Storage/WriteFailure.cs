using System.Diagnostics;

namespace Iij.Platform;

/// <summary>A write that failed because the database is unavailable.</summary>
/// <param name="Error">What the database said.</param>
/// <param name="At">When, a timestamp of <see cref="Stopwatch"/>.</param>
public sealed record WriteFailure(string Error, long At)
{
    /// <summary>How long ago it was.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(At);
}
