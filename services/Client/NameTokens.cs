using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Iij.Client;

/// <summary>
/// Adds to a call the token of the person whom its metadata names, fetched from the issuer of ./run. A call that brings a token of its own, or
/// names nobody, is sent as it is.
/// </summary>
/// <param name="issuer">The address of the issuer.</param>
/// <param name="inner">Sends the calls.</param>
public sealed class NameTokens(Uri issuer, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>The issuer's name among the services of a run.</summary>
    public const string Service = "issuer";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http = new() { BaseAddress = issuer, Timeout = _patience };
    private readonly ConcurrentDictionary<string, KeptToken> _tokens = new();

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Headers.Authorization is null && NamedBy(request) is { } name)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenOfAsync(name, cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }

    /// <summary>The token of a name; throws <see cref="HttpRequestException"/> where the issuer does not answer, or refuses.</summary>
    public Task<string> TokenOfAsync(string name, CancellationToken cancel) =>
        _tokens.GetOrAdd(name, one => new KeptToken(stop => FetchAsync(one, stop), TimeProvider.System)).GetAsync(cancel);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _http.Dispose();
        base.Dispose(disposing);
    }

    // What is not a name, the service refuses by itself.
    private static string? NamedBy(HttpRequestMessage request) =>
        request.Headers.TryGetValues(ActorMetadata.Key, out var values) && values.ToList() is [var name] && ActorMetadata.IsName(name) ? name : null;

    private async Task<IssuedToken> FetchAsync(string name, CancellationToken cancel)
    {
        var found = await _http.GetFromJsonAsync<Discovery>(".well-known/openid-configuration", cancel);
        return await IssuedToken.RequestAsync(_http, found!.TokenEndpoint, IssuedToken.FormOf(name), cancel);
    }

    private sealed record Discovery([property: JsonPropertyName("token_endpoint")] Uri TokenEndpoint);
}
