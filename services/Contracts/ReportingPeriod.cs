using System.Globalization;
using NodaTime;

namespace Iij.Contracts;

/// <summary>
/// A period that figures are reported for, in the one notation the system knows: 2012-12-31, 2012-12, FY2012-Q3,
/// FY2012-H1, FY2012-9M, FY2012. Never a label such as "3Q12", which means different months in different releases.
/// </summary>
public sealed record ReportingPeriod
{
    private ReportingPeriod(PeriodLength length, YearMonth first, int months, LocalDate? day, string notation)
    {
        (Length, FirstMonth, MonthCount, Day, Notation) = (length, first, months, day, notation);
    }

    /// <summary>How long the period is.</summary>
    public PeriodLength Length { get; }

    /// <summary>The first month; of a day, the month it lies in.</summary>
    public YearMonth FirstMonth { get; }

    /// <summary>How many months it has: 1, 3, 6, 9 or 12.</summary>
    public int MonthCount { get; }

    /// <summary>The date, where the period is one.</summary>
    public LocalDate? Day { get; }

    /// <summary>The period as it is written.</summary>
    public string Notation { get; }

    /// <summary>The last month: where stocks stand.</summary>
    public YearMonth LastMonth => FirstMonth.PlusMonths(MonthCount - 1);

    /// <summary>The months, first to last.</summary>
    public IEnumerable<YearMonth> Months => Enumerable.Range(0, MonthCount).Select(FirstMonth.PlusMonths);

    /// <summary>The fiscal year it lies in, as FY2012: named by the year of its April.</summary>
    public string FiscalYear => Fiscal(FirstMonth.Month >= 4 ? FirstMonth.Year : FirstMonth.Year - 1);

    /// <summary>The same period a year before; of 29 February, 28 February.</summary>
    public ReportingPeriod YearBefore => Shift(-12);

    /// <summary>The quarter before a quarter; null for every other length.</summary>
    public ReportingPeriod? QuarterBefore => Length == PeriodLength.Quarter ? Shift(-3) : null;

    /// <summary>A month.</summary>
    public static ReportingPeriod Of(YearMonth month) => new(PeriodLength.Month, month, 1, null, month.ToIso());

    /// <summary>A date.</summary>
    public static ReportingPeriod Of(LocalDate day) => new(PeriodLength.Day, day.Month(), 1, day, day.ToIso());

    /// <summary>The fiscal year that starts in April of a year.</summary>
    public static ReportingPeriod OfFiscalYear(int startYear) =>
        new(PeriodLength.Year, new YearMonth(startYear, 4), 12, null, Fiscal(startYear));

    /// <summary>Reads a period's notation, or null where it is none.</summary>
    public static ReportingPeriod? Parse(string notation)
    {
        ArgumentNullException.ThrowIfNull(notation);
        if (notation.StartsWith("FY", StringComparison.Ordinal))
            return ParseFiscal(notation);
        if (Calendar.ParseMonth(notation) is { } month)
            return Of(month);
        return Calendar.ParseDate(notation) is { } day ? Of(day) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Notation;

    private static ReportingPeriod? ParseFiscal(string notation)
    {
        if (notation.Length is not (6 or 9) || !int.TryParse(notation.AsSpan(2, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            || year is < 1901 or > 2199)
            return null;
        var april = new YearMonth(year, 4);
        return notation[6..] switch
        {
            "" => OfFiscalYear(year),
            "-Q1" or "-Q2" or "-Q3" or "-Q4" =>
                new(PeriodLength.Quarter, april.PlusMonths(3 * (notation[8] - '1')), 3, null, notation),
            "-H1" or "-H2" => new(PeriodLength.Half, april.PlusMonths(6 * (notation[8] - '1')), 6, null, notation),
            "-9M" => new(PeriodLength.NineMonths, april, 9, null, notation),
            _ => null,
        };
    }

    private ReportingPeriod Shift(int months) => Length switch
    {
        PeriodLength.Day => Of(Day!.Value.PlusMonths(months)),
        PeriodLength.Month => Of(FirstMonth.PlusMonths(months)),
        _ => Fiscally(FirstMonth.PlusMonths(months)),
    };

    private ReportingPeriod Fiscally(YearMonth first)
    {
        var year = Fiscal(first.Month >= 4 ? first.Year : first.Year - 1);
        var quarterOfYear = (first.Month + 8) % 12 / 3 + 1;
        var suffix = Length switch
        {
            PeriodLength.Quarter => $"-Q{quarterOfYear}",
            PeriodLength.Half => quarterOfYear == 1 ? "-H1" : "-H2",
            PeriodLength.NineMonths => "-9M",
            _ => "",
        };
        return new(Length, first, MonthCount, null, year + suffix);
    }

    private static string Fiscal(int startYear) => string.Create(CultureInfo.InvariantCulture, $"FY{startYear:D4}");
}
