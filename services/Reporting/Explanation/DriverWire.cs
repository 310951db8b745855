using Iij.Contracts;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>The wire form of the drivers that are shown.</summary>
/// <param name="asked">The figure: its unit and its decimals.</param>
/// <param name="selection">Which drivers are shown.</param>
internal sealed class DriverWire(FigureAsked asked, DriverSelection selection)
{
    /// <summary>The root: the difference of the printed figures, with what rounding adds to the exact one as a child of its own.</summary>
    public V1.Driver Root(Driver root, Exact printed)
    {
        var wire = Of(root, "");
        var rounding = printed - root.Contribution;
        if (rounding.Sign != 0)
        {
            if (root.Children.Count == 0)
                Sink(wire);
            wire.Children.Insert(wire.Children.Count(child => child.Cause != DriverCause.Others), Leaf("rounding", rounding, DriverCause.Rounding));
        }

        (wire.Contribution, wire.Exact) = (FigureCalculator.Text(printed, asked), printed.ToString());
        return wire;
    }

    // A figure that is a fact itself has that fact below it, beside the rounding: so the children add up here too.
    private static void Sink(V1.Driver wire)
    {
        wire.Children.Add(new V1.Driver(wire) { HasEntries = false });
        (wire.Cause, wire.Fact, wire.AgainstFact, wire.ChildrenCount) = (DriverCause.Unspecified, null, null, 1);
    }

    /// <summary>A driver with what is shown below it.</summary>
    public V1.Driver Of(Driver driver, string path)
    {
        var wire = new V1.Driver
        {
            Path = driver.Cause == DriverCause.Entries ? "" : path, Name = driver.Now?.Name ?? driver.Against!.Name, AgainstName = driver.Against?.Name ?? "",
            Contribution = FigureCalculator.Text(driver.Contribution, asked), Exact = driver.Contribution.ToString(),
            Value = driver.Now?.Value?.ToString() ?? "", AgainstValue = driver.Against?.Value?.ToString() ?? "", Cause = driver.Cause,
            Fact = Wire.Fact(driver.Now?.Source), AgainstFact = Wire.Fact(driver.Against?.Source), ChildrenCount = driver.Children.Count,
            HasEntries = EntrySums.HasEntries(driver),
        };
        if (selection.IsOpen(driver))
            wire.Children.Add(Children(driver, path));
        return wire;
    }

    private IEnumerable<V1.Driver> Children(Driver driver, string path)
    {
        var shown = selection.Shown(driver).ToList();
        foreach (var child in shown)
            yield return Of(child, child.PathUnder(path));
        if (shown.Count == driver.Children.Count)
            yield break;
        var left = shown.Aggregate(driver.Contribution, (rest, child) => (rest - child.Contribution).Reduced());
        var others = Leaf("others", left, DriverCause.Others);
        others.ChildrenCount = driver.Children.Count - shown.Count;
        yield return others;
    }

    private V1.Driver Leaf(string name, Exact contribution, DriverCause cause) => new()
    {
        Name = name, Contribution = FigureCalculator.Text(contribution, asked), Exact = contribution.ToString(), Cause = cause,
    };
}
