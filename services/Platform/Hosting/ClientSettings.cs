namespace Iij.Platform;

/// <summary>A program's own credentials at the issuer (OAuth 2.0 client credentials).</summary>
public sealed class ClientSettings
{
    /// <summary>The client id.</summary>
    public string Id { get; set; } = "";

    /// <summary>The client secret.</summary>
    public string Secret { get; set; } = "";

    /// <summary>The scope to ask for; empty for none.</summary>
    public string Scope { get; set; } = "";
}
