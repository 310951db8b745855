using System.Security.Cryptography;
using System.Text;

namespace Iij.Contracts;

/// <summary>
/// What the signature of a period event covers: every field of the record but the signature and its key id, the statement by its hash. Each
/// part is preceded by its length, so that no two records have the same content. The form has a version, which is signed with it.
/// </summary>
public static class SignedContent
{
    private const string Form = "iij period event 1";

    /// <summary>The bytes to sign.</summary>
    public static byte[] Of(PeriodEventPublished message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Of(
        [
            Form, message.EventId, message.Source, message.Incarnation, message.Transition, message.Month, message.Revision, message.Sequence,
            message.PreviousSequence, message.OccurredAt, message.Actor, message.Reason, message.Schema, message.Waivers,
            HashOf(message.Body),
        ]);
    }

    /// <summary>SHA-256 of a text, hexadecimal.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>SHA-256 of the bytes of parts, hexadecimal.</summary>
    public static string DigestOf(params object[] parts) => Convert.ToHexStringLower(SHA256.HashData(Of(parts)));

    /// <summary>The bytes of parts: each as LENGTH:TEXT and a line feed, numbers in decimal digits.</summary>
    public static byte[] Of(IEnumerable<object> parts)
    {
        return Encoding.UTF8.GetBytes(string.Concat(parts.Select(part => FormattableString.Invariant($"{part}")).Select(text => $"{text.Length}:{text}\n")));
    }
}
