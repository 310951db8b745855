using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Which view answers for a period: that of its latest published edition, of the edition that was requested, or the live one; and how the
/// live view differs from what is published.
/// </summary>
public sealed class Publications(Views views, TimeProvider clock)
{
    /// <summary>What answers for a period at a moment. Refuses an edition that the period does not have (EDITION_UNKNOWN).</summary>
    /// <param name="history">Everything told up to that moment.</param>
    /// <param name="live">Its view.</param>
    /// <param name="period">The period.</param>
    /// <param name="edition">The number of the edition; 0: the latest published one, where there is one.</param>
    /// <param name="latest">Whether the live view answers, also of a published period.</param>
    /// <param name="publishedAlone">Whether the caller sees published figures alone: as <see cref="PublishedOf"/>.</param>
    public Publication Of(
        History history, View live, ReportingPeriod period, int edition = 0, bool latest = false, bool publishedAlone = false)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(live);
        ArgumentNullException.ThrowIfNull(period);
        if (publishedAlone)
            return latest ? throw Unpublished(period) : PublishedOf(history, period, edition);
        if (edition != 0 && latest)
            throw Refusal.Field("latest", "is not together with edition");
        var own = period.Length == PeriodLength.Day ? [] : Edition.Of(history).Where(known => known.Prepared.Period == period.Notation).ToList();
        var published = own.LastOrDefault(known => known.State == EditionState.Published);
        var shown = edition != 0 ? Find(own, period, edition) : latest ? null : published;
        var view = shown is null ? live : views.At(history, shown.Prepared.Position);
        var pending = published is null ? [] : Pending(views.At(history, published.Prepared.Position), live, period);
        var prepared = own.LastOrDefault(known => known.State == EditionState.Prepared);
        return new Publication(view, shown, published, prepared, State(live, published, period), pending);
    }

    /// <summary>
    /// What answers for a period to a caller who sees published figures alone: a published edition whose embargo has ended, and nothing about what is
    /// prepared or pending. Refuses where there is none (FIGURES_UNPUBLISHED).
    /// </summary>
    /// <param name="history">Everything told up to the moment.</param>
    /// <param name="period">The period.</param>
    /// <param name="edition">The number of the edition; 0: the latest such one.</param>
    public Publication PublishedOf(History history, ReportingPeriod period, int edition = 0)
    {
        ArgumentNullException.ThrowIfNull(period);
        var now = clock.Now().ToMicroseconds();
        var shown = Edition.Of(history).LastOrDefault(known => known.State == EditionState.Published && known.Prepared.Period == period.Notation
            && known.Prepared.EmbargoUntil <= now && (edition == 0 || known.Prepared.Number == edition));
        return shown is null
            ? throw Unpublished(period)
            : new Publication(views.At(history, shown.Prepared.Position), shown, shown, null,
                shown.Prepared.Number == 1 ? ViewState.Published : ViewState.Restated, []);
    }

    /// <summary>The refusal of figures that are not published, or not yet.</summary>
    public static Refusal Unpublished(ReportingPeriod period) => new(Reason.FiguresUnpublished,
        $"{period} has no published figures of what is asked, or their embargo has not ended", ("period", $"{period}"));

    /// <summary>The edition of a period with a number: the published or withdrawn one, else the one that is prepared.</summary>
    public static Edition Find(IEnumerable<Edition> editions, ReportingPeriod period, int number)
    {
        ArgumentNullException.ThrowIfNull(period);
        var own = editions.Where(known => known.Prepared.Period == period.Notation && known.Prepared.Number == number).ToList();
        return own.LastOrDefault(known => known.Approval is not null) ?? own.LastOrDefault(known => known.State == EditionState.Prepared)
            ?? own.LastOrDefault() ?? throw new Refusal(Reason.EditionUnknown, $"{period} has no edition {number}",
                ("period", period.Notation), ("edition", number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    private static IReadOnlyList<string> Pending(View published, View live, ReportingPeriod period) => published == live ? [] :
        [.. EditionFigures.Of(live, period).DifferencesTo(EditionFigures.Of(published, period))
            .Select(difference => (difference.After ?? difference.Before)!.Key.Line).Distinct()];

    private static ViewState State(View live, Edition? published, ReportingPeriod period)
    {
        if (published is not null)
            return published.Prepared.Number == 1 ? ViewState.Published : ViewState.Restated;
        return period.Length != PeriodLength.Day && PeriodCompleteness.Lacking(live, period).Count == 0 ? ViewState.Complete : ViewState.Provisional;
    }
}
