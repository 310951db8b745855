using Iij.Client;
using Iij.Platform;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Iij.Reporting;

/// <summary>
/// The sign-in of the page at the issuer, by the authorization-code flow with PKCE. The access token that it brings is verified as that of any call
/// and becomes the session (<see cref="HttpActor"/>): a cookie that ends with the token. Decision 28 gives the reasons.
/// </summary>
public static partial class SignIn
{
    /// <summary>Where a sign-in begins; "to" is the path to which the browser returns.</summary>
    public const string Path = "/sign-in";

    private const string CallbackPath = Path + "/callback";
    private const string FailedPath = "/?signIn=failed";
    private const int WhyBytesMax = 500;
    private const string AccessToken = "access_token";
    private static readonly TimeSpan _timeMax = TimeSpan.FromMinutes(15); // from the page to the issuer and back

    /// <summary>Registers the flow, where the settings name the page as a client of the issuer.</summary>
    public static void Add(IServiceCollection services, IdentitySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!settings.SignIn.IsOn)
            return;
        services.AddSingleton<SignInKeyStore>().AddDataProtection().SetApplicationName(Path);
        services.AddOptions<KeyManagementOptions>().Configure<SignInKeyStore>((keys, stored) => keys.XmlRepository = stored);
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)); // SignInKeyStore says why they are plain
        new AuthenticationBuilder(services).AddOpenIdConnect(flow => Configure(flow, settings));
    }

    /// <summary>Maps the beginning of a sign-in; its end is the handler's.</summary>
    public static void MapSignIn(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (!app.Services.GetRequiredService<ServiceSettings>().Identity.SignIn.IsOn)
            return;
        app.MapGet(Path, (HttpContext http, string? to) => Results.Challenge(
            new AuthenticationProperties { RedirectUri = RedirectHttpResult.IsLocalUrl(to) ? to : "/" }, [OpenIdConnectDefaults.AuthenticationScheme]))
            .At(Listener.Http).ExcludeFromDescription();
    }

    private static void Configure(OpenIdConnectOptions flow, IdentitySettings settings)
    {
        var page = settings.SignIn;
        (flow.Authority, flow.ClientId, flow.ClientSecret) = (settings.Authority, page.Id, page.Secret.Length > 0 ? page.Secret : null);
        flow.RequireHttpsMetadata = !new Uri(settings.Authority).IsLoopback;
        // The issuer answers by a redirect: the cookies of a sign-in come with it without being open to requests of other sites.
        (flow.ResponseType, flow.ResponseMode) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query);
        (flow.CallbackPath, flow.RemoteSignOutPath, flow.SignedOutCallbackPath) = (CallbackPath, default, default);
        (flow.SaveTokens, flow.MapInboundClaims, flow.DisableTelemetry) = (true, false, true);
        (flow.RemoteAuthenticationTimeout, flow.ProtocolValidator.NonceLifetime) = (_timeMax, _timeMax);
        flow.TokenValidationParameters.ValidAlgorithms = TokenAuthentication.Algorithms;
        flow.Scope.Clear();
        foreach (var scope in page.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            flow.Scope.Add(scope);
        foreach (var cookie in new[] { flow.CorrelationCookie, flow.NonceCookie })
            (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, page.IsByHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest);
        flow.Events = EventsOf(page);
    }

    private static OpenIdConnectEvents EventsOf(SignInSettings page) => new()
    {
        OnRedirectToIdentityProvider = leaving =>
        {
            if (page.Address.Length > 0)
                leaving.ProtocolMessage.RedirectUri = new Uri(new Uri(page.Address), CallbackPath).ToString();
            return Task.CompletedTask;
        },
        OnMessageReceived = returning =>
        {
            if (returning.HttpContext.ListenerOf() != Listener.Http)
                returning.SkipHandler();
            return Task.CompletedTask;
        },
        OnTicketReceived = BeginAsync,
        OnRemoteFailure = failed =>
        {
            failed.HandleResponse();
            Fail(failed.HttpContext, failed.Failure?.Message ?? "no reason given");
            return Task.CompletedTask;
        },
    };

    // What the issuer brought is worth what every service takes it for.
    private static async Task BeginAsync(TicketReceivedContext ticket)
    {
        var (http, token) = (ticket.HttpContext, ticket.Properties!.GetTokenValue(AccessToken));
        ticket.HandleResponse();
        http.Request.Headers.Authorization = $"Bearer {token}";
        var verified = await http.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (Caller.Of(http) is { } caller)
        {
            http.KeepSession(token!, caller.ExpiresAt - TimeProvider.System.GetUtcNow());
            http.Response.Redirect(ticket.ReturnUri!);
        }
        else
        {
            Fail(http, $"the access token is not valid here: {verified.Failure?.Message}");
        }
    }

    private static void Fail(HttpContext http, string why)
    {
        SignInFailed(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(SignIn)), Printable.Cut(why, WhyBytesMax));
        http.Response.Redirect(FailedPath);
    }

    [LoggerMessage(LogLevel.Warning, "A sign-in at the issuer failed: {Why}")]
    private static partial void SignInFailed(ILogger log, string why);
}
