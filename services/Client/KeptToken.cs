namespace Iij.Client;

/// <summary>A token that is fetched when it is first needed, and again shortly before it ends.</summary>
/// <param name="fetch">Asks the issuer.</param>
/// <param name="clock">The clock.</param>
public sealed class KeptToken(Func<CancellationToken, Task<IssuedToken>> fetch, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan _renewBefore = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim _fetching = new(1);
    private volatile Fetched? _kept;

    /// <summary>The token; throws as the issuer does where it cannot be fetched.</summary>
    public async Task<string> GetAsync(CancellationToken cancel)
    {
        if (Fresh() is { } kept)
            return kept;
        await _fetching.WaitAsync(cancel);
        try
        {
            if (Fresh() is { } meanwhile)
                return meanwhile;
            var at = clock.GetTimestamp();
            _kept = new Fetched(await fetch(cancel), at);
            return _kept.Token.Value;
        }
        finally
        {
            _fetching.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _fetching.Dispose();

    private string? Fresh() =>
        _kept is { } kept && clock.GetElapsedTime(kept.At) < TimeSpan.FromSeconds(kept.Token.Seconds) - _renewBefore ? kept.Token.Value : null;

    private sealed record Fetched(IssuedToken Token, long At);
}
