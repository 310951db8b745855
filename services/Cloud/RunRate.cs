using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Cloud;

/// <summary>A month's revenue as a yearly rate, yen: the month times twelve, exactly.</summary>
/// <param name="HostingPackage">Revenue of Hosting Package in the month.</param>
/// <param name="Component">Revenue of Component in the month.</param>
public sealed record RunRate(long HostingPackage, long Component)
{
    private const int MonthsPerYear = 12;

    /// <summary>Revenue of both products.</summary>
    public long Revenue => HostingPackage + Component;

    /// <summary>
    /// The run rate of a month from its recorded revenue; null stands for no entry. A product without one earned nothing, as in the
    /// statement; a month without any has no run rate: NOTHING_RECORDED. OUT_OF_RANGE, RUN_RATE_TOO_LARGE where yen exceed int64.
    /// </summary>
    public static RunRate Of(YearMonth month, long? hostingPackage, long? component)
    {
        if (hostingPackage is null && component is null)
            throw new Refusal(Reason.NothingRecorded, $"no revenue is recorded in {month.ToIso()}", ("month", month.ToIso()));
        var (first, second) = (hostingPackage ?? 0, component ?? 0);
        // Reversals of months before may make either negative, so that each is looked at and not their sum alone.
        if (!Fits(first) || !Fits(second) || !Fits((Int128)first + second))
        {
            throw new Refusal(Reason.RunRateTooLarge,
                $"twelve times the revenue of {month.ToIso()} exceeds int64 yen", ("month", month.ToIso()));
        }

        return new RunRate(first, second);
    }

    /// <summary>A month's revenue over a year.</summary>
    public static long Annualised(long revenue) => checked(revenue * MonthsPerYear);

    private static bool Fits(Int128 revenue) => Int128.Abs(revenue) <= long.MaxValue / MonthsPerYear;
}
