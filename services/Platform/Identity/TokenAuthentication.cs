using Iij.Client;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Iij.Platform;

/// <summary>Verifies the tokens of callers by the issuer's published keys, and reads from them who calls (<see cref="Caller"/>).</summary>
public static class TokenAuthentication
{
    private static readonly TimeSpan _clockSkew = TimeSpan.FromSeconds(30);

    // Signatures that only the issuer can make. A shared secret is not among them, nor "none".
    private static readonly string[] _algorithms =
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
            .AddSingleton<IAuthenticationConfigurationProvider, OwnSettings>();
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
        token.TokenValidationParameters.ValidAlgorithms = _algorithms;
        token.TokenValidationParameters.ClockSkew = _clockSkew;
        token.Events = new JwtBearerEvents
        {
            OnAuthenticationFailed = failed =>
            {
                failed.HttpContext.Features.Set(new TokenFailure(Words(failed.Exception)));
                return Task.CompletedTask;
            },
            OnTokenValidated = validated =>
            {
                Read(validated, settings);
                return Task.CompletedTask;
            },
        };
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
        validated.HttpContext.Features.Set(new Caller(subject, grants, new DateTimeOffset(validated.SecurityToken.ValidTo, TimeSpan.Zero)));
    }

    // The framework's own section of settings has no say beside ours.
    private sealed class OwnSettings : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
