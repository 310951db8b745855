using System.Net.Http.Headers;
using Iij.Client;
using Iij.Platform;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Iij.Tests.Fuzzing;

/// <summary>
/// Adds to calls that name an acting person the token of a program of this system, signed with the run's own key: for the RPCs that only reporting
/// calls, which gets its token by a secret that nobody else has.
/// </summary>
internal sealed class ProgramToken(string token) : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>A handler for the services of a run.</summary>
    /// <param name="issuer">The address of its issuer.</param>
    /// <param name="keyFile">The issuer's private key.</param>
    public static ProgramToken Of(Uri issuer, string keyFile)
    {
        var key = PrivateKeyFile.Open(keyFile);
        return new(new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer.ToString(), Audience = "iij", Claims = new Dictionary<string, object> { ["sub"] = "program", ["roles"] = "service" },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = Signer.IdOf(key) }, SecurityAlgorithms.EcdsaSha256),
        }));
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.TryGetValues(ActorMetadata.Key, out var names) && ActorMetadata.IsName(names.FirstOrDefault()))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return base.SendAsync(request, cancellationToken);
    }
}
