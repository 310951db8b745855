using System.Globalization;
using Iij.Period.V1;
using NodaTime;
using NodaTime.Text;

namespace Iij.Contracts;

/// <summary>Business dates in Japan Standard Time: proto, text and NodaTime forms of the same day or month.</summary>
public static class Calendar
{
    private const int YearMin = 1900;
    private const int YearMax = 2200;

    /// <summary>Japan Standard Time: every business date is a date of this zone.</summary>
    public static DateTimeZone Japan { get; } = DateTimeZone.ForOffset(Offset.FromHours(9));

    /// <summary>The day of a proto date, or null where the calendar has no such day between 1900 and 2200.</summary>
    public static LocalDate? ToLocalDate(this Date? date)
    {
        if (date is null || date.Year is < YearMin or > YearMax || date.Month is < 1 or > 12)
            return null;
        return date.Day >= 1 && date.Day <= CalendarSystem.Iso.GetDaysInMonth(date.Year, date.Month)
            ? new LocalDate(date.Year, date.Month, date.Day)
            : null;
    }

    /// <summary>The month of a proto month, or null where it is not one between 1900 and 2200.</summary>
    public static YearMonth? ToYearMonth(this Month? month) =>
        month is { Year: >= YearMin and <= YearMax, Month_: >= 1 and <= 12 } ? new YearMonth(month.Year, month.Month_) : null;

    /// <summary>The proto form of a day.</summary>
    public static Date ToProto(this LocalDate date) => new() { Year = date.Year, Month = date.Month, Day = date.Day };

    /// <summary>The proto form of a month.</summary>
    public static Month ToProto(this YearMonth month) => new() { Year = month.Year, Month_ = month.Month };

    /// <summary>2012-12-31.</summary>
    public static string ToIso(this LocalDate date) => LocalDatePattern.Iso.Format(date);

    /// <summary>2012-12.</summary>
    public static string ToIso(this YearMonth month) =>
        string.Create(CultureInfo.InvariantCulture, $"{month.Year:D4}-{month.Month:D2}");

    /// <summary>Reads 2012-12-31, or null; the year between 1900 and 2200.</summary>
    public static LocalDate? ParseDate(string text) =>
        LocalDatePattern.Iso.Parse(text) is { Success: true, Value: { Year: >= YearMin and <= YearMax } date } ? date : null;

    /// <summary>Reads 2012-12, or null; the year between 1900 and 2200.</summary>
    public static YearMonth? ParseMonth(string text) =>
        YearMonthPattern.Iso.Parse(text) is { Success: true, Value: { Year: >= YearMin and <= YearMax } month } ? month : null;

    /// <summary>The month a day lies in.</summary>
    public static YearMonth Month(this LocalDate date) => date.ToYearMonth();

    /// <summary>The first day of a month.</summary>
    public static LocalDate FirstDay(this YearMonth month) => month.OnDayOfMonth(1);

    /// <summary>The last day of a month.</summary>
    public static LocalDate LastDay(this YearMonth month) => month.OnDayOfMonth(1).PlusMonths(1).PlusDays(-1);

    /// <summary>The number of days from one to another: 0 for the same, negative where the other is before.</summary>
    public static int DaysUntil(this LocalDate from, LocalDate to) => NodaTime.Period.Between(from, to, PeriodUnits.Days).Days;

    /// <summary>The business date of a moment: 23:59:59 in Japan belongs to that day whatever the clock zone of a server.</summary>
    public static LocalDate BusinessDate(this Instant moment) => moment.InZone(Japan).Date;

    /// <summary>Microseconds since 1970 UTC: how times are stored in both engines.</summary>
    public static long ToMicroseconds(this Instant moment) => moment.ToUnixTimeTicks() / 10;

    /// <summary>The moment of stored microseconds since 1970 UTC.</summary>
    public static Instant FromMicroseconds(long microseconds) => Instant.FromUnixTimeTicks(microseconds * 10);

    /// <summary>Now, by the process's clock, cut to the microsecond that storage keeps.</summary>
    public static Instant Now(this TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return FromMicroseconds(Instant.FromDateTimeOffset(clock.GetUtcNow()).ToMicroseconds());
    }
}
