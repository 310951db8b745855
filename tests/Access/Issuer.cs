using System.Security.Claims;
using System.Security.Cryptography;
using Iij.Platform;
using Iij.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Iij.Tests.Access;

/// <summary>
/// An issuer of tokens on this machine, made with OpenIddict: discovery, keys, tokens for programs by client credentials, and the sign-in of the page
/// by codes. Tokens of people are signed here with the same key, with whatever fault a test wants.
/// </summary>
internal sealed class Issuer : IAsyncDisposable
{
    public const string Audience = "iij";
    public const string Secret = "of-reporting";
    public const string Page = "page";
    public const string PageSecret = "of-page";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsaSecurityKey _signing;
    private WebApplication _app = null!;

    private Issuer() => _signing = new ECDsaSecurityKey(_key) { KeyId = Guid.NewGuid().ToString("N") };

    /// <summary>Its address, which tokens name as their issuer.</summary>
    public string Address => _app.Address().ToString();

    /// <summary>Who sits before it when a browser comes to sign in; null: a person who gives up.</summary>
    public string? Person { get; set; } = "alice";

    /// <summary>The audience of the access tokens that codes bring.</summary>
    public string PageAudience { get; set; } = Audience;

    public static async Task<Issuer> StartAsync()
    {
        var issuer = new Issuer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddOpenIddict().AddServer(issuer.Configure);
        builder.Services.AddAuthentication();
        issuer._app = builder.Build();
        issuer._app.UseAuthentication();
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>The settings of reporting whose page is a client of this issuer.</summary>
    /// <param name="database">Its SQLite file.</param>
    public ServiceSettings SettingsOfPage(string database) => new()
    {
        Relay = false, FillGaps = false, Storage = new StorageSettings { Path = database }, Http = "http://127.0.0.1:0",
        Signing = new SigningSettings { KeyFile = SourceKeys.FileOf("reporting"), PublicKeys = SourceKeys.Folder },
        Identity = new IdentitySettings
        {
            Authority = Address, Audience = Audience, SignIn = new SignInSettings { Id = Page, Secret = PageSecret },
        },
    };

    /// <summary>A token for a person.</summary>
    public string TokenOf(string subject, params string[] roles) => Token(new Dictionary<string, object> { ["sub"] = subject, ["roles"] = roles });

    /// <summary>A token with faults.</summary>
    public string Token(
        Dictionary<string, object> claims, string audience = Audience, string? issuer = null, TimeSpan? lasts = null, SigningCredentials? credentials = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var ends = now + (lasts ?? TimeSpan.FromMinutes(5));
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address, Audience = audience, Claims = claims, NotBefore = ends.AddHours(-1), IssuedAt = ends.AddHours(-1), Expires = ends,
            SigningCredentials = credentials ?? new SigningCredentials(_signing, SecurityAlgorithms.EcdsaSha256),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private void Configure(OpenIddictServerBuilder server)
    {
        server.SetTokenEndpointUris("token").SetAuthorizationEndpointUris("authorize").AllowClientCredentialsFlow().AllowAuthorizationCodeFlow()
            .RequireProofKeyForCodeExchange().EnableDegradedMode().DisableAccessTokenEncryption().AddSigningKey(_signing).AddEphemeralEncryptionKey();
        server.UseAspNetCore().DisableTransportSecurityRequirement();
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientSecret != (context.ClientId == Page ? PageSecret : Secret))
                context.Reject(OpenIddictConstants.Errors.InvalidClient, "another secret");
            return default;
        }));
        server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            context.SignIn(context.Request.IsAuthorizationCodeGrantType() ? context.Principal! : PrincipalOf(context.ClientId!, Audience, "service"));
            return default;
        }));
        server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientId != Page || !context.RedirectUri!.EndsWith("/sign-in/callback", StringComparison.Ordinal))
                context.Reject(OpenIddictConstants.Errors.InvalidClient, "another page");
            return default;
        }));
        server.AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (Person is null)
                context.Reject(OpenIddictConstants.Errors.AccessDenied, "the person gave up");
            else
                context.SignIn(PrincipalOf(Person, PageAudience, "viewer", "group_accountant", "reader:*"));
            return default;
        }));
    }

    private static ClaimsPrincipal PrincipalOf(string subject, string audience, params string[] roles)
    {
        var identity = new ClaimsIdentity("issuer");
        identity.SetClaim(OpenIddictConstants.Claims.Subject, subject).SetClaims("roles", [.. roles]);
        identity.SetScopes(OpenIddictConstants.Scopes.OpenId);
        identity.SetAudiences(audience);
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken]);
        return new ClaimsPrincipal(identity);
    }
}
