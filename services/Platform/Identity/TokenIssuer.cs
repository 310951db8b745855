using Iij.Client;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Iij.Platform;

/// <summary>The issuer that the settings name, asked for tokens.</summary>
public sealed class TokenIssuer(IServiceProvider services) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>
    /// Asks for a token; throws <see cref="TokenRefusedException"/> where the issuer refuses, and <see cref="HttpRequestException"/> where it does not
    /// answer.
    /// </summary>
    public async Task<IssuedToken> RequestAsync(IReadOnlyDictionary<string, string> form, CancellationToken cancel)
    {
        var options = services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme);
        var issuer = await options.ConfigurationManager!.GetConfigurationAsync(cancel);
        return await IssuedToken.RequestAsync(_http, new Uri(issuer.TokenEndpoint), form, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
