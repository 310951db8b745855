namespace Iij.Tests.Bench;

/// <summary>A path that is measured.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Unit">What an operation is, a second.</param>
/// <param name="Target">The least ratio to the twin that is asked for.</param>
/// <param name="Twin">What it is compared with.</param>
/// <param name="Operations">How many operations a turn has.</param>
/// <param name="StartAsync">Starts both sides.</param>
internal sealed record BenchPath(string Name, string Unit, double Target, string Twin, int Operations, Func<Task<BenchPair>> StartAsync)
{
    /// <summary>Whether a word of the command line names it: its name, or the beginning of it.</summary>
    public bool IsNamed(string word) => Name.StartsWith(word, StringComparison.Ordinal);
}
