using Iij.Closing;
using NodaTime;

namespace Iij.Network;

/// <summary>The measures of the network business, and its entries without rules.</summary>
public static class NetworkMeasures
{
    /// <summary>Revenue of connectivity for corporations, yen, zero or more.</summary>
    public const string ConnectivityCorporate = "network.revenue.connectivity_corporate";

    /// <summary>Revenue of connectivity for homes, yen, zero or more.</summary>
    public const string ConnectivityHome = "network.revenue.connectivity_home";

    /// <summary>Revenue of outsourcing excluding cloud, yen, zero or more.</summary>
    public const string Outsourcing = "network.revenue.outsourcing";

    /// <summary>Revenue of WAN, yen, zero or more.</summary>
    public const string Wan = "network.revenue.wan";

    /// <summary>Cost of revenue excluding cloud, yen, zero or more.</summary>
    public const string Cost = "network.cost";

    /// <summary>LTE lines added less those cancelled, a count of any sign; a flow.</summary>
    public const string LteAdditions = "network.lte_additions";

    /// <summary>The measures of revenue, one a category.</summary>
    public static IReadOnlyList<string> Revenues { get; } = [ConnectivityCorporate, ConnectivityHome, Outsourcing, Wan];

    /// <summary>Revenue of a category.</summary>
    /// <param name="on">Its business date.</param>
    /// <param name="measure">One of <see cref="Revenues"/>.</param>
    /// <param name="amount">Yen, zero or more.</param>
    public static Decision Earn(LocalDate on, string measure, long amount) => new("REVENUE", on, [new(measure, amount)]);

    /// <summary>Cost of revenue, yen, zero or more.</summary>
    public static Decision Spend(LocalDate on, long amount) => new("COST", on, [new(Cost, amount)]);

    /// <summary>LTE lines added less those cancelled, any sign.</summary>
    public static Decision AddLte(LocalDate on, long additions) => new("LTE_ADDITIONS", on, [new(LteAdditions, additions)]);
}
