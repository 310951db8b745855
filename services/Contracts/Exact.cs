using System.Globalization;
using System.Numerics;

namespace Iij.Contracts;

/// <summary>
/// An exact rational number. Figures are computed with it, so that they are rounded only once, at the end.
/// The denominator is positive; the fraction is reduced only where it is shown, since figures are short sums and one division.
/// </summary>
public readonly record struct Exact
{
    private readonly BigInteger _denominatorLessOne; // so that default(Exact) is 0/1

    private Exact(BigInteger numerator, BigInteger denominator)
    {
        Numerator = denominator.Sign < 0 ? -numerator : numerator;
        _denominatorLessOne = BigInteger.Abs(denominator) - 1;
    }

    /// <summary>The numerator, with the number's sign.</summary>
    public BigInteger Numerator { get; }

    /// <summary>The denominator, above zero.</summary>
    public BigInteger Denominator => _denominatorLessOne + 1;

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => Numerator.Sign;

    /// <summary>A whole number.</summary>
    public static Exact Of(BigInteger value) => new(value, BigInteger.One);

    /// <summary>unscaled / 10^scale.</summary>
    public static Exact OfDecimal(long unscaled, int scale) => new(unscaled, BigInteger.Pow(10, scale));

    /// <summary>The value of a proto decimal.</summary>
    public static Exact Of(Money.V1.Decimal value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return OfDecimal(value.Unscaled, value.Scale);
    }

    /// <summary>The sum.</summary>
    public static Exact operator +(Exact a, Exact b) =>
        new(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    /// <summary>The difference.</summary>
    public static Exact operator -(Exact a, Exact b) => a + -b;

    /// <summary>The number with the other sign.</summary>
    public static Exact operator -(Exact a) => new(-a.Numerator, a.Denominator);

    /// <summary>The product.</summary>
    public static Exact operator *(Exact a, Exact b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    /// <summary>The quotient; throws DivideByZeroException where b is zero.</summary>
    public static Exact operator /(Exact a, Exact b) =>
        b.Sign == 0 ? throw new DivideByZeroException() : new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>The number without its sign.</summary>
    public Exact Magnitude => Sign < 0 ? -this : this;

    /// <summary>The same number with the smallest denominator: what long sums are made of.</summary>
    public Exact Reduced()
    {
        var divisor = BigInteger.GreatestCommonDivisor(Numerator, Denominator);
        return new(Numerator / divisor, Denominator / divisor);
    }

    /// <summary>The number with that many decimals, rounded half away from zero (as the group rounds).</summary>
    public Exact Rounded(int decimals)
    {
        var scale = BigInteger.Pow(10, decimals);
        var magnitude = (2 * BigInteger.Abs(Numerator) * scale + Denominator) / (2 * Denominator);
        return new(Sign < 0 ? -magnitude : magnitude, scale);
    }

    /// <summary>Decimal text with exactly that many decimals, rounded once as by <see cref="Rounded"/>; never "-0".</summary>
    public string Round(int decimals)
    {
        var rounded = Rounded(decimals).Numerator;
        var digits = BigInteger.Abs(rounded).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var sign = rounded.Sign < 0 ? "-" : "";
        return decimals == 0 ? sign + digits : $"{sign}{digits[..^decimals]}.{digits[^decimals..]}";
    }

    /// <summary>Reads plain decimal text (an optional sign, digits, an optional fraction of up to 18 digits), or null.</summary>
    public static Money.V1.Decimal? ParseDecimal(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var scale = point < 0 ? 0 : text.Length - point - 1;
        var digits = point < 0 ? text : text.Remove(point, 1);
        var bare = digits.StartsWith('-') ? digits[1..] : digits;
        if (scale > 18 || (point >= 0 && (scale == 0 || point == 0 || text[point - 1] == '-'))
            || bare.Length == 0 || !bare.All(char.IsAsciiDigit))
            return null;
        return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unscaled)
            ? new Money.V1.Decimal { Unscaled = unscaled, Scale = scale }
            : null;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        // Reduced: one number is one text, however it was come by.
        var reduced = Reduced();
        return reduced.Denominator.IsOne ? $"{reduced.Numerator}" : $"{reduced.Numerator}/{reduced.Denominator}";
    }
}
