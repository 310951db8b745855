using Iij.Money.V1;
using Iij.Reporting;
using Iij.Reporting.V1;

namespace Iij.Tests.Reporting;

/// <summary>Asks a view for figures and shows them as a page would: the value, "n/m" or "missing".</summary>
internal sealed class Asked(View view)
{
    private readonly FigureCalculator _figures = new(view);

    public View View => view;

    public string Text(string line, string period, Kind kind = Kind.Amount, Unit unit = Unit.Jpy, int decimals = 0, string since = "")
    {
        var figure = Ask(line, period, kind, unit, decimals, since);
        return figure.OutcomeCase switch
        {
            Figure.OutcomeOneofCase.Value => figure.Value,
            Figure.OutcomeOneofCase.NotMeaningful => "n/m",
            Figure.OutcomeOneofCase.Missing => "missing",
            _ => "no outcome at all",
        };
    }

    public Figure Ask(string line, string period, Kind kind = Kind.Amount, Unit unit = Unit.Jpy, int decimals = 0, string since = "")
    {
        var (query, asked) = Read(line, period, kind, unit, decimals, since);
        return FigureCalculator.ToFigure(query, asked, _figures.Compute(asked));
    }

    public Node Node(string line, string period, Kind kind = Kind.Amount, Unit unit = Unit.Jpy, string since = "") =>
        _figures.Compute(Read(line, period, kind, unit, 0, since).Asked);

    /// <summary>Why a query is refused.</summary>
    public string Refusal(string line, string period, Kind kind, Unit unit, int decimals = 0, string since = "") =>
        FigureRules.Read(Query(line, period, kind, unit, decimals, since), view.Lines).Misfit?.Reason.Name ?? "it is not";

    private static FigureQuery Query(string line, string period, Kind kind, Unit unit, int decimals, string since) =>
        new() { Line = line, Period = period, Kind = kind, Unit = unit, Decimals = decimals, Since = since };

    private (FigureQuery Query, FigureAsked Asked) Read(string line, string period, Kind kind, Unit unit, int decimals, string since)
    {
        var query = Query(line, period, kind, unit, decimals, since);
        var (asked, misfit) = FigureRules.Read(query, view.Lines);
        return (query, asked ?? throw new InvalidOperationException($"{line} {period} {kind}: {misfit}"));
    }
}
