using Iij.Money.V1;
using Iij.Reporting.V1;
using Spectre.Console;

namespace Iij.Cli;

/// <summary>How figures look: a value as it was answered, "n/m", or "-" with a footnote.</summary>
internal static class Figures
{
    private const string NotMeaningful = "n/m";
    private const string Missing = "-";

    /// <summary>What stands back.</summary>
    public static Style Faint { get; } = new(Color.Grey);

    /// <summary>A figure in a table; missing inputs go to the footnotes.</summary>
    public static Text Cell(Figure figure, Footnotes missing) => figure.OutcomeCase switch
    {
        Figure.OutcomeOneofCase.Value => Shown.Text(figure.Value),
        Figure.OutcomeOneofCase.NotMeaningful => Shown.Text(NotMeaningful, Faint),
        _ => Shown.Text($"{Missing} [{missing.NumberOf(figure.Missing)}]", new Style(Color.Yellow)),
    };

    /// <summary>A figure where there is room for nothing else.</summary>
    public static string Bare(Figure figure) => figure.OutcomeCase switch
    {
        Figure.OutcomeOneofCase.Value => figure.Value,
        Figure.OutcomeOneofCase.NotMeaningful => NotMeaningful,
        _ => Missing,
    };

    /// <summary>The query: "revenue.total FY2012-9M yoy percent".</summary>
    public static string Asked(FigureQuery query) =>
        $"{query.Line} {query.Period} {EnumWords.Text(query.Kind)}{(query.Since.Length == 0 ? "" : " " + query.Since)}";

    /// <summary>A figure in a sentence, with why it has no value.</summary>
    public static string Text(Figure figure) => figure.OutcomeCase switch
    {
        Figure.OutcomeOneofCase.Value => $"{figure.Value} {UnitText(figure.Query.Unit)}",
        Figure.OutcomeOneofCase.NotMeaningful => $"{NotMeaningful} ({figure.NotMeaningful.Reason}: {figure.NotMeaningful.Message})",
        _ => $"{Missing} (missing: {Footnotes.Listed(figure.Missing)})",
    };

    /// <summary>A unit as a table shows it.</summary>
    public static string UnitText(Unit unit) => EnumWords.Text(unit).Replace("jpy", "JPY", StringComparison.Ordinal);
}
