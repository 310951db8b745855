using System.Security.Cryptography;
using Iij.Contracts;

namespace Iij.Tests.Servers;

/// <summary>
/// The keys of the sources that a test plays: one key pair, whose public half is in a folder under the name of every source, as reporting
/// reads it. The folder lasts as long as the process.
/// </summary>
public static class SourceKeys
{
    private static readonly Lock _signing = new();
    private static readonly Dictionary<string, string> _signatures = []; // an event has one, however often it is sent
    private static readonly Lazy<(ECDsa Key, string Folder)> _made = new(Make);

    /// <summary>The folder of the public keys, with the private key of each source beside.</summary>
    public static string Folder => _made.Value.Folder;

    /// <summary>The file of a source's private key.</summary>
    public static string FileOf(string source) => Path.Combine(Folder, source + ".key.pem");

    /// <summary>An event as its source would publish it; one that has a signature stays as it is.</summary>
    public static PeriodEventPublished Sign(PeriodEventPublished message) => message.Signature.Length > 0 ? message : Sign(message, _made.Value.Key);

    /// <summary>An event signed with any key.</summary>
    public static PeriodEventPublished Sign(PeriodEventPublished message, ECDsa key)
    {
        lock (_signing)
        {
            var (id, content) = (IdOf(key), SignedContent.Of(message.WithoutNulls()));
            var one = id + Convert.ToHexString(SHA256.HashData(content));
            if (!_signatures.TryGetValue(one, out var signature))
                _signatures[one] = signature = Convert.ToBase64String(key.SignData(content, HashAlgorithmName.SHA256));
            return message with { KeyId = id, Signature = signature };
        }
    }

    private static string IdOf(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..32];

    private static (ECDsa Key, string Folder) Make()
    {
        var folder = Directory.CreateTempSubdirectory("iij-keys-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var source in SourceDescription.All.Select(source => source.Name).Concat(["toy", "reporting"]))
        {
            File.WriteAllText(Path.Combine(folder, source + ".key.pem"), key.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(Path.Combine(folder, source + ".pub.pem"), key.ExportSubjectPublicKeyInfoPem());
        }

        return (key, folder);
    }
}
