using System.Security.Cryptography;
using Iij.Contracts;
using Microsoft.Extensions.Hosting;

namespace Iij.Platform;

/// <summary>
/// Signs with the private key of the process, ECDSA P-256 over SHA-256: a source its period events (<see cref="SignedContent"/>), reporting the
/// chain of its records. The service does not start without a key; to bring the schema up to date takes none.
/// </summary>
public sealed class Signer : IHostedService, IDisposable
{
    private readonly Lock _signing = new(); // an ECDsa serves one caller at a time
    private readonly SigningSettings _settings;
    private readonly Lazy<(ECDsa Key, string Id)> _key;

    /// <summary>A signer with the key that the settings name; the file is read when the key is first needed.</summary>
    public Signer(ServiceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings.Signing;
        _key = new(Open);
    }

    /// <summary>Whether the settings name a key.</summary>
    public bool HasKey => _settings.KeyFile.Length > 0;

    /// <summary>The id of a public key: the first half of the SHA-256 of its SubjectPublicKeyInfo, hexadecimal.</summary>
    public static string IdOf(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 16));
    }

    /// <summary>The event with its signature and the id of its key; throws <see cref="SettingsException"/> without a usable key.</summary>
    public PeriodEventPublished Sign(PeriodEventPublished message)
    {
        var (id, signature) = Sign(SignedContent.Of(message));
        return message with { KeyId = id, Signature = signature };
    }

    /// <summary>The id of the key, and the signature of a content in base64.</summary>
    public (string KeyId, string Signature) Sign(byte[] content)
    {
        var (key, id) = _key.Value;
        lock (_signing)
            return (id, Convert.ToBase64String(key.SignData(content, HashAlgorithmName.SHA256)));
    }

    /// <summary>The folder of a process's own public keys: that of its private key, where no other is named.</summary>
    public static string OwnFolder(SigningSettings signing)
    {
        ArgumentNullException.ThrowIfNull(signing);
        return signing.KeyFile.Length == 0 ? signing.PublicKeys : Path.GetDirectoryName(Path.GetFullPath(signing.KeyFile))!;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = _key.Value;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_key.IsValueCreated)
            _key.Value.Key.Dispose();
    }

    private (ECDsa Key, string Id) Open()
    {
        if (!HasKey)
        {
            throw new SettingsException("Signing:KeyFile", "is not set; a source signs its events and reporting its records "
                + $"with the private key in this file, which is made where it does not exist; for example /var/lib/iij/network{SigningSettings.KeyEnding}");
        }

        try
        {
            var key = PrivateKeyFile.Open(_settings.KeyFile);
            return (key, IdOf(key));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new SettingsException("Signing:KeyFile", $"{_settings.KeyFile} cannot be used as a private key: {error.Message}");
        }
    }
}
