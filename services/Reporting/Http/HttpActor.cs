using System.Text.Json;
using System.Text.Json.Nodes;
using Iij.Client;
using Iij.Contracts;
using Iij.Platform;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Iij.Reporting;

/// <summary>
/// What the acting person, whom <see cref="ActorAuthentication"/> found, may do over HTTP, and the session: the name that is entered at the
/// page. The name is forwarded as the metadata key "iij-actor". Decision 12 gives the reasons.
/// </summary>
public static class HttpActor
{
    private const string ByToken = "token";
    private const string ActingAs = "Iij-Acting-As";
    private static readonly ChunkingCookieManager _cookies = new();
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    /// <summary>The acting person and the origin of the name; both empty without a name.</summary>
    public static (string Actor, string From) ActorOf(this HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (Caller.Of(http) is not { } caller)
            return ActorAuthentication.ActorOf(http.User);
        return (caller.Subject, caller.IsGuest ? "" : http.Features.Get<PageSession>() is null ? ByToken : ActorAuthentication.ByCookie);
    }

    /// <summary>The acting person; refuses a request without one, or with another than the page shows.</summary>
    public static string RequireActor(this HttpContext http)
    {
        var actor = http.RequireNamed();
        // The cookie is shared by all tabs of a browser, and a page shows the name that it once read.
        if (http.Request.Headers[ActingAs].ToString() is { Length: > 0 } shown && shown.Trim() != actor.Trim())
            throw new Refusal(Reason.ActorDiffers, $"{actor} acts now, not {shown}; look who acts and ask again", ("actor", actor));
        return actor;
    }

    /// <summary>
    /// Refuses a caller who may not read: where a proxy says who acts, a request without its header has bypassed the proxy. HttpReaders,
    /// where it names anybody, decides who may read. This is checked at each connection: the token of a stream grants no rights.
    /// </summary>
    public static void RequireReader(this HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var settings = http.RequestServices.GetRequiredService<ServiceSettings>();
        if (settings.Identity.SignIn.IsOn && http.Request.Path.Equals(HttpApi.Session))
            return; // it says where to sign in
        http.RequestServices.GetRequiredService<CallAccess>().RequireCaller(http);
        if (settings.HttpActorHeader.Length == 0)
            return;
        var actor = http.RequireNamed();
        if (settings.HttpReaders.Count > 0 && !settings.HttpReaders.Contains(actor))
            throw new Refusal(Reason.NotAReader, $"{actor} may not read here; the setting HttpReaders names who may", ("actor", actor));
    }

    /// <summary>Refuses a write of anything but a page of this address or a client other than a browser.</summary>
    public static void RequireOwnPage(this HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (!IsOwn(http.Request))
            throw new Refusal(Reason.CrossSite, "a page of another address may not write here");
        if (!http.Request.HasJsonContentType())
            throw new Refusal(Reason.ContentType, "a write has Content-Type: application/json");
    }

    /// <summary>Keeps a token as the session of this browser, for as long as it is valid.</summary>
    public static void KeepSession(this HttpContext http, string token, TimeSpan lasts)
    {
        var options = Options(http);
        options.MaxAge = lasts;
        _cookies.AppendResponseCookie(http, TokenAuthentication.SessionCookie, token, options);
    }

    /// <summary>Maps the session: reading, beginning and ending it.</summary>
    public static void MapSession(this RouteGroupBuilder api)
    {
        ArgumentNullException.ThrowIfNull(api);
        api.MapGet("/session", (HttpContext http) => Shown(http, http.ActorOf()));
        api.MapPost("/session", BeginAsync);
        api.MapDelete("/session", (HttpContext http) =>
        {
            RequireOwnSession(http);
            _cookies.DeleteCookie(http, CookieOf(http), Options(http));
            return Shown(http, ("", ""));
        });
    }

