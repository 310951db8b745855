using Iij.Client;
using Iij.Local.Ledger;

namespace Iij.Local;

/// <summary>Default locations.</summary>
public static class Places
{
    /// <summary>The reference ledger that is shipped beside the program.</summary>
    public static string ReferenceLedger { get; } = Path.Combine(AppContext.BaseDirectory, "reference", "ledger");

    /// <summary>The printed figures that are shipped beside the program.</summary>
    public static string ReferenceFigures { get; } = Path.Combine(AppContext.BaseDirectory, "reference", "published.csv");

    /// <summary>One folder for each ledger.</summary>
    public static string DefaultData(LedgerFolder ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        return Path.Combine(RunData.Folder, ledger.Digest[..12]);
    }
}
