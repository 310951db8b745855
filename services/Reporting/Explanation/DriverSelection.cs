using Iij.Contracts;

namespace Iij.Reporting;

/// <summary>
/// The part of a driver tree that is shown: a page of the children of one driver, and below them the largest drivers first, as far as a number of
/// leaves goes. What is not shown of a driver's children is one leaf, "others", so that what is shown adds up too.
/// </summary>
public sealed class DriverSelection
{
    private const int ChildrenMax = 20; // below the page
    private readonly HashSet<Driver> _opened = new(ReferenceEqualityComparer.Instance);
    private readonly Driver _top;
    private readonly int _offset;
    private readonly int _size;

    /// <summary>Chooses.</summary>
    /// <param name="top">The driver whose children are paged.</param>
    /// <param name="offset">How many of them come before the page.</param>
    /// <param name="size">How many are on the page at most.</param>
    /// <param name="leavesMax">How many leaves are shown at most; a page of that many children is shown where it is the larger number.</param>
    public DriverSelection(Driver top, int offset, int size, int leavesMax)
    {
        ArgumentNullException.ThrowIfNull(top);
        (_top, _offset, _size) = (top, offset, size);
        var page = Shown(top).ToList();
        var leaves = page.Count + (page.Count < top.Children.Count ? 1 : 0);
        var waiting = new PriorityQueue<Driver, Exact>(Comparer<Exact>.Create((one, other) => (other - one).Sign));
        Enqueue(waiting, page);
        while (waiting.TryDequeue(out var driver, out _))
        {
            var added = Math.Min(driver.Children.Count, ChildrenMax + 1) - 1;
            if (leaves + added > leavesMax)
                continue;
            leaves += added;
            _opened.Add(driver);
            Enqueue(waiting, Shown(driver));
        }
    }

    /// <summary>The children of a driver that are shown.</summary>
    public IEnumerable<Driver> Shown(Driver driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        if (driver == _top)
            return driver.Children.Skip(_offset).Take(_size);
        return driver.Children.Take(driver.Children.Count > ChildrenMax + 1 ? ChildrenMax : ChildrenMax + 1);
    }

    /// <summary>Whether the children of a driver are shown.</summary>
    public bool IsOpen(Driver driver) => driver == _top || _opened.Contains(driver);

    private static void Enqueue(PriorityQueue<Driver, Exact> waiting, IEnumerable<Driver> drivers)
    {
        foreach (var driver in drivers.Where(driver => driver.Children.Count > 0))
            waiting.Enqueue(driver, driver.Contribution.Magnitude);
    }
}
