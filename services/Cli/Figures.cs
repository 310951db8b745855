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

    /// <summary>A figure in a table; what is missing goes to the footnotes.</summary>
    public static Text Cell(Figure figure, Footnotes missing) => figure.OutcomeCase switch
    {
        Figure.OutcomeOneofCase.Value => Shown.Text(figure.Value),
        Figure.OutcomeOneofCase.NotMeaningful => Shown.Text(NotMeaningful, Faint),
        _ => Shown.Text($"{Missing} [{missing.NumberOf(figure.Missing)}]", new Style(Color.Yellow)),
    };

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

/// <summary>What is missing, each set of inputs once, in the order met.</summary>
internal sealed class Footnotes
{
    private const int ListedMax = 20; // the contract's: the lineage has all
    private readonly List<string> _notes = [];

    /// <summary>The footnotes as lines.</summary>
    public IEnumerable<string> Lines => _notes.Select((note, index) => $"[{index + 1}] missing: {note}");

    /// <summary>The number of a footnote, from 1.</summary>
    public int NumberOf(Missing missing)
    {
        var note = Listed(missing);
        var known = _notes.IndexOf(note);
        if (known < 0)
        {
            _notes.Add(note);
            known = _notes.Count - 1;
        }

        return known + 1;
    }

    /// <summary>What is missing, in words.</summary>
    public static string Listed(Missing missing) =>
        string.Join("; ", missing.Inputs) + (missing.Inputs.Count >= ListedMax ? "; … (iij lineage has all)" : "");
}
