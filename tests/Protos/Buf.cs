using System.Diagnostics;
using Xunit;

namespace Iij.Tests.Protos;

/// <summary>buf, brought by npm in the version that package.json names.</summary>
internal static class Buf
{
    private static readonly string _root = FindRoot();

    // One exact version, no dependencies; once for all tests, which may run beside each other.
    private static readonly Lazy<string> _program = new(() =>
    {
        var here = Path.Combine(_root, "tests", "Protos");
        var (code, output) = Start("npm", here, "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--silent");
        Assert.True(code == 0, $"npm install ended with {code}:\n{output}");
        return Path.Combine(here, "node_modules", ".bin", "buf");
    });

    public static string Protos { get; } = Path.Combine(_root, "protos");

    /// <summary>The contracts as of the last release.</summary>
    public static string Released { get; } = Path.Combine(Protos, "released.binpb");

    public static (int Code, string Output) Run(params string[] arguments) => Start(_program.Value, _root, arguments);

    private static (int Code, string Output) Start(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return (process.ExitCode, output.Result + error.Result);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Iij.Services.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
