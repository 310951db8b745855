using System.Text.RegularExpressions;
using Iij.Contracts;
using Iij.Reporting.V1;
using NodaTime;
using Spectre.Console;
using Calendar = Iij.Contracts.Calendar;

namespace Iij.Cli;

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
