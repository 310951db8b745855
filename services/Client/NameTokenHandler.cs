using System.Net.Http.Headers;
using Grpc.Core;

namespace Iij.Client;

/// <summary>
/// Adds to a call the token of the person whom its metadata names. A call that brings a token of its own, or names nobody, is sent as it is.
/// Where the issuer refuses the name, the call fails with INVALID_ARGUMENT and is not sent.
/// </summary>
/// <param name="tokens">The tokens by name; they outlive this handler.</param>
/// <param name="inner">Sends the calls.</param>
public sealed class NameTokenHandler(NameTokens tokens, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Headers.Authorization is null && NamedBy(request) is { } name)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(name, cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }

    // What is not a name, the service refuses by itself.
    private static string? NamedBy(HttpRequestMessage request) =>
        request.Headers.TryGetValues(ActorMetadata.Key, out var values) && values.ToList() is [var name] && ActorMetadata.IsName(name) ? name : null;

    private async Task<string> TokenAsync(string name, CancellationToken cancel)
    {
        try
        {
            return await tokens.OfAsync(name, cancel);
        }
        catch (TokenRefusedException refused)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"{ActorMetadata.Key} \"{name}\" gets no token: {refused.Message}", refused));
        }
    }
}
