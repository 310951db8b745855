using System.Text.RegularExpressions;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;
using NodaTime;
using Spectre.Console;
using Calendar = Iij.Contracts.Calendar;

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

/// <summary>The missing inputs, each set once, in the order of occurrence.</summary>
internal sealed partial class Footnotes
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

    /// <summary>The missing inputs in words; consecutive months of a source as one range.</summary>
    public static string Listed(Missing missing)
    {
        var stretches = new List<(string Source, YearMonth First, YearMonth Last, string Why)>();
        var notes = new List<string>();
        foreach (var input in missing.Inputs)
        {
            if (OfMonth().Match(input) is not { Success: true } found || Calendar.ParseMonth(found.Groups[2].Value) is not { } month)
                notes.Add(input);
            else if (stretches.Count > 0 && stretches[^1] is var last
                && (last.Source, last.Why, last.Last.PlusMonths(1)) == (found.Groups[1].Value, found.Groups[3].Value, month))
                stretches[^1] = last with { Last = month };
            else
                stretches.Add((found.Groups[1].Value, month, month, found.Groups[3].Value));
        }

        var more = missing.Inputs.Count >= ListedMax ? ["… (iij lineage has all)"] : Array.Empty<string>();
        return string.Join("; ", [.. stretches.Select(Words), .. notes, .. more]);
    }

    private static string Words((string Source, YearMonth First, YearMonth Last, string Why) stretch)
    {
        var to = stretch.First == stretch.Last ? "" : $" to {stretch.Last.ToIso()}";
        return $"{stretch.Source} {stretch.First.ToIso()}{to} {stretch.Why}";
    }

    [GeneratedRegex(@"^(\S+) (\d{4}-\d{2}) (.+)$")]
    private static partial Regex OfMonth();
}
