using Iij.Closing;
using NodaTime;

namespace Iij.Cloud;

/// <summary>The measures of the cloud business, and its entries without rules.</summary>
public static class CloudMeasures
{
    /// <summary>Revenue of Hosting Package, yen, zero or more. Reporting attributes it to the outsourcing line.</summary>
    public const string HostingPackageRevenue = "cloud.revenue.hosting_package";

    /// <summary>Revenue of Component, yen, zero or more. Reporting attributes it to SI operation and maintenance.</summary>
    public const string ComponentRevenue = "cloud.revenue.component";

    /// <summary>Cost of revenue of Hosting Package, yen, zero or more.</summary>
    public const string HostingPackageCost = "cloud.cost.hosting_package";

    /// <summary>Cost of revenue of Component, yen, zero or more.</summary>
    public const string ComponentCost = "cloud.cost.component";

    /// <summary>Capital expenditure, yen, zero or more.</summary>
    public const string Capex = "cloud.capex";

    /// <summary>Revenue of a product, yen, zero or more.</summary>
    public static Decision Earn(LocalDate on, string measure, long amount) => new("REVENUE", on, [new(measure, amount)]);

    /// <summary>Cost of revenue of a product, yen, zero or more.</summary>
    public static Decision Spend(LocalDate on, string measure, long amount) => new("COST", on, [new(measure, amount)]);

    /// <summary>Capital expenditure, yen, zero or more.</summary>
    public static Decision Invest(LocalDate on, long amount) => new("CAPEX", on, [new(Capex, amount)]);
}
