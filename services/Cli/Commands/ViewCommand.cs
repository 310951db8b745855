using System.CommandLine;
using Iij.Money.V1;
using Iij.Reporting.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>The consolidated view of a period.</summary>
internal static class ViewCommand
{
    private static readonly Argument<string> _period = Shared.Period();

    /// <summary>iij view.</summary>
    public static CliCommand Create() => new CliCommand("view", "Every consolidated line of a period, with the change YoY and the missing inputs.",
        "iij view FY2012-9M", "iij view FY2012-9M --latest", "iij view FY2012-9M --edition 1", "iij view 2012-12 --unit jpy --as-of 735",
        "iij view FY2012 --json")
    {
        _period, Shared.MoneyUnit, Shared.AsOf, Shared.Edition, Shared.Latest,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var (edition, latest) = Shared.Published(session);
        var request = new GetViewRequest
        {
            Period = session.Get(_period), Unit = session.Get(Shared.MoneyUnit) ?? Unit.Unspecified, AsOf = session.Get(Shared.AsOf),
            Edition = edition, Latest = latest,
        };
        var view = await reporting.GetViewAsync(request, session.Reading);
        session.Output.Answer(view, () =>
            [.. Table(view), Shown.Line($"knowledge {view.Knowledge}, lines version {view.LinesVersion}, digest {view.Digest}", Figures.Faint)]);
    });

    /// <summary>The lines of a view below its state, then the missing inputs.</summary>
    public static IEnumerable<IRenderable> Table(GetViewResponse view)
    {
        var (style, meaning) = Meaning(view.State);
        yield return Shown.Line($"Consolidated view {view.Period}");
        yield return Shown.Line(EnumWords.Text(view.State).ToUpperInvariant(), style, $": {meaning}");
        yield return Shown.Line(view.Edition is { } edition ? EditionTexts.Signed(edition) : "the live view, no edition", Figures.Faint);
        if (view.PendingLines.Count > 0)
        {
            yield return Shown.Line("PENDING", new Style(Color.Yellow, decoration: Decoration.Bold),
                $": the live view differs from the latest edition in {string.Join(", ", view.PendingLines)} (iij compare {view.Period} --restated live)");
        }

        var missing = new Footnotes();
        var table = Shown.Table("line", $">{view.Period}", ">change YoY", ">YoY %", "unit");
        foreach (var line in view.Lines)
        {
            table.AddRow(Shown.Text(line.Line), Figures.Cell(line.Amount, missing), Figures.Cell(line.YoyChange, missing),
                Figures.Cell(line.YoyPercent, missing), Shown.Text(Figures.UnitText(line.Amount.Query.Unit), Figures.Faint));
        }

        yield return table;
        foreach (var note in missing.Lines)
            yield return Shown.Line(note);
    }

    private static (Style Style, string Meaning) Meaning(ViewState state) => state switch
    {
        ViewState.Provisional => (new Style(Color.Yellow, decoration: Decoration.Bold),
            "figures may still change: not everything is in, something is impacted, or a source has a gap"),
        ViewState.Complete => (new Style(Color.Green), "everything is in; not signed off"),
        ViewState.Published => (new Style(Color.Blue, decoration: Decoration.Bold), "edition 1 is published"),
        ViewState.Restated => (new Style(Color.Fuchsia, decoration: Decoration.Bold), "a later edition restates what was published"),
        _ => (Style.Plain, "this program does not know that state"),
    };
}
