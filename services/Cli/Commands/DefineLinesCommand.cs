using System.CommandLine;
using Iij.Reporting.V1;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>A new version of the lines model, in two steps by two people.</summary>
internal static class DefineLinesCommand
{
    private const string Header = "line,definition";

    private static readonly Argument<string> _file = new("FILE")
    {
        Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => "", HelpName = "FILE",
        Description = "The whole model, a CSV file with the header line,definition.",
    };

    private static readonly Option<bool> _approve = new("--approve") { Description = "Approve the version that another person prepared." };
    private static readonly Option<bool> _return = new("--return") { Description = "Return the prepared version; needs --reason." };
    private static readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; of a new version, and with --return." };
    private static readonly Option<string?> _digest = new("--digest")
    {
        HelpName = "DIGEST", Description = "Approve only the preparation with this digest (default: that of the one shown).",
    };

    private static readonly Option<string?> _period = new("--period")
    {
        HelpName = "PERIOD", Description = "Show what the version changes in this period, beside its definitions.",
    };

    private static readonly Option<bool> _all = new("--all") { Description = "List every difference and every cause." };

    /// <summary>iij define-lines.</summary>
    public static CliCommand Create() => new CliCommand("define-lines",
        "Define a new version of the lines model in two steps: one person prepares it with a reason, another approves it; editions keep their version.",
        "iij define-lines lines.csv --reason \"a new product line\" --period FY2012-9M --actor carol",
        "iij define-lines --approve --period FY2012-9M --actor erin", "iij define-lines --return --reason \"the sign is wrong\" --actor erin")
    {
        Note = "Nothing changes until the approval. Both steps show the definitions that differ; with --period the figures too.",
        Arguments = { _file }, Options = { _approve, _return, _reason, _digest, _period, _all },
    }.Writes(async session =>
    {
        var rows = Check(session);
        var reporting = await session.ReportingAsync();
        await (rows is not null ? PrepareAsync(session, reporting, rows)
            : session.Get(_approve) ? ApproveAsync(session, reporting) : ReturnAsync(session, reporting));
    });

    // The rows of the file; null where a version is approved or returned.
    private static IReadOnlyList<Line>? Check(Session session)
    {
        var (file, approve, back) = (session.Get(_file), session.Get(_approve), session.Get(_return));
        if (new[] { !string.IsNullOrEmpty(file), approve, back }.Count(given => given) != 1)
            throw new UsageException("a version is prepared, approved or returned: give FILE, --approve or --return");
        if (approve == !string.IsNullOrWhiteSpace(session.Get(_reason)))
            throw new UsageException(approve ? "--reason is given where a version is prepared or returned: leave it out" : "say why: give --reason TEXT");
        if (session.Has(_digest) && !approve)
            throw new UsageException("--digest goes with --approve");
        return approve || back ? null : Read(file!);
    }

    private static List<Line> Read(string file)
    {
        if (!File.Exists(file))
            throw new UsageException($"there is no file {file}; iij lines --json shows the present model");
        var rows = File.ReadAllLines(file).Where(row => row.Length > 0).ToList();
        if (rows.Count == 0 || rows[0] != Header)
            throw new UsageException($"{file}: the first line is not \"{Header}\"");
        return rows.Skip(1).Select((row, at) => row.Split(',', 2) is [var name, var definition]
            ? new Line { Name = name, Definition = definition }
            : throw new UsageException($"{file}, line {at + 2}: \"{row}\" is not LINE,DEFINITION")).ToList();
    }

    private static async Task PrepareAsync(Session session, ReportingService.ReportingServiceClient reporting, IReadOnlyList<Line> rows)
    {
        var reason = session.Get(_reason);
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) =>
            reporting.DefineLinesAsync(new() { RequestId = id, Lines = { rows }, Reason = reason }, options));
        var shown = session.Output.Json ? [] : await ShowAsync(session, reporting, answer.Version);
        session.Output.Answer(answer, () =>
        [
            .. shown, Shown.Line($"next: a person other than {answer.Model.PreparedBy} decides:"),
            Shown.Line($"  approve it:  iij define-lines --approve --digest {answer.Model.Digest}"),
            Shown.Line("  return it:   iij define-lines --return --reason …"),
        ]);
    }

    private static async Task ApproveAsync(Session session, ReportingService.ReportingServiceClient reporting)
    {
        var version = await WaitingAsync(session, reporting);
        var known = (await reporting.ListLinesAsync(new() { Version = version }, session.Reading)).Model;
        var shown = session.Output.Json ? [] : await ShowAsync(session, reporting, version);
        var request = new ApproveLinesRequest { Version = version, Digest = session.Get(_digest) ?? known.Digest };
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) =>
            reporting.ApproveLinesAsync(new(request) { RequestId = id }, options));
        session.Output.Answer(answer, () =>
            [.. shown, Shown.Line($"lines version {version} is the model with knowledge {answer.Knowledge}, approved by {answer.Model.ApprovedBy}")]);
    }

    private static async Task ReturnAsync(Session session, ReportingService.ReportingServiceClient reporting)
    {
        var request = new ReturnLinesRequest { Version = await WaitingAsync(session, reporting), Reason = session.Get(_reason) };
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) =>
            reporting.ReturnLinesAsync(new(request) { RequestId = id }, options));
        session.Output.Answer(answer, () =>
            [Shown.Line($"lines version {request.Version} is returned to {answer.Model.PreparedBy}; it will not be the model")]);
    }

    // The one that waits, if any, is the next; where none does, the service says so.
    private static async Task<int> WaitingAsync(Session session, ReportingService.ReportingServiceClient reporting) =>
        (await reporting.ListLinesAsync(new(), session.Reading)).Version + 1;

    private static async Task<IReadOnlyList<IRenderable>> ShowAsync(Session session, ReportingService.ReportingServiceClient reporting, int version)
    {
        var now = (await reporting.ListLinesAsync(new(), session.Reading)).Lines.ToDictionary(line => line.Name, line => line.Definition);
        var then = await reporting.ListLinesAsync(new() { Version = version }, session.Reading);
        var table = Shown.Table("line", "definition now", $"in version {version}");
        foreach (var line in then.Lines.Where(line => now.GetValueOrDefault(line.Name) != line.Definition))
            table.Row(line.Name, now.GetValueOrDefault(line.Name, ""), line.Definition);
        foreach (var (name, definition) in now.Where(line => then.Lines.All(other => other.Name != line.Key)))
            table.Row(name, definition, "");
        var head = Shown.Line($"lines version {version}, prepared by {then.Model.PreparedBy}: {then.Model.Reason}");
        if (session.Get(_period) is not { } period)
            return [head, table];
        var preview = (await reporting.GetLinesPreviewAsync(new() { Version = version, Period = period }, session.Reading)).Preview;
        return [head, table, .. EditionTexts.Preview(preview, session.Get(_all), $"figures of {period} differ from the live view")];
    }
}
