using System.Security.Cryptography;
using Iij.Contracts;

namespace Iij.Platform;

/// <summary>
/// The public keys of the sources, by which the signatures of period events are verified: the files of a folder, each belonging to the source
/// its name begins with. A key that is no longer used for new events stays there as long as events signed with it are stored.
/// </summary>
public sealed class PublicKeys : IDisposable
{
    private static readonly TimeSpan _readAgainAfter = TimeSpan.FromMinutes(1); // a removed key is refused from then on
    private static readonly TimeSpan _searchAgainAfter = TimeSpan.FromSeconds(1); // for a key that is not known
    private readonly Lock _keeping = new();
    private readonly string _folder;
    private readonly TimeProvider _clock;
    private Dictionary<(string Source, string Id), ECDsa> _keys = [];
    private long? _readAt;

    /// <summary>The keys of a folder.</summary>
    public PublicKeys(string folder, TimeProvider clock) => (_folder, _clock) = (folder, clock);

    /// <summary>
    /// Why an event is not the word of the source that it names; null where it is signed with a key of that source.
    /// </summary>
    public (Remark Reason, string Detail)? ProblemOf(PeriodEventPublished message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.Signature.Length == 0)
            return (Remark.SignatureMissing, $"the event names {message.Source} as its source and has no signature");
        return IsSigned(message.Source, message.KeyId, SignedContent.Of(message), message.Signature) switch
        {
            null => (Remark.SigningKeyUnknown, $"{_folder} has no public key {Printed(message.KeyId)} of {message.Source}"),
            false => (Remark.SignatureWrong, $"the content is not what the key {Printed(message.KeyId)} of {message.Source} signed"),
            true => null,
        };
    }

    /// <summary>Whether a content is signed with a key of a service; null where the key is not known.</summary>
    /// <param name="service">A source, or reporting.</param>
    /// <param name="keyId">The id of the key.</param>
    /// <param name="content">What is signed.</param>
    /// <param name="signature">64 bytes in base64; other texts are wrong.</param>
    public bool? IsSigned(string service, string keyId, byte[] content, string signature)
    {
        Span<byte> bytes = stackalloc byte[64];
        var isSignature = Convert.TryFromBase64String(signature, bytes, out var length) && length == bytes.Length;
        lock (_keeping)
        {
            if (Find(service, keyId) is { } key)
                return isSignature && key.VerifyData(content, bytes, HashAlgorithmName.SHA256);
            return isSignature ? null : false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
    }

    private ECDsa? Find(string source, string id)
    {
        var age = _readAt is { } readAt ? _clock.GetElapsedTime(readAt) : TimeSpan.MaxValue;
        if (age >= _readAgainAfter || (age >= _searchAgainAfter && !_keys.ContainsKey((source, id))))
            Read();
        return _keys.GetValueOrDefault((source, id));
    }

    private void Read()
    {
        var keys = new Dictionary<(string, string), ECDsa>();
        foreach (var file in Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder, "*" + SigningSettings.PublicEnding) : [])
        {
            var key = ECDsa.Create();
            try
            {
                key.ImportFromPem(File.ReadAllText(file));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                key.Dispose();
                continue; // half written, or none: its events are refused as those of an unknown key, and taken when it can be read
            }

            keys[(Path.GetFileName(file).Split('.')[0], Signer.IdOf(key))] = key;
        }

        Dispose();
        (_keys, _readAt) = (keys, _clock.GetTimestamp());
    }

    private static string Printed(string id) => id.Length is > 0 and <= 64 && id.All(char.IsAsciiLetterOrDigit) ? id : "with the id that it names";
}
