using Iij.Access.V1;

namespace Iij.Platform;

/// <summary>
/// The roles of a caller, each for one source, every source ("*") or, where no source is concerned, for none. Roles include others: a closer
/// reads what is closed.
/// </summary>
public sealed class Grants
{
    private const string EverySource = "*";

    private static readonly Dictionary<string, Role> _names = Enum.GetValues<Role>().Where(role => role != Role.Unspecified)
        .ToDictionary(NameOf);

    private static readonly HashSet<Role> _ofSource =
        [Role.Recorder, Role.Corrector, Role.Preparer, Role.Closer, Role.Reopener, Role.Reader];

    private static readonly HashSet<Role> _viewers = [Role.GroupAccountant, Role.GroupApprover, Role.ModelEditor, Role.Auditor];

    private readonly HashSet<(Role Role, string Source)> _grants = [];

    /// <summary>Reads the values of the claim; what is not a role of this system grants nothing.</summary>
    /// <param name="values">Each one or several roles, separated by spaces.</param>
    /// <param name="meanings">What the issuer's own roles mean.</param>
    public Grants(IEnumerable<string> values, IReadOnlyDictionary<string, string> meanings)
    {
        ArgumentNullException.ThrowIfNull(meanings);
        foreach (var text in values.SelectMany(Words).SelectMany(word => Words(meanings.GetValueOrDefault(word, word))))
        {
            if (Read(text) is { } grant)
                _grants.Add(grant);
        }
    }

    /// <summary>How a role is named in a token and in docs/access.md: "group_approver".</summary>
    public static string NameOf(Role role) => string.Concat(
        role.ToString().Select((c, at) => char.IsUpper(c) && at > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    /// <summary>The first word of a text that is not a role; null where all are.</summary>
    public static string? Unknown(string text) => Words(text).FirstOrDefault(word => Read(word) is null);

    /// <summary>Whether the caller has a role, at a source where the role is of a source.</summary>
    public bool Includes(Role role, string source) =>
        _grants.Any(grant => Includes(grant.Role, role) && (!_ofSource.Contains(grant.Role) || grant.Source == EverySource || grant.Source == source));

    private static bool Includes(Role granted, Role role) => granted == role || role switch
    {
        Role.Viewer => _viewers.Contains(granted),
        Role.PublishedViewer => Includes(granted, Role.Viewer),
        Role.Reader => _ofSource.Contains(granted) || granted is Role.Service or Role.Announcer || Includes(granted, Role.Viewer),
        _ => false,
    };

    // "closer:network" of a source's role, "group_approver" of another; a role of a source without one is none.
    private static (Role Role, string Source)? Read(string text)
    {
        var at = text.IndexOf(':', StringComparison.Ordinal);
        var (name, source) = at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
        return _names.TryGetValue(name, out var role) && _ofSource.Contains(role) == source.Length > 0 ? (role, source) : null;
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
