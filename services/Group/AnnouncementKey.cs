using NodaTime;

namespace Iij.Group;

/// <summary>What one announcement that stands may say.</summary>
/// <param name="Register">The register.</param>
/// <param name="Item">What is announced.</param>
/// <param name="FiscalYear">The fiscal year; empty for a split.</param>
/// <param name="On">The day, where it distinguishes the announcement from another; otherwise null.</param>
public sealed record AnnouncementKey(string Register, string Item, string FiscalYear, LocalDate? On)
{
    /// <summary>The key of an announcement: shares are stated once a fiscal year, without a date that counts.</summary>
    public static AnnouncementKey Of(string register, string item, string fiscalYear, LocalDate on) =>
        new(register, item, fiscalYear, register == Announced.Shares ? null : on);
}
