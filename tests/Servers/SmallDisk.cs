using System.Globalization;

namespace Iij.Tests.Servers;

/// <summary>A file system of a few megabytes in memory, which a test can fill. Only root may mount one.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private const int BlockBytes = 4_096;
    private readonly Watchdog _watchdog;

    private SmallDisk()
    {
        _watchdog = Watchdog.Start("iij-disk-", directory => $"umount -l '{directory}/disk'", _ => new Dictionary<string, string>());
        Folder = Directory.CreateDirectory(Path.Combine(_watchdog.Directory, "disk")).FullName;
    }

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Mounts one; throws where the system does not let us.</summary>
    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk();
        // PostgreSQL's own user looks in too; a temporary folder is its maker's alone.
        await Command.RunAsync(["chmod", "755", disk._watchdog.Directory], "/");
        var size = megabytes.ToString(CultureInfo.InvariantCulture);
        await Command.RunAsync(["mount", "-t", "tmpfs", "-o", $"size={size}m,mode=0777", "iij-small-disk", disk.Folder], "/");
        return disk;
    }

    /// <summary>Why one cannot be mounted here; empty where it can.</summary>
    public static string WhyNot()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return "only root on Linux mounts a small disk";
        try
        {
            Task.Run(async () => await (await MountAsync(1)).DisposeAsync()).GetAwaiter().GetResult();
            return "";
        }
        catch (InvalidOperationException error)
        {
            return $"a small disk cannot be mounted here: {error.Message}";
        }
    }

    /// <summary>Takes all the space that is left.</summary>
    public void Fill()
    {
        using var ballast = new FileStream(Ballast, FileMode.Append);
        var block = new byte[BlockBytes];
        try
        {
            while (true)
            {
                ballast.Write(block);
                ballast.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives the space back.</summary>
    public void Free() => File.Delete(Ballast);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _watchdog.DisposeAsync();

    private string Ballast => Path.Combine(Folder, "ballast");
}
