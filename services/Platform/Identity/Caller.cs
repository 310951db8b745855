using Iij.Access.V1;
using Iij.Client;
using Iij.Contracts;
using Microsoft.AspNetCore.Http;

namespace Iij.Platform;

/// <summary>The caller of a request, as a verified token names it.</summary>
/// <param name="Subject">The person or program; stored as the acting person.</param>
/// <param name="Grants">Its roles.</param>
/// <param name="ExpiresAt">When the token ends, and with it every stream that was opened with it.</param>
public sealed record Caller(string Subject, Grants Grants, DateTimeOffset ExpiresAt)
{
    private static readonly TimeSpan _timerMax = TimeSpan.FromDays(1); // a stream is opened again before

    /// <summary>A caller without a token where the issuer is the embedded one: reads what is there, published or not, and acts nowhere.</summary>
    public static Caller Guest { get; } = new("", new Grants(["viewer reader:*"], new Dictionary<string, string>()), DateTimeOffset.MaxValue);

    /// <summary>Whether nobody vouches for the caller.</summary>
    public bool IsGuest => Subject.Length == 0;

    /// <summary>The caller of a request; null without a token.</summary>
    public static Caller? Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<Caller>();
    }

    /// <summary>The acting person of a call: the caller; of a program of this system, the person that it names.</summary>
    /// <param name="named">The metadata key "iij-actor"; null or empty where it is not there.</param>
    public string ActorOf(string? named)
    {
        if (string.IsNullOrEmpty(named) || named == Subject)
            return Subject;
        if (Grants.Includes(Role.Service, "") && ActorMetadata.IsName(named))
            return named;
        if (IsGuest)
            throw CallAccess.TokenMissing();
        throw new Refusal(Reason.ActorNotCaller, $"the token is {Subject}'s, and the call names another person as acting ({ActorMetadata.Key}); leave it out",
            ("metadata_key", ActorMetadata.Key));
    }

    /// <summary>Ends when the token does, or with one of the others.</summary>
    public static CancellationTokenSource UntilExpiry(HttpContext context, TimeProvider clock, params CancellationToken[] others)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var linked = CancellationTokenSource.CreateLinkedTokenSource(others);
        if (Of(context) is not { } caller)
            return linked;
        var left = caller.ExpiresAt - clock.GetUtcNow();
        if (left <= TimeSpan.Zero)
            linked.Cancel();
        else
            linked.CancelAfter(left < _timerMax ? left : _timerMax);
        return linked;
    }
}
