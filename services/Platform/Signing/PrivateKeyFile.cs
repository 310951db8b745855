using System.Security.Cryptography;

namespace Iij.Platform;

/// <summary>A private key in a file (EC P-256, PEM) that its owner alone reads, with the public key beside it.</summary>
public static class PrivateKeyFile
{
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The key; made where the file does not exist. Throws where the file cannot be read or written, or holds another kind of key.</summary>
    /// <param name="file">Its name ends in <see cref="SigningSettings.KeyEnding"/>.</param>
    public static ECDsa Open(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!File.Exists(file))
            Make(file);
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(file));
        return key.KeySize == 256 ? key : throw new CryptographicException($"it has {key.KeySize} bits, not the 256 of P-256");
    }

    // Two replicas that start at once use the key of the one that was first.
    private static void Make(string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        MakeFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var whole = $"{file}.{Guid.NewGuid():N}";
        using (var written = new StreamWriter(new FileStream(whole, Options())))
            written.Write(key.ExportPkcs8PrivateKeyPem());
        try
        {
            File.Move(whole, file, overwrite: false);
            File.WriteAllText(file[..^SigningSettings.KeyEnding.Length] + SigningSettings.PublicEnding, key.ExportSubjectPublicKeyInfoPem());
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(whole);
        }
    }

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else if (!Directory.Exists(folder))
            Directory.CreateDirectory(folder, OwnerReads | UnixFileMode.UserExecute);
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerReads;
        return options;
    }
}
