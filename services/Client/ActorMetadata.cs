using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Iij.Client;

/// <summary>The actor of a call as it travels: the metadata key, and the names that it may have.</summary>
public static class ActorMetadata
{
    /// <summary>The metadata key that names the actor.</summary>
    public const string Key = "iij-actor";

    /// <summary>The longest name of an actor, in characters.</summary>
    public const int LengthMax = 100;

    /// <summary>
    /// Whether a text is the name of an actor: 1 to 100 printable ASCII characters, as every protocol carries them, without a space at either end.
    /// Letters of other alphabets that look alike, and characters that do not show, would give one person two names.
    /// </summary>
    public static bool IsName([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= LengthMax } && text == text.Trim() && text.All(c => c is >= ' ' and <= '~');

    /// <summary>Whether two names are of one person: the same but for case, and for spaces at an end, which earlier versions took.</summary>
    public static bool IsSame(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Trim().Equals(other.Trim(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The metadata of a call by an actor; without entries where the name is empty.</summary>
    public static Metadata Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length == 0 ? [] : new Metadata { { Key, name } };
    }
}
