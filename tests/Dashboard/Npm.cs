using Iij.Tests.Servers;

namespace Iij.Tests.Dashboard;

/// <summary>npm in services/Dashboard, with the packages that its lock file names.</summary>
internal static class Npm
{
    private static readonly Version _nodeMin = new(20, 19); // Vite's own minimum
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10); // packages come from afar
    private static readonly Lazy<Task> _installed = new(InstallAsync);

    /// <summary>The page's source.</summary>
    public static string Folder { get; } = Path.Combine(Checkout.Root, "services", "Dashboard");

    /// <summary>Where pictures are kept that somebody should look at.</summary>
    public static string Pictures { get; } = Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "screenshots")).FullName;

    /// <summary>Brings the packages; once for all tests.</summary>
    public static Task InstallAsync(CancellationToken cancel) => _installed.Value.WaitAsync(cancel);

    /// <summary>Runs a program there to its end; throws with its output where it fails.</summary>
    public static Task<string> RunAsync(params string[] words) => Command.RunAsync(words, Folder, limit: _limit);

    /// <summary>What is missing for building the page; null where nothing is.</summary>
    public static string? Missing()
    {
        var said = Command.TryRunAsync(["node", "--version"], Folder).GetAwaiter().GetResult().Output.Trim();
        return Version.TryParse(said.TrimStart('v'), out var version) && version >= _nodeMin
            ? null : $"the page is built with Node.js {_nodeMin} or newer; here is {(said.Length > 0 ? said : "none")}";
    }

    private static async Task InstallAsync()
    {
        var (wanted, had) = (Path.Combine(Folder, "package-lock.json"), Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!File.Exists(had) || File.GetLastWriteTimeUtc(had) < File.GetLastWriteTimeUtc(wanted))
            // Not "npm ci": it also wants the packages of other systems, which a registry may lack. The lock file is left as it is.
            await RunAsync("npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error");
    }
}
