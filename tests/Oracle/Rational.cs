using System.Globalization;
using System.Numerics;

namespace Iij.Tests.Oracle;

/// <summary>An exact fraction; the only arithmetic of the oracle.</summary>
public readonly record struct Rational
{
    public static readonly Comparer<Rational> Order = Comparer<Rational>.Create((a, b) => (a - b).Sign);

    private readonly BigInteger _numerator;
    private readonly BigInteger _denominatorLessOne; // so that default is 0/1

    public Rational(BigInteger numerator, BigInteger denominator)
    {
        ArgumentOutOfRangeException.ThrowIfZero(denominator);
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        _numerator = numerator / divisor;
        _denominatorLessOne = (denominator / divisor) - 1;
    }

    private BigInteger Denominator => _denominatorLessOne + 1;

    public int Sign => _numerator.Sign;

    public static implicit operator Rational(long value) => new(value, 1);

    public static Rational operator +(Rational a, Rational b) =>
        new((a._numerator * b.Denominator) + (b._numerator * a.Denominator), a.Denominator * b.Denominator);

    public static Rational operator -(Rational a, Rational b) => a + new Rational(-b._numerator, b.Denominator);

    public static Rational operator *(Rational a, Rational b) => new(a._numerator * b._numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b) => new(a._numerator * b.Denominator, a.Denominator * b._numerator);

    public BigInteger Floor() => BigInteger.DivRem(_numerator, Denominator, out var rest) - (rest.Sign < 0 ? 1 : 0);

    /// <summary>An exact decimal such as -12.50; null for anything else.</summary>
    public static Rational? Parse(string text)
    {
        var digits = text.StartsWith('-') ? text[1..] : text;
        var parts = digits.Split('.');
        if (parts.Length > 2 || parts.Any(part => part.Length == 0 || !part.All(char.IsAsciiDigit)))
            return null;
        var whole = BigInteger.Parse(string.Concat(parts), CultureInfo.InvariantCulture);
        var places = parts.Length == 2 ? parts[1].Length : 0;
        return new Rational(text.StartsWith('-') ? -whole : whole, BigInteger.Pow(10, places));
    }

    /// <summary>True where rounding to so many decimals meets a tie.</summary>
    public bool IsHalfway(int decimals)
    {
        var doubled = this * new Rational(2 * BigInteger.Pow(10, decimals), 1);
        return doubled.Denominator.IsOne && !doubled._numerator.IsEven;
    }

    /// <summary>Rounded half away from zero, without a negative zero.</summary>
    public string Print(int decimals)
    {
        var scaled = BigInteger.Abs(_numerator) * BigInteger.Pow(10, decimals);
        var units = ((2 * scaled) + Denominator) / (2 * Denominator);
        var digits = units.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var sign = Sign < 0 && !units.IsZero ? "-" : "";
        return decimals == 0 ? sign + digits : $"{sign}{digits[..^decimals]}.{digits[^decimals..]}";
    }
}
