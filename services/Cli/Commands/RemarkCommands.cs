using System.CommandLine;
using Iij.Reporting.V1;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>What people remark about figures, lines and periods.</summary>
internal static class RemarkCommands
{
    private static readonly Argument<string> _content = new("TEXT") { Description = "What is remarked." };
    private static readonly Option<string?> _line = Text("--line", "LINE", "The line; with --period the figure.");
    private static readonly Option<string?> _period = Text("--period", "PERIOD", "The period: 2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012.");
    private static readonly Option<long> _thread = new("--thread") { HelpName = "NUMBER", Description = "The thread that this continues." };
    private static readonly Option<bool> _resolve = new("--resolve") { Description = "Nothing is left to be done in the thread." };
    private static readonly Option<string?> _by = Text("--by", "PERSON", "With a remark of this person.");
    private static readonly Option<string?> _text = Text("--text", "TEXT", "With a remark that has this text.");
    private static readonly Option<bool> _unresolved = new("--unresolved") { Description = "Of those alone that are not resolved." };
    private static readonly Option<int> _edition = Shared.Number("--edition", "As they stood when this edition of --period was approved (default: now).");

    /// <summary>iij remarks.</summary>
    public static CliCommand Remarks() => new CliCommand("remarks", "What people remarked about figures, lines and periods, thread by thread.",
        "iij remarks --period FY2012-9M --unresolved", "iij remarks --period FY2012-9M --edition 1 --export remarks.csv")
    {
        _line, _period, _by, _text, _unresolved, _edition,
    }.Reads(async session =>
    {
        var remarking = await session.RemarkingAsync();
        var answer = await Pages.FollowAsync(async token => await remarking.ListRemarkThreadsAsync(new()
        {
            Line = session.Get(_line) ?? "", Period = session.Get(_period) ?? "", Actor = session.Get(_by) ?? "", Text = session.Get(_text) ?? "",
            Unresolved = session.Get(_unresolved), Edition = session.Get(_edition), PageSize = Pages.Size, PageToken = token,
        }, session.Reading), page => page.NextPageToken, page => page.NextPageToken = "");
        session.Output.Answer(answer, () => Show(answer));
    });

    /// <summary>iij remark.</summary>
    public static CliCommand Remark() => new CliCommand("remark", "Remark on a figure, a line or a period, or continue a thread.",
        "iij remark \"why so much?\" --line sga --period FY2012-9M --actor carol", "iij remark \"rent of the new office\" --thread 57 --resolve --actor erin")
    {
        _content, _line, _period, _thread, _resolve,
    }.Writes(async session =>
    {
        var remarking = await session.RemarkingAsync();
        var request = new AddRemarkRequest
        {
            Text = session.Get(_content), Line = session.Get(_line) ?? "", Period = session.Get(_period) ?? "", Thread = session.Get(_thread),
            Resolves = session.Get(_resolve),
        };
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) => remarking.AddRemarkAsync(new(request) { RequestId = id }, options));
        session.Output.Answer(answer, () =>
            [Shown.Line($"thread {answer.Thread}{(request.Resolves ? " is resolved" : "")} with knowledge {answer.Knowledge}")]);
    });

    private static Option<string?> Text(string name, string help, string description) => new(name) { HelpName = help, Description = description };

    private static IEnumerable<IRenderable> Show(ListRemarkThreadsResponse answer)
    {
        var table = Shown.Table(">thread", "line", "period", "state", "made at", "by", "remark");
        foreach (var thread in answer.Threads)
        {
            foreach (var one in thread.Remarks)
            {
                table.Row($"{thread.Thread}", thread.Line, thread.Period, thread.Resolved ? "resolved" : "open", Shown.Time(one.MadeAt), one.Actor,
                    one.Text);
            }
        }

        return answer.Threads.Count == 0 ? [Shown.Line("no remarks")] : [table];
    }
}
