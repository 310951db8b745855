using Iij.Contracts;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>A part of the difference between two figures. The contributions of its children add exactly to its own.</summary>
/// <param name="Role">What it is to the driver above it, the same in every period; unique among its siblings.</param>
/// <param name="Now">The value on the side of the figure; null where it is on the other side alone.</param>
/// <param name="Against">The value on the other side; null where it is on the side of the figure alone.</param>
/// <param name="Contribution">What it adds to the difference, in the figure's own unit.</param>
/// <param name="Cause">Why it is there; unspecified where its children say why.</param>
/// <param name="Children">The drivers that it consists of, the largest contribution first.</param>
public sealed record Driver(string Role, Node? Now, Node? Against, Exact Contribution, DriverCause Cause, IReadOnlyList<Driver> Children)
{
    private const char Separator = '/';

    /// <summary>Drivers by the size of their contributions, the largest first; of the same size by role.</summary>
    public static IReadOnlyList<Driver> LargestFirst(IEnumerable<Driver> drivers) =>
        [.. drivers.OrderByDescending(driver => driver.Contribution.Magnitude, Comparer<Exact>.Create((one, other) => (one - other).Sign))
            .ThenBy(driver => driver.Role, StringComparer.Ordinal)];

    /// <summary>The path of a child of the driver with a path.</summary>
    public string PathUnder(string path) => path is { Length: > 0 } ? $"{path}{Separator}{Role}" : Role;

    /// <summary>The driver at a path below this one, or null. The empty path is this one.</summary>
    public Driver? Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var driver = this;
        foreach (var role in path.Split(Separator, StringSplitOptions.RemoveEmptyEntries))
        {
            driver = driver.Children.FirstOrDefault(child => child.Role == role);
            if (driver is null)
                return null;
        }

        return driver;
    }
}
