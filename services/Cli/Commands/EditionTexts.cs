using Iij.Reporting.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>How editions and what they change look in a terminal.</summary>
internal static class EditionTexts
{
    private const int DifferencesShown = 30;
    private const int CausesShown = 3;

    /// <summary>An edition: "edition 2 of FY2012-9M".</summary>
    public static string Name(Edition edition) => $"edition {edition.Number} of {edition.Period}";

    /// <summary>Who signed an edition, and whether it is withdrawn or has an embargo.</summary>
    public static string Signed(Edition edition)
    {
        var approved = edition.ApprovedBy.Length == 0 ? "" : $", approved by {edition.ApprovedBy} at {Shown.Time(edition.ApprovedAt)}";
        var withdrawn = edition.WithdrawnBy.Length == 0 ? ""
            : $", withdrawn by {edition.WithdrawnBy} at {Shown.Time(edition.WithdrawnAt)}: {edition.WithdrawalReason}";
        var embargo = edition.EmbargoUntil is null ? "" : $", embargo until {Shown.Time(edition.EmbargoUntil)}";
        return $"{Name(edition)} ({EnumWords.Text(edition.State)}), prepared by {edition.PreparedBy} at {Shown.Time(edition.PreparedAt)}"
            + approved + withdrawn + embargo;
    }

    /// <summary>An edition with its reason, position and digest.</summary>
    public static IEnumerable<IRenderable> Whole(Edition edition)
    {
        yield return Shown.Line(Signed(edition));
        if (Why(edition) is { Length: > 0 } why)
            yield return Shown.Line(why);
        yield return Shown.Line($"knowledge {edition.Knowledge}, lines version {edition.LinesVersion}, digest {edition.Digest}", Figures.Faint);
    }

    /// <summary>The kind of a restatement and its reason; empty where none was given.</summary>
    public static string Why(Edition edition) => string.Join(": ",
        new[] { edition.Kind == RestatementKind.Unspecified ? "" : EnumWords.Text(edition.Kind), edition.Reason }.Where(part => part.Length > 0));

    /// <summary>What an edition publishes: the differences, unless all are wanted a readable number of them, and the findings.</summary>
    public static IEnumerable<IRenderable> Preview(EditionPreview preview, bool all, string? what = null)
    {
        var count = preview.Differences.Count;
        what ??= preview.AgainstEdition == 0 ? "figures; no edition was published before" : $"figures differ from edition {preview.AgainstEdition}";
        yield return Shown.Line($"{count} {what}");
        var (table, missing) = (Shown.Table("line", "kind", ">before", ">after", "unit", ">exact difference", "causes"), new Footnotes());
        foreach (var one in all ? preview.Differences : preview.Differences.Take(DifferencesShown))
        {
            table.AddRow(Shown.Text(one.Query.Line), Shown.Text(EnumWords.Text(one.Query.Kind)), Cell(one.Before, missing), Cell(one.After, missing),
                Shown.Text(Figures.UnitText(one.Query.Unit), Figures.Faint), Shown.Text(one.Difference), Shown.Text(Causes(one, all)));
        }

        if (count > 0)
            yield return table;
        foreach (var note in missing.Lines)
            yield return Shown.Line(note);
        if (!all && count > DifferencesShown)
            yield return Shown.Line($"and {count - DifferencesShown} more (--all lists them)");
        foreach (var finding in PeriodCommands.Findings(preview.Findings))
            yield return finding;
    }

    private static Text Cell(Figure? figure, Footnotes missing) => figure is null ? Shown.Text("") : Figures.Cell(figure, missing);

    private static string Causes(FigureDifference difference, bool all)
    {
        var causes = difference.Causes.Select(cause => cause.LinesVersion > 0
            ? $"lines version {cause.LinesVersion}"
            : $"{cause.Source} {Shown.Month(cause.Month)} revision {cause.Revision}").ToList();
        return all || causes.Count <= CausesShown
            ? string.Join(", ", causes)
            : $"{string.Join(", ", causes.Take(CausesShown))} and {causes.Count - CausesShown} more";
    }
}
