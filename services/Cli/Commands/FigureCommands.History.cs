using Iij.Closing.V1;
using Iij.Reporting.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>When a figure was another, and why.</summary>
internal static partial class FigureCommands
{
    /// <summary>iij history.</summary>
    public static CliCommand History() => new CliCommand("history",
        "The versions of a figure, newest first: since when, by how much it changed, and the event or decision that caused it.",
        "iij history revenue.total FY2012-Q3", "iij history gross_margin.network FY2012-H1 --kind margin-percent")
    {
        _line, _period, KindOption, _since, UnitOption, DecimalsOption,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var query = await QueryAsync(session, reporting);
        var answer = await reporting.GetFigureHistoryAsync(new() { Query = query }, session.Reading);
        session.Output.Answer(answer, () => Show(query, answer));
    });

    private static IEnumerable<IRenderable> Show(FigureQuery query, GetFigureHistoryResponse answer)
    {
        yield return Shown.Line($"{Figures.Asked(query)} in {Figures.UnitText(query.Unit)}");
        var (table, missing) = (Shown.Table(">knowledge", "known at", ">figure", ">change", "by"), new Footnotes());
        foreach (var one in answer.Versions)
        {
            table.AddRow(Shown.Text($"{one.Knowledge}"), Shown.Text(Shown.Time(one.KnownAt)), Figures.Cell(one.Figure, missing),
                Shown.Text(one.Change), Shown.Text(Cause(one)));
        }

        yield return table;
        foreach (var note in missing.Lines)
            yield return Shown.Line(note, Figures.Faint);
        yield return Shown.Line(answer.OlderLeftOut ? "older versions are left out" : "before that it was missing", Figures.Faint);
        yield return Shown.Line($"knowledge {answer.Knowledge}", Figures.Faint);
    }

    private static string Cause(FigureVersion version) => version.CauseCase switch
    {
        FigureVersion.CauseOneofCase.PeriodEvent => Words(version.PeriodEvent),
        FigureVersion.CauseOneofCase.Decision => Words(version.Decision),
        _ => $"lines version {version.LinesVersion}",
    };

    private static string Words(PeriodEvent e) =>
        $"{e.Source} {Shown.Month(e.Month)} {EnumWords.Text(e.Transition)} by {e.Actor}, revision {e.Revision}, sequence {e.Sequence}";

    private static string Words(Decision decision) =>
        $"{DecisionCommands.Of(decision)} {EnumWords.Text(decision.Kind)} by {decision.Actor}";
}
