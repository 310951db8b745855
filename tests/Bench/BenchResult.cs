using System.Globalization;

namespace Iij.Tests.Bench;

/// <summary>What was measured of a path: operations a second, turn by turn.</summary>
/// <param name="Ours">Of the product.</param>
/// <param name="Twin">Of the twin.</param>
internal sealed record BenchResult(IReadOnlyList<double> Ours, IReadOnlyList<double> Twin)
{
    private List<double> Ratios { get; } = [.. Ours.Zip(Twin, (ours, twin) => ours / twin).Order()];

    /// <summary>The median of the turns' ratios.</summary>
    public double Ratio => At(Ratios, 0.5);

    /// <summary>The line of a path on standard output.</summary>
    public string Line(BenchPath path)
    {
        var spread = (At(Ratios, 0.75) - At(Ratios, 0.25)) / Ratio * 100;
        return string.Create(CultureInfo.InvariantCulture, $"bench: {path.Name} ratio={Ratio:0.00} ours={At([.. Ours.Order()], 0.5):0} "
            + $"twin={At([.. Twin.Order()], 0.5):0} unit={path.Unit} rounds={Ours.Count / 2} spread={spread:0}%");
    }

    private static double At(List<double> sorted, double share)
    {
        var at = share * (sorted.Count - 1);
        var (below, above) = (sorted[(int)Math.Floor(at)], sorted[(int)Math.Ceiling(at)]);
        return below + ((above - below) * (at - Math.Floor(at)));
    }
}
