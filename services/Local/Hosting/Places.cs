using Iij.Local.Ledger;

namespace Iij.Local;

/// <summary>Default locations.</summary>
public static class Places
{
    /// <summary>The reference ledger that is shipped beside the program.</summary>
    public static string ReferenceLedger { get; } = Path.Combine(AppContext.BaseDirectory, "reference", "ledger");

    /// <summary>The printed figures that are shipped beside the program.</summary>
    public static string ReferenceFigures { get; } = Path.Combine(AppContext.BaseDirectory, "reference", "published.csv");

    /// <summary>One folder for each ledger under .data in the checkout (git ignores it), or in the working folder outside of one.</summary>
    public static string DefaultData(LedgerFolder ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Iij.Services.sln")))
            root = root.Parent;
        return Path.Combine(root?.FullName ?? Directory.GetCurrentDirectory(), ".data", ledger.Digest[..12]);
    }
}
