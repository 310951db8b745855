using Iij.Cli.Commands;
using Iij.Reporting.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Watching;

/// <summary>The table of the current state, as the command for one read shows it.</summary>
internal static class Overview
{
    /// <summary>Everything that is held.</summary>
    public static IEnumerable<IRenderable> Of(WatchRequest.SubjectOneofCase subject, Subscription held) =>
    [
        .. subject switch
        {
            WatchRequest.SubjectOneofCase.View => View(held),
            WatchRequest.SubjectOneofCase.Figures => FiguresOf(held),
            WatchRequest.SubjectOneofCase.DataStatus => Status(held),
            _ => [Events(held)],
        },
        Shown.Line($"knowledge {held.Knowledge}", Figures.Faint),
    ];

    private static IEnumerable<IRenderable> View(Subscription held)
    {
        var header = held.Items.Values.First(item => item.Header is not null).Header;
        return ViewCommand.Table(new GetViewResponse
        {
            Period = header.Period, State = header.State, Lines = { header.Lines.Select(key => held.Items[key].Line) },
            Edition = header.Edition, PendingLines = { header.PendingLines },
        });
    }

    private static IEnumerable<IRenderable> Status(Subscription held) =>
    [
        StatusCommand.Matrix([.. held.Items.Values.Where(item => item.Cell is not null).Select(item => item.Cell)]),
        StatusCommand.Sources(held.Items.Values.Where(item => item.Source is not null).Select(item => item.Source)),
    ];

    private static IEnumerable<IRenderable> FiguresOf(Subscription held)
    {
        var missing = new Footnotes();
        var table = Shown.Table("figure", ">value", "unit");
        foreach (var figure in held.Items.Values.Select(item => item.Figure))
        {
            table.AddRow(Shown.Text(Figures.Asked(figure.Query)), Figures.Cell(figure, missing),
                Shown.Text(Figures.UnitText(figure.Query.Unit), Figures.Faint));
        }

        return [table, .. missing.Lines.Select(note => Shown.Line(note))];
    }

    private static Table Events(Subscription held)
    {
        var table = Shown.Table("occurred at", "source", "month", "transition", ">revision", ">sequence", "actor", "reason");
        foreach (var happened in held.Items.Values.Select(item => item.PeriodEvent))
        {
            table.Row(Shown.Time(happened.OccurredAt), happened.Source, Shown.Month(happened.Month), EnumWords.Text(happened.Transition),
                $"{happened.Revision}", $"{happened.Sequence}", happened.Actor, happened.Reason);
        }

        return table;
    }
}
