namespace Iij.Reporting;

/// <summary>How reporting calls a source.</summary>
public static class SourceCalls
{
    private static readonly TimeSpan _answerMax = TimeSpan.FromSeconds(10);

    /// <summary>When a call that begins now is given up; gRPC counts on the machine's clock, whatever clock the service was given.</summary>
    public static DateTime Deadline() => TimeProvider.System.GetUtcNow().Add(_answerMax).UtcDateTime;
}
