using Iij.Tests.Servers;

namespace Iij.Tests.Protos;

/// <summary>buf, brought by npm in the version that package.json names.</summary>
internal static class Buf
{
    // One exact version, no dependencies; once for all tests, which may run beside each other.
    private static readonly Lazy<Task<string>> _program = new(async () =>
    {
        var here = Path.Combine(Checkout.Root, "tests", "Protos");
        await Command.RunAsync(
            ["npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--silent"], here, limit: TimeSpan.FromMinutes(10));
        return Path.Combine(here, "node_modules", ".bin", "buf");
    });

    public static string Protos { get; } = Path.Combine(Checkout.Root, "protos");

    /// <summary>The contracts as of the last release.</summary>
    public static string Released { get; } = Path.Combine(Protos, "released.binpb");

    /// <summary>Runs it; what it finds is on its standard output, what it cannot do among its errors.</summary>
    public static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var ended = await Command.TryRunAsync([await _program.Value, .. arguments], Checkout.Root);
        return (ended.ExitCode, ended.Output + ended.Errors);
    }
}
