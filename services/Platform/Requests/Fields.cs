using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Google.Protobuf.WellKnownTypes;
using Iij.Contracts;
using Iij.Period.V1;
using NodaTime;

namespace Iij.Platform;

/// <summary>Reads the fields of requests into domain values; a field that violates its contract is refused by name.</summary>
public static class Fields
{
    /// <summary>No single amount is larger than this, in its unit: a wrong unit or a slipped digit stops here.</summary>
    public const long AmountMax = 1_000_000_000_000_000;

    private const int PageDefault = 100;
    private const int PageMax = 1_000;
    private const int TokenLengthMax = 1_000;
    private const long SecondsMin = -62_135_596_800;
    private const long SecondsMax = 253_402_300_799;

    /// <summary>A required text of printable characters.</summary>
    public static string Text(string value, string field, int lengthMax)
    {
        if (string.IsNullOrWhiteSpace(value))
            throw Refusal.Field(field, "is missing");
        if (value.Length > lengthMax || value.Any(char.IsControl))
            throw Refusal.Field(field, $"has 1 to {lengthMax} printable characters");
        return value;
    }

    /// <summary>A text of printable characters that may be empty.</summary>
    public static string OptionalText(string value, string field, int lengthMax)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length == 0 ? "" : Text(value, field, lengthMax);
    }

    /// <summary>A required date of the calendar.</summary>
    public static LocalDate Date(Date? value, string field) =>
        value.ToLocalDate() ?? throw Refusal.Field(field, value is null ? "is missing" : "is not a date of the calendar (years 1900 to 2200)");

    /// <summary>A required month.</summary>
    public static YearMonth Month(Month? value, string field = "month") =>
        value.ToYearMonth() ?? throw Refusal.Field(field, value is null ? "is missing" : "is not a month (years 1900 to 2200)");

    /// <summary>A required amount of either sign.</summary>
    public static long Amount(bool has, long value, string field)
    {
        if (!has)
            throw Refusal.Field(field, "is missing; send 0 where it is zero");
        return value is >= -AmountMax and <= AmountMax ? value : throw Refusal.Field(field, $"is beyond {AmountMax}");
    }

    /// <summary>A required amount that is zero or more.</summary>
    public static long NotNegative(bool has, long value, string field) =>
        Amount(has, value, field) >= 0 ? value : throw Refusal.Field(field, "is negative");

    /// <summary>A required amount above zero.</summary>
    public static long Positive(bool has, long value, string field) =>
        Amount(has, value, field) > 0 ? value : throw Refusal.Field(field, "is not above zero");

    /// <summary>The rows of a page: 100 where nothing is asked, 1,000 at most.</summary>
    public static int PageSize(int value, string field = "page_size") => value switch
    {
        0 => PageDefault,
        > 0 and <= PageMax => value,
        _ => throw Refusal.Field(field, $"is 0 to {PageMax}"),
    };

    /// <summary>The key after which a page begins; empty on the first page. A foreign token is refused.</summary>
    public static string PageAfter(string token)
    {
        if (token.Length == 0)
            return "";
        var bytes = new byte[Math.Min(token.Length, TokenLengthMax)];
        if (token.Length > TokenLengthMax || !Convert.TryFromBase64String(token, bytes, out var length)
            || !Utf8.IsValid(bytes.AsSpan(0, length)))
            throw ForeignToken();
        var key = Encoding.UTF8.GetString(bytes, 0, length);
        return key.Length == 0 || key.Any(char.IsControl) || Token(key) != token ? throw ForeignToken() : key;
    }

    /// <summary>The token of the page after a row; empty where a page was not full.</summary>
    public static string NextPage(int rows, int pageSize, string lastKey) =>
        rows < pageSize ? "" : Token(lastKey);

    /// <summary>The number after which a page begins: a page token of a list by number.</summary>
    public static long PageAfterNumber(string token) =>
        PageAfter(token) is { Length: > 0 } text
            ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw ForeignToken()
            : 0;

    /// <summary>The month after which a page begins, 2012-12: a page token of a list by month; empty on the first page.</summary>
    public static string PageAfterMonth(string token) =>
        PageAfter(token) is var text && (text.Length == 0 || Contracts.Calendar.ParseMonth(text) is not null) ? text : throw ForeignToken();

    /// <summary>A moment of the calendar's years 0001 to 9999.</summary>
    public static Instant Moment(Timestamp value, string field)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Seconds is >= SecondsMin and <= SecondsMax && value.Nanos is >= 0 and < 1_000_000_000
            ? Instant.FromUnixTimeSeconds(value.Seconds).PlusNanoseconds(value.Nanos)
            : throw Refusal.Field(field, "is not a time between the years 0001 and 9999 with 0 to 999,999,999 nanoseconds");
    }

    /// <summary>A stored time as the wire has it.</summary>
    public static Timestamp Time(long microseconds) =>
        Timestamp.FromDateTimeOffset(Contracts.Calendar.FromMicroseconds(microseconds).ToDateTimeOffset());

    private static string Token(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

    private static Refusal ForeignToken() => Refusal.Field("page_token", "is not one that a page gave; leave it empty for the first page");
}
