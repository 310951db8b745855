using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
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
    /// Whether a text is the name of an actor: 1 to 100 printable characters, without a space at either end and without invisible ones, by which one
    /// person would have two names.
    /// </summary>
    public static bool IsName([NotNullWhen(true)] string? text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= LengthMax && text == text.Trim() && !text.Any(IsInvisible);

    /// <summary>Whether a text is a name that every protocol carries: printable ASCII.</summary>
    public static bool IsAsciiName([NotNullWhen(true)] string? text) => IsName(text) && text.All(char.IsAscii);

    /// <summary>Whether two names are of one person: the same but for case, width and composed characters.</summary>
    public static bool IsSame(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return Compared(one).Equals(Compared(other), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The metadata of a call by an actor; without entries where the name is empty.</summary>
    public static Metadata Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length == 0 ? [] : new Metadata { { Key, name } };
    }

    // Names of before may have an unpaired surrogate, which has no normal form.
    private static string Compared(string name) => (name.IsNormalized() ? name.Normalize(NormalizationForm.FormKC) : name).Trim();

    private static bool IsInvisible(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse;
}
