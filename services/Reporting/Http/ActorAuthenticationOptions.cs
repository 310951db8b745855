using Microsoft.AspNetCore.Authentication;

namespace Iij.Reporting;

/// <summary>How the acting person is found.</summary>
public sealed class ActorAuthenticationOptions : AuthenticationSchemeOptions
{
    /// <summary>The header in which an authenticating proxy names the person; empty where there is no proxy.</summary>
    public string Header { get; set; } = "";
}
