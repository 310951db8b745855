using System.Security.Claims;
using System.Text.Encodings.Web;
using Iij.Client;
using Iij.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Iij.Reporting;

/// <summary>
/// Authenticates who acts over HTTP: whom an authenticating proxy names in the header of the setting HttpActorHeader, or else, without any
/// proof, the name entered at the page, which a cookie stores. A gRPC call says who acts in its metadata. Decision 12 gives the reasons.
/// </summary>
public sealed class ActorAuthentication(IOptionsMonitor<ActorAuthenticationOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<ActorAuthenticationOptions>(options, logger, encoder)
{
    /// <summary>The origin of a name that a person entered at the page.</summary>
    public const string ByCookie = "cookie";

    private const string ByHeader = "header";
    private const string SchemeName = "Actor";

    /// <summary>
    /// Registers the scheme. Authentication's core alone: the whole brings data protection, which writes keys to files, and nothing here
    /// is encrypted.
    /// </summary>
    public static void Add(IServiceCollection services, ServiceSettings settings)
    {
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = SchemeName).AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<ActorAuthenticationOptions, ActorAuthentication>(
            SchemeName, options => options.Header = settings.HttpActorHeader);
    }

    /// <summary>The acting person and the origin of the name; both empty without a name.</summary>
    public static (string Actor, string From) ActorOf(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.FindFirst(ClaimTypes.NameIdentifier) is { } subject ? (subject.Value, subject.Subject!.AuthenticationType!) : ("", "");
    }

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Context.ListenerOf() != Listener.Http)
            return Task.FromResult(AuthenticateResult.NoResult());
        var (actor, from) = Options.Header.Length == 0
            ? (Request.Cookies[ActorMetadata.Key], ByCookie)
            : (Named(Request.Headers[Options.Header].ToString()), ByHeader);
        return Task.FromResult(ActorMetadata.IsName(actor) ? AuthenticateResult.Success(Ticket(actor!, from)) : AuthenticateResult.NoResult());
    }

    // Where it is there twice, or two were joined, one of them is not the proxy's.
    private static string Named(string header) => header.Contains(',') ? "" : header;

    private static AuthenticationTicket Ticket(string actor, string from) =>
        new(new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, actor)], from)), SchemeName);
}
