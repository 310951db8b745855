using System.CommandLine;
using Iij.Closing.V1;
using Iij.Reporting.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>The data status: sources × months, and the events of each source.</summary>
internal static class StatusCommand
{
    private static readonly Argument<string> _period = Shared.Period(optional: true);

    /// <summary>iij status.</summary>
    public static CliCommand Create() => new CliCommand("status",
        "Sources × months: received, impacted, rejected, held or not received; below, the events of each source.",
        "iij status", "iij status FY2012-Q3", "iij status --json | jq .sources")
    {
        Note = "With --json: one object with the answers dataStatus, sources and deadLetters (open ones).",
        Arguments = { _period },
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var status = await Pages.FollowAsync(
            async token => await reporting.ListDataStatusAsync(
                new() { Period = session.Get(_period), PageSize = Pages.Size, PageToken = token }, session.Reading),
            page => page.NextPageToken, page => page.NextPageToken = "");
        var sources = await reporting.ListSourcesAsync(new(), session.Reading);
        var letters = await DeadLetterCommands.ListAsync(session, reporting, DeadLetterState.Open);
        session.Output.Answers([("dataStatus", status), ("sources", sources), ("deadLetters", letters)],
            () => [Matrix(status.Cells), Sources(sources.Sources), .. Letters(letters)]);
    });

    /// <summary>iij fill-gaps.</summary>
    public static CliCommand FillGaps() => new CliCommand("fill-gaps", "Request missing events from the sources now, before the next regular check.",
        "iij fill-gaps").Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var answer = await reporting.FillGapsAsync(new(), session.Reading);
        session.Output.Answer(answer, () => [Shown.Line($"{answer.EventsReceived} events received"), Sources(answer.Sources)]);
    });

    /// <summary>Sources × months.</summary>
    public static Table Matrix(IReadOnlyList<SourceMonth> cells)
    {
        var sources = cells.Select(cell => cell.Source).Distinct().ToList();
        var table = Shown.Table(["month", .. sources]);
        foreach (var month in cells.GroupBy(cell => Shown.Month(cell.Month)))
        {
            var bySource = month.ToDictionary(cell => cell.Source);
            table.AddRow(sources.Select(source => bySource.TryGetValue(source, out var cell) ? Cell(cell) : Shown.Text(""))
                .Prepend(Shown.Text(month.Key)));
        }

        return table;
    }

    private static Text Cell(SourceMonth cell) => Shown.Text(Words(cell), cell.Status switch
    {
        DataStatus.Received => new Style(Color.Green),
        DataStatus.NotReceived => Figures.Faint,
        DataStatus.Impacted => new Style(Color.Yellow),
        DataStatus.Rejected => new Style(Color.Red),
        _ => new Style(Color.Fuchsia),
    });

    /// <summary>The status of a source's month: "received r1, closed".</summary>
    public static string Words(SourceMonth cell)
    {
        var revision = cell.Revision == 0 ? "" : $" r{cell.Revision}";
        var waiting = (cell.WaitingRevision, cell.Status) switch
        {
            (0, _) => "",
            (var other, DataStatus.Rejected) => $", r{other} left out",
            var (other, _) => $", r{other} waits",
        };
        var state = cell.PeriodState == PeriodState.Unspecified ? "" : $", {EnumWords.Text(cell.PeriodState)}";
        return $"{EnumWords.Text(cell.Status)}{revision}{waiting}{state}";
    }

    /// <summary>The status of the events of each source.</summary>
    public static Table Sources(IEnumerable<SourceStatus> sources)
    {
        var table = Shown.Table("source", "incarnation", ">last sequence", "gaps", "held incarnations", "last asked", "error");
        foreach (var source in sources)
        {
            table.Row(source.Source, source.Incarnation, $"{source.LastSequence}", Gaps(source),
                string.Join(", ", source.HeldIncarnations), Shown.Time(source.LastAskedAt), source.LastError);
        }

        return table;
    }

    /// <summary>Which sequence numbers are missing: "none", or "3, 5–7".</summary>
    public static string Gaps(SourceStatus source) => source.Missing.Count == 0
        ? "none" : string.Join(", ", source.Missing.Select(gap => gap.First == gap.Last ? $"{gap.First}" : $"{gap.First}–{gap.Last}"));

    private static IEnumerable<IRenderable> Letters(ListDeadLettersResponse letters)
    {
        var open = letters.Letters.Count;
        yield return open == 0
            ? Shown.Line("dead letters open: 0")
            : Shown.Line($"dead letters open: {open}", new Style(Color.Red), " (iij dead-letters list --state open)");
    }
}
