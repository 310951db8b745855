namespace Iij.Contracts;

/// <summary>How long a reporting period is.</summary>
public enum PeriodLength
{
    /// <summary>One date, for stocks that are known at any date.</summary>
    Day,

    /// <summary>A calendar month: 2012-12.</summary>
    Month,

    /// <summary>A fiscal quarter: FY2012-Q3 (Q1 is April to June).</summary>
    Quarter,

    /// <summary>The first half: FY2012-H1, April to September; H2 is October to March.</summary>
    Half,

    /// <summary>The first nine months: FY2012-9M, April to December.</summary>
    NineMonths,

    /// <summary>A fiscal year, April to March, named by its start year: FY2012.</summary>
    Year,
}
