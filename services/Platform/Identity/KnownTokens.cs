using Microsoft.Extensions.Caching.Memory;

namespace Iij.Platform;

/// <summary>
/// Tokens that were verified a moment ago, and whose they are: a program that sends thousands of calls with one token has it verified once in half
/// a minute. A token that is not valid is never kept, so nobody fills the place. A key that the issuer takes back counts that much longer.
/// </summary>
public sealed class KnownTokens : IDisposable
{
    private const int CountMax = 10_000;
    private static readonly TimeSpan _keptMax = TimeSpan.FromSeconds(30);
    private readonly MemoryCache _callers = new(new MemoryCacheOptions { SizeLimit = CountMax });

    /// <summary>Whose token it is; null where it must be verified.</summary>
    public Caller? Find(string token) => _callers.Get<Caller>(token);

    /// <summary>Keeps a token that was verified just now, no longer than it is valid.</summary>
    public void Keep(string token, Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var left = caller.ExpiresAt - TimeProvider.System.GetUtcNow(); // as tokens are verified: by the time of day, whatever clock a test has
        if (left > TimeSpan.Zero)
            _callers.Set(token, caller, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = left < _keptMax ? left : _keptMax });
    }

    /// <inheritdoc/>
    public void Dispose() => _callers.Dispose();
}
