using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Iij.Reporting.Feed;

/// <summary>
/// Where a subscriber of the stream stands. Opaque to it: version, epoch, position, subject and what was held there, sealed so that
/// nobody else can make one. It grants no access.
/// </summary>
/// <param name="Epoch">The first eight bytes of the hash of the epoch.</param>
/// <param name="Position">The number of knowledge.</param>
/// <param name="Subject">The first eight bytes of the hash of the subject.</param>
/// <param name="StateHash">The first eight bytes of the digest of what a subscriber holds at that position.</param>
public readonly record struct ResumeToken(ulong Epoch, long Position, ulong Subject, ulong StateHash)
{
    private const byte Version = 1;
    private const int SealLength = 16;
    private const int Length = 1 + 4 * 8 + SealLength;

    /// <summary>The first eight bytes of the SHA-256 of a text.</summary>
    public static ulong Hash(string text) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The token as it travels.</summary>
    public string Write(byte[] key)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt64BigEndian(bytes[1..], Epoch);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], Position);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[17..], Subject);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[25..], StateHash);
        HMACSHA256.HashData(key, bytes[..^SealLength])[..SealLength].CopyTo(bytes[^SealLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a token; null where it was not made here.</summary>
    public static ResumeToken? TryRead(string text, byte[] key)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> bytes = stackalloc byte[Length];
        if (!Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length != Length
            || bytes[0] != Version
            || !CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, bytes[..^SealLength]).AsSpan(0, SealLength), bytes[^SealLength..]))
        {
            return null;
        }

        return new ResumeToken(BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadInt64BigEndian(bytes[9..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[17..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[25..]));
    }
}
