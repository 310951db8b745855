using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Iij.Client;

/// <summary>The tokens of persons by their names, fetched from the issuer of ./run and kept until they end.</summary>
/// <param name="issuer">The address of the issuer.</param>
/// <param name="patience">How long an answer of it may take; 60 s where it is not given.</param>
public sealed class NameTokens(Uri issuer, TimeSpan? patience = null) : IDisposable
{
    /// <summary>The issuer's name among the services of a run.</summary>
    public const string Service = "issuer";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60); // the issuer starts and works beside everything else of a run
    private readonly HttpClient _http = new() { BaseAddress = issuer, Timeout = patience ?? _patience };
    private readonly ConcurrentDictionary<string, KeptToken> _tokens = new();

    /// <summary>
    /// The token of a name; throws <see cref="TokenRefusedException"/> where the issuer refuses, and <see cref="HttpRequestException"/> where it does
    /// not answer.
    /// </summary>
    public Task<string> OfAsync(string name, CancellationToken cancel) =>
        _tokens.GetOrAdd(name, one => new KeptToken(stop => FetchAsync(one, stop), TimeProvider.System)).GetAsync(cancel);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<IssuedToken> FetchAsync(string name, CancellationToken cancel)
    {
        var found = await IssuedToken.InTimeAsync(_http.GetFromJsonAsync<Discovery>(".well-known/openid-configuration", cancel), cancel);
        return await IssuedToken.RequestAsync(_http, found!.TokenEndpoint, IssuedToken.FormOf(name), cancel);
    }

    private sealed record Discovery([property: JsonPropertyName("token_endpoint")] Uri TokenEndpoint);
}
