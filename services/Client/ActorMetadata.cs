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

    /// <summary>Whether a text is the name of an actor: 1 to 100 printable characters.</summary>
    public static bool IsName([NotNullWhen(true)] string? text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= LengthMax && !text.Any(char.IsControl);

    /// <summary>The metadata of a call by an actor; without entries where the name is empty.</summary>
    public static Metadata Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length == 0 ? [] : new Metadata { { Key, name } };
    }
}
