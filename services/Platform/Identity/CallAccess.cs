using Google.Protobuf.Reflection;
using Iij.Access.V1;
using Iij.Contracts;
using Microsoft.AspNetCore.Http;

namespace Iij.Platform;

/// <summary>
/// Who may call which method: the option access of the protos, and nothing else. A method that does not declare it keeps the service from
/// starting. Without an authority in the settings, every caller may call everything.
/// </summary>
public sealed class CallAccess
{
    private readonly bool _isOn;
    private readonly string _source;
    private readonly Dictionary<string, IReadOnlyList<Role>> _roles;

    /// <summary>Reads the options of the methods that a process serves.</summary>
    /// <param name="settings">Whether callers bring tokens.</param>
    /// <param name="source">The name of the source; empty at reporting.</param>
    /// <param name="services">What the process serves.</param>
    public CallAccess(ServiceSettings settings, string source, params ServiceDescriptor[] services)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_isOn, _source) = (settings.Identity.IsOn, source);
        _roles = services.SelectMany(service => service.Methods).ToDictionary(PathOf, RolesOf);
    }

    /// <summary>The path of a method, "/iij.closing.v1.ClosingService/ClosePeriod".</summary>
    public static string PathOf(MethodDescriptor method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return $"/{method.Service.FullName}/{method.Name}";
    }

    /// <summary>The roles of which a method asks one; throws where it declares none.</summary>
    public static IReadOnlyList<Role> RolesOf(MethodDescriptor method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return method.GetOptions()?.GetExtension(AccessExtensions.Access)?.Roles is { Count: > 0 } roles && !roles.Contains(Role.Unspecified)
            ? [.. roles]
            : throw new InvalidOperationException($"{method.FullName} does not declare who may call it: option (iij.access.v1.access)");
    }

    /// <summary>Refuses a caller without a right to a method: ACCESS_TOKEN_MISSING, ACCESS_TOKEN_INVALID, ROLE_MISSING.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">The method's path.</param>
    public void Require(HttpContext context, string path)
    {
        if (!_isOn)
            return;
        var caller = RequireCaller(context)!;
        if (!_roles.TryGetValue(path, out var roles) || !roles.Any(role => caller.Grants.Includes(role, _source)))
        {
            if (caller.IsGuest)
                throw TokenMissing();
            var names = string.Join(", ", (roles ?? []).Select(Grants.NameOf));
            var at = _source.Length > 0 ? $" at {_source}" : "";
            throw new Refusal(Reason.RoleMissing, $"{caller.Subject} has none of the roles that {path[1..]} asks for{at}: {names}",
                ("method", path[1..]), ("roles", names));
        }
    }

    /// <summary>Whether a caller may have a role: each caller, where callers bring no token.</summary>
    public bool Has(HttpContext context, Role role)
    {
        ArgumentNullException.ThrowIfNull(context);
        return !_isOn || Caller.Of(context)?.Grants.Includes(role, _source) == true;
    }

    /// <summary>The caller; refuses a request without a valid token where callers bring one. Null where they do not.</summary>
    public Caller? RequireCaller(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!_isOn || Caller.Of(context) is { } caller)
            return Caller.Of(context);
        throw context.Features.Get<TokenFailure>() is { } failure
            ? new Refusal(Reason.AccessTokenInvalid, $"the token is not valid here: {failure.Words}")
            : TokenMissing();
    }

    /// <summary>The refusal of a call that nobody vouches for.</summary>
    internal static Refusal TokenMissing() =>
        new(Reason.AccessTokenMissing, "the call brings no token of the issuer, which it needs: authorization: Bearer …");
}
