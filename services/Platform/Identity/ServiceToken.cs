using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Iij.Platform;

/// <summary>
/// The token with which this process calls others: fetched from the issuer by client credentials, kept until shortly before it ends, and added
/// to every call. For channels of a process whose settings name an authority.
/// </summary>
public sealed class ServiceToken(ServiceSettings settings, IServiceProvider services, TimeProvider clock) : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly TimeSpan _renewBefore = TimeSpan.FromSeconds(60);
    private readonly HttpClient _issuer = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly SemaphoreSlim _fetching = new(1);
    private string _token = "";
    private long _fetchedAt;
    private TimeSpan _lasts;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _issuer.Dispose();
        _fetching.Dispose();
        base.Dispose(disposing);
    }

    private async Task<string> TokenAsync(CancellationToken cancel)
    {
        await _fetching.WaitAsync(cancel);
        try
        {
            if (_token.Length == 0 || clock.GetElapsedTime(_fetchedAt) >= _lasts - _renewBefore)
                await FetchAsync(cancel);
            return _token;
        }
        finally
        {
            _fetching.Release();
        }
    }

    private async Task FetchAsync(CancellationToken cancel)
    {
        var options = services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme);
        var issuer = await options.ConfigurationManager!.GetConfigurationAsync(cancel);
        var client = settings.Identity.Client;
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = client.Id, ["client_secret"] = client.Secret };
        if (client.Scope.Length > 0)
            form["scope"] = client.Scope;
        var at = clock.GetTimestamp();
        using var content = new FormUrlEncodedContent(form);
        using var answer = await _issuer.PostAsync(new Uri(issuer.TokenEndpoint), content, cancel);
        answer.EnsureSuccessStatusCode();
        var token = await answer.Content.ReadFromJsonAsync<TokenAnswer>(cancel);
        (_token, _fetchedAt, _lasts) = (token!.AccessToken, at, TimeSpan.FromSeconds(token.ExpiresIn));
    }

    private sealed record TokenAnswer(
        [property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn);
}
