using Iij.Closing;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Group;

/// <summary>
/// A value as the group announced it, never adjusted. Announcements of one item and fiscal year on several days stand side by side;
/// reporting takes the latest. Shares are stated once a fiscal year, without a date that counts.
/// </summary>
/// <param name="Register">Which of the four registers: the measure's name without the item.</param>
/// <param name="Item">What was announced, such as "interim.pre_split".</param>
/// <param name="FiscalYear">FY2012, of shares also a part of one such as FY2012-Q3; empty for a split.</param>
/// <param name="On">The day of the announcement; of shares, when they were stated; of a split, when it takes effect.</param>
/// <param name="Unscaled">The value, in the register's unit, times 10^scale.</param>
/// <param name="Scale">0 to 18.</param>
/// <param name="Status">Of a dividend: Paid or Forecast; empty otherwise.</param>
/// <param name="Basis">The date of the share count of a dividend or of shares; null where it was announced without one.</param>
public sealed record Announced(
    string Register, string Item, string FiscalYear, LocalDate On, long Unscaled, int Scale, string Status = "", LocalDate? Basis = null)
{
    /// <summary>Targets for fiscal years, yen, above zero.</summary>
    public const string Target = "group.target";

    /// <summary>Dividends, yen per share as printed, zero or more.</summary>
    public const string Dividend = "group.dividend";

    /// <summary>Weighted average shares of fiscal years and of parts of them, a count above zero.</summary>
    public const string Shares = "group.shares";

    /// <summary>Splits: new shares for one old share, above zero.</summary>
    public const string Split = "group.split";

    /// <summary>Register, item and, where it has one, the date of its basis: the measure of its fact.</summary>
    public string Measure => $"{Register}.{Item}{(Basis is { } basis ? "." + basis.ToIso() : "")}";

    /// <summary>Whether its date distinguishes it from another of the same item and fiscal year.</summary>
    public bool IsDated => Key.On is not null;

    /// <summary>What only one that stands may say.</summary>
    public AnnouncementKey Key => AnnouncementKey.Of(Register, Item, FiscalYear, On);

    /// <summary>The kind of its entry.</summary>
    public string Kind => Register switch
    {
        Target => "TARGET_ANNOUNCED",
        Dividend => "DIVIDEND_ANNOUNCED",
        Shares => "SHARES_STATED",
        _ => "SPLIT_ANNOUNCED",
    };

    /// <summary>Whether an entry's kind is that of a split.</summary>
    public static bool IsSplitKind(string kind) => kind == "SPLIT_ANNOUNCED";

    /// <summary>
    /// The entry of this announcement. It is not an activity of its month, so that one from before the books begin does not move
    /// their beginning. Refuses a second one of the same key: ALREADY_ANNOUNCED.
    /// </summary>
    /// <param name="standing">The entry that announces the same key already, or null.</param>
    public Decision Decide(long? standing)
    {
        if (standing is { } entry)
        {
            throw new Refusal(Reason.AlreadyAnnounced,
                $"{string.Join(" ", new[] { Measure, FiscalYear }.Where(word => word.Length > 0))}{(IsDated ? $" of {On.ToIso()}" : "")} "
                + $"is recorded by entry {entry}; reverse it before another is recorded",
                ("measure", Measure), ("fiscal_year", FiscalYear), ("date", On.ToIso()), ("entry_number", $"{entry}"));
        }

        return new Decision(Kind, On, [new(Measure, Unscaled, FiscalYear)], EntryClass.Announcement);
    }

    /// <summary>The announcement as a statement has it.</summary>
    public Announcement ToProto() => new()
    {
        Item = Item, FiscalYear = FiscalYear, AnnouncedOn = IsDated ? On.ToProto() : null, Value = Value, BasisOn = Basis?.ToProto(),
    };

    /// <summary>The value on the wire.</summary>
    public Money.V1.Decimal Value => new() { Unscaled = Unscaled, Scale = Scale };
}
