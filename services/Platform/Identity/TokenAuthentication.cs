using System.Security.Claims;
using Iij.Client;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Iij.Platform;

/// <summary>Verifies the tokens of callers by the issuer's published keys, and reads from them who calls (<see cref="Caller"/>).</summary>
public static class TokenAuthentication
{
    /// <summary>The cookie with the token of who signed in at the page; in several where one is too small.</summary>
    public const string SessionCookie = "iij-session";

    private const string Scheme = "Bearer ";
    private static readonly ChunkingCookieManager _cookies = new();
    private static readonly TimeSpan _clockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Signatures that only the issuer can make. A shared secret is not among them, nor "none".</summary>
    public static IReadOnlyList<string> Algorithms { get; } =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>
    /// Registers the scheme, where the settings name an authority. Authentication's core alone: the whole brings data protection, which writes
    /// keys to files, and nothing is encrypted here.
    /// </summary>
    public static void Add(IServiceCollection services, IdentitySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!settings.IsOn)
            return;
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = JwtBearerDefaults.AuthenticationScheme).AddWebEncoders()
            .AddSingleton<IAuthenticationConfigurationProvider, OwnSettings>().AddSingleton<KnownTokens>();
        new AuthenticationBuilder(services).AddJwtBearer(token => Configure(token, settings));
    }

    /// <summary>Why a token was not accepted, in words that tell a caller nothing about others.</summary>
    private static string Words(Exception failure) => failure switch
    {
        SecurityTokenExpiredException => "it has expired",
        SecurityTokenNotYetValidException => "it is not valid yet",
        SecurityTokenInvalidAudienceException => "it is for another audience",
        SecurityTokenInvalidIssuerException => "it is of another issuer",
        SecurityTokenSignatureKeyNotFoundException => "the issuer has no such key",
        SecurityTokenInvalidSignatureException or SecurityTokenInvalidAlgorithmException => "its signature is wrong",
        SecurityTokenException => "it cannot be verified",
        _ => "the issuer's keys cannot be read now",
    };

    private static void Configure(JwtBearerOptions token, IdentitySettings settings)
    {
        (token.Authority, token.Audience, token.MapInboundClaims) = (settings.Authority, settings.Audience, false);
        token.RequireHttpsMetadata = !new Uri(settings.Authority).IsLoopback; // elsewhere the settings allow https only
        token.TokenValidationParameters.ValidAlgorithms = Algorithms;
        token.TokenValidationParameters.ClockSkew = _clockSkew;
        token.Events = new JwtBearerEvents
        {
            OnMessageReceived = received =>
            {
                if (settings.HasSessions && received.Request.Headers.Authorization.Count == 0)
                    ReadCookie(received, settings);
                FindKnown(received);
                return Task.CompletedTask;
            },
            OnAuthenticationFailed = failed =>
            {
                // A session that has ended leaves a caller without a token, who can sign in again.
                if (failed.HttpContext.Features.Get<PageSession>() is null)
                    failed.HttpContext.Features.Set(new TokenFailure(Words(failed.Exception)));
                else
                    BecomeNobody(failed.HttpContext, settings);
                return Task.CompletedTask;
            },
            OnTokenValidated = validated =>
            {
                Read(validated, settings);
                return Task.CompletedTask;
            },
        };
    }

    private static void FindKnown(MessageReceivedContext received)
    {
        var header = received.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.Ordinal) || TokensOf(received.HttpContext).Find(header[Scheme.Length..]) is not { } caller)
            return;
        received.HttpContext.Features.Set(caller);
        received.Principal = new ClaimsPrincipal(new ClaimsIdentity(JwtBearerDefaults.AuthenticationScheme));
        received.Success();
    }

    private static KnownTokens TokensOf(HttpContext context) => context.RequestServices.GetRequiredService<KnownTokens>();

    // The header carries it on to the sources.
    private static void ReadCookie(MessageReceivedContext received, IdentitySettings settings)
    {
        BecomeNobody(received.HttpContext, settings);
        if (received.HttpContext.ListenerOf() != Listener.Http || _cookies.GetRequestCookie(received.HttpContext, SessionCookie) is not { Length: > 0 } token)
            return;
        received.HttpContext.Features.Set(new PageSession());
        received.Request.Headers.Authorization = Scheme + token;
    }

    private static void BecomeNobody(HttpContext context, IdentitySettings settings)
    {
        if (settings.IsEmbedded)
            context.Features.Set(Caller.Guest);
        context.Request.Headers.Remove("Authorization");
    }

    private static void Read(TokenValidatedContext validated, IdentitySettings settings)
    {
        var subjects = validated.Principal!.FindAll(settings.SubjectClaim).Select(claim => claim.Value).ToList();
        if (subjects is not [var subject] || !ActorMetadata.IsName(subject))
        {
            var words = $"its claim {settings.SubjectClaim} is not one name of 1 to {ActorMetadata.LengthMax} printable ASCII characters";
            validated.HttpContext.Features.Set(new TokenFailure(words));
            validated.Fail(words);
            return;
        }

        var grants = new Grants(validated.Principal.FindAll(settings.RolesClaim).Select(claim => claim.Value), settings.Roles);
        var caller = new Caller(subject, grants, new DateTimeOffset(validated.SecurityToken.ValidTo, TimeSpan.Zero));
        validated.HttpContext.Features.Set(caller);
        TokensOf(validated.HttpContext).Keep(((JsonWebToken)validated.SecurityToken).EncodedToken, caller);
    }

    // The framework's own section of settings has no say beside ours.
    private sealed class OwnSettings : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
