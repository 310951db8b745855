using System.Diagnostics;
using Iij.Tests.Servers;

namespace Iij.Tests.Dashboard;

/// <summary>A test of the page's source; skipped, with the reason, where the Node.js that its tools need is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> _missing = new(Npm.Missing);

    public NodeFactAttribute() => Skip = _missing.Value;
}

/// <summary>npm in services/Dashboard, with the packages that its lock file names.</summary>
internal static class Npm
{
    private static readonly Version _nodeMin = new(20, 19); // Vite's own minimum
    private static readonly Lazy<Task> _installed = new(InstallAsync);

    /// <summary>The page's source.</summary>
    public static string Folder { get; } = Path.Combine(Checkout.Root, "services", "Dashboard");

    /// <summary>Where pictures are kept that somebody should look at.</summary>
    public static string Pictures { get; } = Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "screenshots")).FullName;

    /// <summary>Brings the packages; once for all tests.</summary>
    public static Task InstallAsync(CancellationToken cancel) => _installed.Value.WaitAsync(cancel);

    /// <summary>Runs a program to its end; throws with its output where it fails.</summary>
    public static async Task<string> RunAsync(string program, params string[] words)
    {
        var (code, output) = await TryRunAsync(program, words);
        return code == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', words)} ended with {code}:\n{output}");
    }

    /// <summary>What is missing for building the page; null where nothing is.</summary>
    public static string? Missing()
    {
        try
        {
            var (_, output) = TryRunAsync("node", ["--version"]).GetAwaiter().GetResult();
            return Version.TryParse(output.Trim().TrimStart('v'), out var version) && version >= _nodeMin
                ? null : $"the page is built with Node.js {_nodeMin} or newer; here is {output.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"the page is built with Node.js {_nodeMin} or newer; here is none";
        }
    }

    private static async Task InstallAsync()
    {
        var (wanted, had) = (Path.Combine(Folder, "package-lock.json"), Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!File.Exists(had) || File.GetLastWriteTimeUtc(had) < File.GetLastWriteTimeUtc(wanted))
            // Not "npm ci": it also wants the packages of other systems, which a registry may lack. The lock file is left as it is.
            await RunAsync("npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error");
    }

    private static async Task<(int Code, string Output)> TryRunAsync(string program, string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words)
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
