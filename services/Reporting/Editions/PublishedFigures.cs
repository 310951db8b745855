using Iij.Contracts;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Figures of many periods at one moment, each from the edition of its period that is published, or from the live view. A view and a
/// calculator serve all queries of a period.
/// </summary>
/// <param name="publications">Which view answers.</param>
/// <param name="history">Everything told up to the moment.</param>
/// <param name="live">Its view.</param>
/// <param name="latest">Whether the live view answers for published periods too.</param>
/// <param name="publishedAlone">Whether only published editions answer, and nothing else is told.</param>
public sealed class PublishedFigures(Publications publications, History history, View live, bool latest, bool publishedAlone = false)
{
    private readonly Dictionary<string, (Publication Publication, FigureCalculator Calculator)> _periods = [];

    /// <summary>What answers for a period.</summary>
    public Publication Publication(ReportingPeriod period) => Of(period).Publication;

    /// <summary>A figure; refuses a query that no view can answer, naming the field.</summary>
    public Figure Get(FigureQuery query, string path, int index)
    {
        var asked = Asking.Figure(query, live, path, index);
        if (publishedAlone && asked.Kind == Kind.ChangeSince)
            throw Publications.Unpublished(asked.Period); // it compares with a period of which another edition, or none, is published
        var (publication, calculator) = Of(asked.Period);
        return Of(query, publication, calculator);
    }

    /// <summary>
    /// A figure of a query that was accepted before. A model of lines that has lost the line since then has no such figure any more.
    /// </summary>
    public Figure Get(FigureQuery query, ReportingPeriod period)
    {
        var (publication, calculator) = Of(period);
        return Of(query, publication, calculator);
    }

    private static Figure Of(FigureQuery query, Publication publication, FigureCalculator calculator)
    {
        var (asked, misfit) = FigureRules.Read(query, publication.View.Lines);
        return asked is null
            ? new Figure { Query = query, Missing = new Missing { Inputs = { misfit!.Message } }, Edition = publication.Number }
            : new EditionFigure(asked, calculator.Compute(asked)).ToProto(query, publication.Number);
    }

    private (Publication Publication, FigureCalculator Calculator) Of(ReportingPeriod period)
    {
        if (!_periods.TryGetValue(period.Notation, out var known))
        {
            var publication = publications.Of(history, live, period, latest: latest, publishedAlone: publishedAlone);
            _periods[period.Notation] = known = (publication, new FigureCalculator(publication.View));
        }

        return known;
    }
}
