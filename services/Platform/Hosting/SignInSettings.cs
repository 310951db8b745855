namespace Iij.Platform;

/// <summary>
/// The page as a client of the issuer: people sign in by the authorization-code flow (OpenID Connect). Without an id, an authenticating proxy before
/// the page passes on their tokens.
/// </summary>
public sealed class SignInSettings
{
    /// <summary>The client id of the page at the issuer; empty: people do not sign in here.</summary>
    public string Id { get; set; } = "";

    /// <summary>Its client secret; empty where the issuer knows it as a public client, which proves itself by PKCE alone.</summary>
    public string Secret { get; set; } = "";

    /// <summary>The scopes to ask for; with them the issuer gives a token whose audience is this system.</summary>
    public string Scope { get; set; } = "openid";

    /// <summary>
    /// The address under which browsers reach the page, "https://figures.example"; empty: as the request names it, which is wrong behind a proxy
    /// that speaks TLS. The issuer must know "/sign-in/callback" at that address as a redirect URI.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>Whether people sign in at the page.</summary>
    public bool IsOn => Id.Length > 0;

    /// <summary>Whether browsers reach the page by https.</summary>
    public bool IsByHttps => Address.StartsWith("https:", StringComparison.Ordinal);

    /// <summary>Throws <see cref="SettingsException"/> naming what is wrong.</summary>
    internal void Check()
    {
        if (!Scope.Split(' ').Contains("openid"))
            throw new SettingsException("Identity:SignIn:Scope", $"\"{Scope}\" does not contain openid; for example \"openid iij\"");
        if (Address.Length == 0)
            return;
        if (!Uri.TryCreate(Address, UriKind.Absolute, out var address) || address.PathAndQuery != "/" || !(IsByHttps || address.IsLoopback))
        {
            throw new SettingsException("Identity:SignIn:Address",
                $"\"{Address}\" is not an https address without a path; for example https://figures.example");
        }
    }
}