    private static string RequireNamed(this HttpContext http) => http.ActorOf().Actor is { Length: > 0 } actor
        ? actor
        : throw new Refusal(Reason.ActorMissing, HeaderName(http) is { Length: > 0 } header
            ? $"who asks is not known: the proxy before this address names nobody in the header {header}"
            : "a write says who acts: say so first, POST /api/v1/session {\"actor\": \"…\"}");

    private static async Task<IResult> BeginAsync(HttpContext http, CancellationToken cancel)
    {
        RequireOwnSession(http);
        if (Identity(http).SignIn.IsOn)
            throw new Refusal(Reason.SessionElsewhere, $"the issuer of tokens says who acts; sign in at {SignIn.Path}", ("path", SignIn.Path));
        var actor = await ReadAsync(http.Request, cancel);
        if (!ActorMetadata.IsName(actor))
            throw Refusal.Field("actor", $"is 1 to {ActorMetadata.LengthMax} printable ASCII characters");
        if (!Identity(http).IsOn)
            http.Response.Cookies.Append(ActorMetadata.Key, actor!, Options(http));
        else if (await TokenOfAsync(http, actor!, cancel) is var token)
            http.KeepSession(token.Value, TimeSpan.FromSeconds(token.Seconds));
        return Shown(http, (actor!, ActorAuthentication.ByCookie));
    }

    private static async Task<IssuedToken> TokenOfAsync(HttpContext http, string actor, CancellationToken cancel)
    {
        try
        {
            return await http.RequestServices.GetRequiredService<TokenIssuer>().RequestAsync(IssuedToken.FormOf(actor), cancel);
        }
        catch (TokenRefusedException error)
        {
            throw Refusal.Field("actor", $"gets no token: {error.Message}");
        }
        catch (HttpRequestException error)
        {
            throw new Refusal(Reason.NotReady, $"the issuer of tokens does not answer ({error.Message}); try again");
        }
    }

    private static string CookieOf(HttpContext http) => Identity(http).IsOn ? TokenAuthentication.SessionCookie : ActorMetadata.Key;

    private static IdentitySettings Identity(HttpContext http) => http.RequestServices.GetRequiredService<ServiceSettings>().Identity;

    private static async Task<string?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        try
        {
            var body = await JsonNode.ParseAsync(request.Body, null, _strict, cancel);
            return body is JsonObject { Count: 1 } whole && whole["actor"] is JsonValue value && value.TryGetValue<string>(out var actor) ? actor : null;
        }
        catch (JsonException error)
        {
            throw new Refusal(Reason.BodyInvalid, $"the body is not JSON: {error.Message}");
        }
    }

    private static void RequireOwnSession(HttpContext http)
    {
        if (Identity(http) is { IsOn: true, HasSessions: false })
            throw new Refusal(Reason.SessionElsewhere, "the token says who acts; sign in or out at its issuer", ("header", "authorization"));
        if (HeaderName(http) is { Length: > 0 } header)
            throw new Refusal(Reason.SessionElsewhere, $"the proxy before this address says who acts ({header}); sign in or out there", ("header", header));
    }

    private static IResult Shown(HttpContext http, (string Actor, string From) session)
    {
        var shown = new JsonObject { ["actor"] = session.Actor, ["from"] = session.From };
        if (Identity(http).SignIn.IsOn)
            shown["signIn"] = SignIn.Path;
        return Results.Text(shown.ToJsonString(), "application/json");
    }

    // Behind a proxy that speaks TLS only the settings and the browser's own word show that it came by https.
    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/",
        Secure = http.Request.IsHttps || Identity(http).SignIn.IsByHttps
            || http.Request.Headers.Origin.ToString().StartsWith("https:", StringComparison.Ordinal),
    };

    // Browsers say where a request comes from: newer ones by Sec-Fetch-Site where the connection is to be trusted, all of them by Origin.
    private static bool IsOwn(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
            return site == "same-origin";
        return request.Headers.Origin.ToString() is not { Length: > 0 } origin
            || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static string HeaderName(HttpContext http) => http.RequestServices.GetRequiredService<ServiceSettings>().HttpActorHeader;
}
