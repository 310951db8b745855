using System.Security.Claims;
using System.Security.Cryptography;
using Iij.Access.V1;
using Iij.Client;
using Iij.Platform;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Iij.Local;

/// <summary>
/// The issuer of a run's tokens (OpenID Connect): discovery, keys, and a token for each name that asks, with every role. A name is believed here,
/// as on a machine of one's own; from here on it is verified. Reporting gets a token of its own by a secret that lasts as long as the run.
/// </summary>
public sealed class EmbeddedIssuer : IAsyncDisposable
{
    private const string ServiceName = "reporting";
    private const string Audience = "iij";
    private static readonly TimeSpan _lasts = TimeSpan.FromHours(12);

    // A token of this machine is of no use to a page that a foreign name brought here.
    private static readonly string[] _hosts = ["127.0.0.1", "localhost", "[::1]"];
    private static readonly string[] _ofSource =
        [.. new[] { Role.Recorder, Role.Corrector, Role.Preparer, Role.Closer, Role.Reopener }.Select(role => Grants.NameOf(role) + ":*")];

    private static readonly string[] _ofPeople =
    [
        .. _ofSource,
        .. new[] { Role.GroupAccountant, Role.GroupApprover, Role.Announcer, Role.ModelEditor, Role.Auditor, Role.Operator }.Select(Grants.NameOf),
    ];

    private readonly string _secret = RandomNumberGenerator.GetHexString(64);
    private readonly ECDsa _key;
    private WebApplication _app = null!;

    private EmbeddedIssuer(ECDsa key) => _key = key;

    /// <summary>Where it listens; tokens name it as their issuer.</summary>
    public Uri Address => _app.Address();

    /// <summary>Starts it.</summary>
    /// <param name="keyFile">The file of its private key, which is made where it does not exist.</param>
    /// <param name="port">Its port on 127.0.0.1; 0 takes a free one.</param>
    public static async Task<EmbeddedIssuer> StartAsync(string keyFile, int port)
    {
        var issuer = new EmbeddedIssuer(PrivateKeyFile.Open(keyFile));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.Configure<HostFilteringOptions>(hosts => hosts.AllowedHosts = _hosts);
        builder.Services.AddOpenIddict().AddServer(issuer.Configure);
        builder.Services.AddAuthentication();
        issuer._app = builder.Build();
        issuer._app.UseHostFiltering();
        issuer._app.UseAuthentication();
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>What a service that relies on it is told.</summary>
    public IdentitySettings Settings(string service) => new()
    {
        Authority = Address.ToString(), Audience = Audience, IsEmbedded = true,
        Client = service == ServiceName ? new ClientSettings { Id = ServiceName, Secret = _secret } : new ClientSettings(),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    // Degraded mode: no tokens are stored, so none can be taken back; they end with the run, or with their hours.
    private void Configure(OpenIddictServerBuilder server)
    {
        server.SetTokenEndpointUris("token").AllowClientCredentialsFlow().AllowCustomFlow(IssuedToken.NameGrant).EnableDegradedMode()
            .DisableAccessTokenEncryption().SetAccessTokenLifetime(_lasts)
            .AddSigningKey(SigningKey()).AddEphemeralEncryptionKey();
        server.UseAspNetCore().DisableTransportSecurityRequirement();
        server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(Validate));
        server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(context =>
        {
            context.SignIn(context.Request.IsClientCredentialsGrantType()
                ? PrincipalOf(ServiceName, [Grants.NameOf(Role.Service)])
                : PrincipalOf(context.Request.Username!, _ofPeople));
            return default;
        }));
    }

    // The library keeps what signs by the key's id, beyond this issuer's life, and another one of this process has the same key.
    private ECDsaSecurityKey SigningKey() => new(_key)
    {
        KeyId = Signer.IdOf(_key), CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
    };

    private ValueTask Validate(ValidateTokenRequestContext context)
    {
        if (!context.Request.IsClientCredentialsGrantType())
        {
            if (!ActorMetadata.IsName(context.Request.Username) || context.Request.Username == ServiceName)
            {
                context.Reject(OpenIddictConstants.Errors.InvalidGrant,
                    $"username is 1 to {ActorMetadata.LengthMax} printable ASCII characters without a space at an end, and not \"{ServiceName}\"");
            }
        }
        else if (context.ClientId != ServiceName || !IsSecret(context.ClientSecret))
        {
            context.Reject(OpenIddictConstants.Errors.InvalidClient, "only reporting gets a token of its own, by the secret of this run");
        }

        return default;
    }

    private bool IsSecret(string? secret) =>
        CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(secret ?? ""), System.Text.Encoding.UTF8.GetBytes(_secret));

    private static ClaimsPrincipal PrincipalOf(string subject, string[] roles)
    {
        var identity = new ClaimsIdentity("embedded");
        identity.SetClaim(OpenIddictConstants.Claims.Subject, subject).SetClaims("roles", [.. roles]);
        identity.SetAudiences(Audience);
        identity.SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken]);
        return new ClaimsPrincipal(identity);
    }
}
