namespace Iij.Platform;

/// <summary>The keys: a source signs its events and reporting its records, each with its own; reporting knows the public ones of the sources.</summary>
public sealed class SigningSettings
{
    /// <summary>The end of the name of a private key's file.</summary>
    public const string KeyEnding = ".key.pem";

    /// <summary>The end of the name of a public key's file.</summary>
    public const string PublicEnding = ".pub.pem";

    /// <summary>
    /// The file of the process's private key, "/var/lib/iij/network.key.pem" (EC P-256, PEM). Where it does not exist it is made, readable by its
    /// owner alone, with the public key in "network.pub.pem" beside it. No process starts without it.
    /// </summary>
    public string KeyFile { get; set; } = "";

    /// <summary>
    /// The folder of the public keys that reporting accepts: "network.pub.pem", and after a change of keys also "network.2026.pub.pem". A file
    /// that is added counts at once, one that is removed within a minute. Reporting does not start without it.
    /// </summary>
    public string PublicKeys { get; set; } = "";

    /// <summary>Throws <see cref="SettingsException"/> where the file's name is not that of a private key.</summary>
    internal void Check()
    {
        if (KeyFile.Length > 0 && !KeyFile.EndsWith(KeyEnding, StringComparison.Ordinal))
            throw new SettingsException("Signing:KeyFile", $"\"{KeyFile}\" does not end in {KeyEnding}; for example /var/lib/iij/network{KeyEnding}");
    }
}
