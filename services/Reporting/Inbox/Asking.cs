using System.Globalization;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>Reads the parts of a query of a view for all protocols, and refuses queries that a view cannot answer.</summary>
public static class Asking
{
    /// <summary>A period of any length; refuses other texts (PERIOD_UNKNOWN).</summary>
    public static ReportingPeriod Period(string notation, string field = "period") => ReportingPeriod.Parse(notation)
        ?? throw new Refusal(Reason.PeriodUnknown,
            $"{field}: \"{notation}\" is not a period; write 2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012", ("field", field));

    /// <summary>A period of months; refuses a date.</summary>
    public static ReportingPeriod PeriodOfMonths(string notation, string field = "period")
    {
        var period = Period(notation, field);
        return period.Length == PeriodLength.Day ? throw Refusal.Field(field, "is a date; it is months or longer here") : period;
    }

    /// <summary>A unit of money, JPY million where none is named.</summary>
    public static Unit MoneyUnit(Unit unit, string field = "unit") => unit switch
    {
        Unit.Unspecified => Unit.JpyMillion,
        Unit.Jpy or Unit.JpyMillion or Unit.JpyBillion => unit,
        _ => throw Refusal.Field(field, "is a unit of money: JPY, JPY million or JPY billion"),
    };

    /// <summary>A figure that exists; refuses by the field that does not fit (LINE_UNKNOWN, PERIOD_UNKNOWN, KIND_UNFIT, UNIT_UNFIT).</summary>
    public static FigureAsked Figure(FigureQuery query, View view, string path, int index = 0)
    {
        ArgumentNullException.ThrowIfNull(view);
        var (asked, misfit) = FigureRules.Read(query, view.Lines);
        if (asked is not null)
            return asked;
        var where = path + misfit!.Field;
        throw new Refusal(misfit.Reason, $"{where}: {misfit.Message}", ("field", where),
            ("index", index.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Every line of a view: amount, change and percentage against the year before. The edition is the number of the one it is of; 0: live.</summary>
    public static IEnumerable<ViewLine> ViewLines(View view, ReportingPeriod period, Unit unit, int edition)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(period);
        var calculator = new FigureCalculator(view);
        return view.Lines.Lines.Select(line => ViewLine(line, period, unit, calculator, view, edition));
    }

    private static ViewLine ViewLine(LineInfo line, ReportingPeriod period, Unit unit, FigureCalculator calculator, View view, int edition)
    {
        Figure Ask(Kind kind, Unit of, int decimals)
        {
            var query = new FigureQuery { Line = line.Name, Period = period.Notation, Kind = kind, Unit = of, Decimals = decimals };
            var asked = Figure(query, view, "");
            return new EditionFigure(asked, calculator.Compute(asked)).ToProto(query, edition);
        }

        var own = line.Unit == Unit.Jpy ? unit : line.Unit;
        return new ViewLine
        {
            Line = line.Name, Amount = Ask(Kind.Amount, own, own == Unit.JpyBillion ? 1 : 0),
            YoyChange = Ask(Kind.YoyChange, own, own == Unit.JpyBillion ? 1 : 0), YoyPercent = Ask(Kind.YoyPercent, Unit.Percent, 1),
        };
    }
}
