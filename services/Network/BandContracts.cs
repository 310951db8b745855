using Iij.Closing;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Network;

/// <summary>
/// The contracts of one bandwidth band through time, and the rules of their changes, pure: on no date, past or scheduled, are
/// fewer than zero in force. A day is judged at its end: what one entry activates counts before what it cancels.
/// </summary>
/// <param name="Band">The band: one of <see cref="Bands"/>.</param>
/// <param name="Changes">Its net change by date, first to last; dates without one are left out.</param>
public sealed record BandContracts(string Band, IReadOnlyList<(LocalDate Date, long Change)> Changes)
{
    /// <summary>The kind of an entry that changes contracts.</summary>
    public const string ChangedKind = "CONTRACTS_CHANGED";

    /// <summary>Under 100 Mbps.</summary>
    public const string Under100Mbps = "under_100mbps";

    /// <summary>100 Mbps and over, under 1 Gbps.</summary>
    public const string From100Mbps = "100mbps_to_1gbps";

    /// <summary>1 Gbps and over.</summary>
    public const string From1Gbps = "1gbps_and_over";

    private const string MeasurePrefix = "network.contracts.";

    /// <summary>The bands, narrow to wide.</summary>
    public static IReadOnlyList<string> Bands { get; } = [Under100Mbps, From100Mbps, From1Gbps];

    /// <summary>The measure of a band's contracts in force: a count, zero or more, a stock known at any date.</summary>
    public static string Measure(string band) => MeasurePrefix + band;

    /// <summary>The band whose contracts an entry changed.</summary>
    public static string BandOf(RecordedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Postings[0].Measure[MeasurePrefix.Length..];
    }

    /// <summary>Contracts are activated and cancelled on a date; refuses MORE_CANCELLED_THAN_IN_FORCE.</summary>
    /// <param name="on">The first day the change counts.</param>
    /// <param name="activated">Contracts, zero or more.</param>
    /// <param name="cancelled">Contracts, zero or more; not both zero unless opening.</param>
    /// <param name="opening">In force before this system began; then nothing is cancelled, and none in force is a stock of zero.</param>
    public Decision Change(LocalDate on, long activated, long cancelled, bool opening)
    {
        if (activated == 0 && cancelled == 0 && !opening)
            throw Refusal.Field("activated", "there is nothing to record: nothing was activated and nothing was cancelled");
        if (opening && cancelled != 0)
            throw Refusal.Field("cancelled", "is not zero though the entry is opening stock, of which nothing is cancelled");
        if (FirstShort(on, activated - cancelled) is { } day)
        {
            throw Short(day, activated - cancelled, day == on
                ? $"{cancelled} are cancelled on {on.ToIso()}, but {InForce(on) ?? 0} are in force and {activated} activated"
                : $"{cancelled} cancelled and {activated} activated on {on.ToIso()} leave too few for what is cancelled by {day.ToIso()}");
        }

        var postings = new List<PostingLine>();
        if (activated > 0 || opening)
            postings.Add(new(Measure(Band), activated));
        if (cancelled > 0)
            postings.Add(new(Measure(Band), -cancelled));
        return new Decision(ChangedKind, on, postings, opening ? EntryClass.OpeningStock : EntryClass.Activity);
    }

    /// <summary>
    /// Refuses the reversal of a change where from then on fewer than zero would be in force (MORE_CANCELLED_THAN_IN_FORCE).
    /// </summary>
    /// <param name="entry">A change of this band.</param>
    /// <param name="on">The date of the reversal: what the entry added is gone from then on.</param>
    public void RequireReversible(RecordedEntry entry, LocalDate on)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var change = -entry.Postings.Sum(posting => posting.Amount);
        if (FirstShort(on, change) is { } day)
        {
            throw Short(day, change,
                $"without the {-change} that entry {entry.Number} added, more are cancelled than in force on {day.ToIso()}");
        }
    }

    /// <summary>The contracts in force at the end of a date; null before the first change, where there is nothing, not zero.</summary>
    public long? InForce(LocalDate date) =>
        Changes.Count == 0 || date < Changes[0].Date ? null : Changes.Where(change => change.Date <= date).Sum(change => change.Change);

    // The first date, from a change's own on, at which it would leave fewer than zero in force.
    private LocalDate? FirstShort(LocalDate on, long change)
    {
        // What adds cannot make anything short.
        if (change >= 0)
            return null;
        var stock = (InForce(on) ?? 0) + change;
        if (stock < 0)
            return on;
        foreach (var later in Changes.Where(later => later.Date > on))
        {
            stock += later.Change;
            if (stock < 0)
                return later.Date;
        }

        return null;
    }

    private Refusal Short(LocalDate day, long change, string what)
    {
        static string Text(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new Refusal(Reason.MoreCancelledThanInForce, $"contracts {Band}: {what}",
            ("band", Band), ("date", day.ToIso()), ("in_force", Text(InForce(day) ?? 0)), ("change", Text(change)));
    }
}
