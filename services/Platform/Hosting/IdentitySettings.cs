namespace Iij.Platform;

/// <summary>Who vouches for callers: the issuer of their tokens (OpenID Connect), and what its claims mean.</summary>
public sealed class IdentitySettings
{
    /// <summary>
    /// The address of the issuer, "https://login.example/realms/group", whose discovery document names its keys. Empty: callers bring no token, and
    /// the name that they give is believed.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>The audience that a token must name: this system.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The claim whose value is the acting person, and is stored with what the person does: one that never changes.</summary>
    public string SubjectClaim { get; set; } = "sub";

    /// <summary>The claim with the roles.</summary>
    public string RolesClaim { get; set; } = "roles";

    /// <summary>
    /// What the issuer's own roles mean here, by the issuer's name: "recorder:network closer:network". A value that is not listed is read as a
    /// role itself.
    /// </summary>
    public Dictionary<string, string> Roles { get; init; } = [];

    /// <summary>How reporting gets its own token from the issuer, for its calls to the sources.</summary>
    public ClientSettings Client { get; set; } = new();

    /// <summary>
    /// Whether a process without an authority may listen beyond this machine, where its network knows every caller. Off, it does not start.
    /// </summary>
    public bool TrustsNetwork { get; set; }

    /// <summary>
    /// Whether the issuer is the one of ./run on this machine. It gives a token to each name, without proof; the page then signs in by name, and
    /// a caller without a token reads as a guest. A process that is reached from other machines does not start with it.
    /// </summary>
    public bool IsEmbedded { get; set; }

    /// <summary>How people sign in at the page.</summary>
    public SignInSettings SignIn { get; set; } = new();

    /// <summary>Whether a cookie of the page may bring the token.</summary>
    public bool HasSessions => IsEmbedded || SignIn.IsOn;

    /// <summary>Whether callers bring tokens.</summary>
    public bool IsOn => Authority.Length > 0;

    /// <summary>Throws <see cref="SettingsException"/> naming what is wrong or missing.</summary>
    /// <param name="addresses">Where the process listens for callers.</param>
    /// <param name="asksPeers">Whether it calls other services.</param>
    internal void Check(IEnumerable<string> addresses, bool asksPeers)
    {
        var open = addresses.FirstOrDefault(address => address.Length > 0 && !new Uri(address).IsLoopback);
        if (SignIn.IsOn && (!IsOn || IsEmbedded))
            throw new SettingsException("Identity:SignIn:Id", "needs Identity:Authority, an issuer that knows the page as its client, and not that of ./run");
        if (!IsOn)
        {
            RequireKnownCallers(open);
            return;
        }

        RequireSafeIssuer(open);
        if (Audience.Length == 0)
            throw new SettingsException("Identity:Audience", "is not set; it is what a token must name as its audience, for example iij");
        foreach (var (name, roles) in Roles)
        {
            if (Grants.Unknown(roles) is { } wrong)
                throw new SettingsException($"Identity:Roles:{name}", $"\"{wrong}\" is not a role; docs/access.md lists them, for example closer:network");
        }

        SignIn.Check();
        if (asksPeers && (Client.Id.Length == 0 || Client.Secret.Length == 0))
            throw new SettingsException("Identity:Client", "needs Id and Secret: reporting calls the sources with a token of its own");
    }

    private void RequireKnownCallers(string? open)
    {
        if (!TrustsNetwork && open is not null)
        {
            throw new SettingsException("Identity:Authority", $"is not set, and {open} is reached from other machines: any caller would be believed. "
                + "Name the issuer of tokens, or set Identity:TrustsNetwork=true where the network knows every caller");
        }
    }

    // What is told over http, or to every name that asks, is worth something on this machine alone.
    private void RequireSafeIssuer(string? open)
    {
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var issuer) || !(issuer.Scheme == Uri.UriSchemeHttps || issuer.IsLoopback))
            throw new SettingsException("Identity:Authority", $"\"{Authority}\" is not an https address; for example https://login.example/realms/group");
        if (open is null)
            return;
        if (IsEmbedded)
        {
            throw new SettingsException("Identity:IsEmbedded", $"is true, and {open} is reached from other machines: the issuer of ./run gives a token "
                + "to each name without proof. Name the issuer that knows the people of the group");
        }

        if (issuer.Scheme != Uri.UriSchemeHttps)
        {
            throw new SettingsException("Identity:Authority", $"\"{Authority}\" is not an https address, and {open} is reached from other machines; "
                + "for example https://login.example/realms/group");
        }
    }
}
