using System.Security.Claims;
using System.Security.Cryptography;
using Iij.Platform;
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
/// An issuer of tokens on this machine, made with OpenIddict: discovery, keys, and tokens for programs by client credentials. Tokens of people
/// are signed here with the same key, with whatever fault a test wants.
/// </summary>
internal sealed class Issuer : IAsyncDisposable
{
    public const string Audience = "iij";
    public const string Secret = "of-reporting";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsaSecurityKey _signing;
    private WebApplication _app = null!;

    private Issuer() => _signing = new ECDsaSecurityKey(_key) { KeyId = Guid.NewGuid().ToString("N") };

    /// <summary>Its address, which tokens name as their issuer.</summary>
    public string Address => _app.Address().ToString();

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
        server.SetTokenEndpointUris("token").AllowClientCredentialsFlow().EnableDegradedMode().DisableAccessTokenEncryption()
            .AddSigningKey(_signing).AddEphemeralEncryptionKey();
        server.UseAspNetCore().DisableTransportSecurityRequirement();
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            if (context.ClientSecret != Secret)
                context.Reject(OpenIddictConstants.Errors.InvalidClient, "another secret");
            return default;
        }));
        server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            var identity = new ClaimsIdentity("client");
            identity.SetClaim(OpenIddictConstants.Claims.Subject, context.ClientId).SetClaims("roles", ["service"]);
            identity.SetAudiences(Audience);
            identity.SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken]);
            context.SignIn(new ClaimsPrincipal(identity));
            return default;
        }));
    }
}
