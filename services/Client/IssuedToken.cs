using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace Iij.Client;

/// <summary>What an issuer answers to a request for a token (RFC 6749, 5.1).</summary>
/// <param name="Value">The token.</param>
/// <param name="Seconds">For how long it is valid.</param>
public sealed record IssuedToken(
    [property: JsonPropertyName("access_token")] string Value, [property: JsonPropertyName("expires_in")] int Seconds)
{
    /// <summary>The grant by which the issuer of ./run gives a token to a name.</summary>
    public const string NameGrant = "urn:iij:oauth:grant-type:name";

    /// <summary>The form of a request by name.</summary>
    public static IReadOnlyDictionary<string, string> FormOf(string name) => new Dictionary<string, string>
    {
        ["grant_type"] = NameGrant, ["client_id"] = "iij", ["username"] = name,
    };

    /// <summary>
    /// Asks an issuer; throws <see cref="TokenRefusedException"/> where it refuses, and <see cref="HttpRequestException"/> where it does not answer.
    /// </summary>
    public static async Task<IssuedToken> RequestAsync(
        HttpClient http, Uri endpoint, IReadOnlyDictionary<string, string> form, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(http);
        using var content = new FormUrlEncodedContent(form);
        using var answer = await InTimeAsync(http.PostAsync(endpoint, content, cancel), cancel);
        if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized)
            throw new TokenRefusedException(await RefusalAsync(answer, cancel));
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<IssuedToken>(cancel))!;
    }

    /// <summary>What an issuer answers; one that takes longer than the client's limit does not answer (<see cref="HttpRequestException"/>).</summary>
    internal static async Task<T> InTimeAsync<T>(Task<T> answer, CancellationToken cancel)
    {
        try
        {
            return await answer;
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new HttpRequestException("the issuer of tokens does not answer in time", late);
        }
    }

    private static async Task<string> RefusalAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var error = await answer.Content.ReadFromJsonAsync<ErrorAnswer>(cancel);
        return error!.Description ?? error.Error;
    }

    private sealed record ErrorAnswer(
        [property: JsonPropertyName("error")] string Error, [property: JsonPropertyName("error_description")] string? Description);
}
