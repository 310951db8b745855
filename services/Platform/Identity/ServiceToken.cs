using System.Net.Http.Headers;
using Iij.Client;

namespace Iij.Platform;

/// <summary>
/// Adds to every call the token with which this process calls others, fetched from the issuer by client credentials. For channels of a process
/// whose settings name an authority.
/// </summary>
public sealed class ServiceToken : DelegatingHandler
{
    private readonly KeptToken _token;

    /// <summary>A handler that sends by itself.</summary>
    public ServiceToken(ServiceSettings settings, TokenIssuer issuer, TimeProvider clock)
        : base(new SocketsHttpHandler()) =>
        _token = new KeptToken(cancel => issuer.RequestAsync(FormOf(settings.Identity.Client), cancel), clock);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _token.GetAsync(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _token.Dispose();
        base.Dispose(disposing);
    }

    private static Dictionary<string, string> FormOf(ClientSettings client)
    {
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = client.Id, ["client_secret"] = client.Secret };
        if (client.Scope.Length > 0)
            form["scope"] = client.Scope;
        return form;
    }
}
