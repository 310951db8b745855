using System.Globalization;
using System.Text.RegularExpressions;

namespace Iij.Tests.Oracle;

public enum PeriodKind { Month, Quarter, Half, NineMonths, Year, Date }

/// <summary>A period as a figures file writes it. A month is counted as year × 12 + month − 1.</summary>
public sealed partial record Period(PeriodKind Kind, int FirstMonth, DateOnly Day)
{
    public int MonthCount => Kind switch
    {
        PeriodKind.Month => 1,
        PeriodKind.Quarter => 3,
        PeriodKind.Half => 6,
        PeriodKind.NineMonths => 9,
        PeriodKind.Year => 12,
        _ => 0,
    };

    public IEnumerable<int> Months => Enumerable.Range(FirstMonth, MonthCount);

    public int LastMonth => FirstMonth + MonthCount - 1;

    /// <summary>The last day of the period.</summary>
    public DateOnly End => Kind == PeriodKind.Date ? Day : LastDay(LastMonth);

    public Period YearBefore => Kind == PeriodKind.Date ? OfDay(Day.AddYears(-1)) : this with { FirstMonth = FirstMonth - 12 };

    public Period QuarterBefore => this with { FirstMonth = FirstMonth - 3 };

    private int FiscalYear => (FirstMonth - 3) / 12;

    public static Period OfDay(DateOnly day) => new(PeriodKind.Date, 0, day);

    /// <summary>The period of that kind that holds the month, or, for a half and nine months, those of the month's fiscal year.</summary>
    public static Period Holding(PeriodKind kind, int month)
    {
        var april = (month - 3) / 12 * 12 + 3;
        return new(kind, kind switch
        {
            PeriodKind.Month => month,
            PeriodKind.Quarter => month - (month % 3),
            _ => april,
        }, default);
    }

    public static int MonthOf(DateOnly day) => (day.Year * 12) + day.Month - 1;

    public static DateOnly FirstDay(int month) => new(month / 12, (month % 12) + 1, 1);

    public static DateOnly LastDay(int month) => FirstDay(month + 1).AddDays(-1);

    public static string MonthText(int month) => string.Create(CultureInfo.InvariantCulture, $"{month / 12:0000}-{(month % 12) + 1:00}");

    public static string DayText(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateOnly? ParseDay(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    public static int? ParseMonth(string text) => ParseDay(text + "-01") is { } day ? MonthOf(day) : null;

    /// <summary>The period, or null for a notation the README does not know.</summary>
    public static Period? Parse(string text)
    {
        if (ParseDay(text) is { } day)
            return OfDay(day);
        if (ParseMonth(text) is { } month)
            return new(PeriodKind.Month, month, default);
        if (!FiscalPattern().IsMatch(text))
            return null;
        var april = (int.Parse(text[2..6], CultureInfo.InvariantCulture) * 12) + 3;
        return text[6..] switch
        {
            "" => new(PeriodKind.Year, april, default),
            "-H1" => new(PeriodKind.Half, april, default),
            "-9M" => new(PeriodKind.NineMonths, april, default),
            var quarter => new(PeriodKind.Quarter, april + (3 * (quarter[2] - '1')), default),
        };
    }

    public override string ToString() => Kind switch
    {
        PeriodKind.Date => DayText(Day),
        PeriodKind.Month => MonthText(FirstMonth),
        PeriodKind.Quarter => string.Create(CultureInfo.InvariantCulture, $"FY{FiscalYear}-Q{((FirstMonth - 3) % 12 / 3) + 1}"),
        PeriodKind.Half => string.Create(CultureInfo.InvariantCulture, $"FY{FiscalYear}-H1"),
        PeriodKind.NineMonths => string.Create(CultureInfo.InvariantCulture, $"FY{FiscalYear}-9M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"FY{FiscalYear}"),
    };

    [GeneratedRegex("^FY[0-9]{4}(-Q[1-4]|-H1|-9M)?$")]
    private static partial Regex FiscalPattern();
}
