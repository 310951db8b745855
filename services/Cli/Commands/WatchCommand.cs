using System.CommandLine;
using Iij.Cli.Watching;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;

namespace Iij.Cli.Commands;

/// <summary>The current state, then every change.</summary>
internal static class WatchCommand
{
    private static readonly Argument<string> _period = Shared.Period(optional: true);
    private static readonly Option<bool> _status = new("--status") { Description = "Watch the data status of sources × months; all months without a PERIOD." };
    private static readonly Option<bool> _events = new("--events") { Description = "Watch the transitions of months; all months without a PERIOD." };
    private static readonly Option<string?> _source = Shared.SourceOption("Only of one of");
    private static readonly Option<string[]> _figures = FiguresAsked();
    private static readonly Option<string?> _token = new("--token") { HelpName = "TOKEN", Description = "Resume after the message with this token." };
    private static readonly Option<int> _changes = Shared.Number("--changes", "End after N changes (default: never).");

    /// <summary>iij watch.</summary>
    public static CliCommand Create() => new CliCommand("watch", "The current state, then every change, until Ctrl-C: a view, figures, data status or events.",
        "iij watch FY2012-9M", "iij watch FY2012-9M --latest", "iij watch --status FY2012-Q3", "iij watch --events --source atm",
        "iij watch --figure revenue.total:FY2012-9M --figure revenue.total:FY2012-9M:yoy-percent",
        "iij watch FY2012-9M --json --changes 1 | jq -r 'select(.kind == \"WATCH_KIND_CHANGE\") | .token'")
    {
        Note = """
            After a lost connection the command resumes without a gap, or reports that it starts again from a snapshot, and why. It
            compares its state with the digest of every message. With --json each message of the stream is one line; after a RESET
            (without a reason where iij itself starts again) discard the state. Ctrl-C ends the command with exit code 0.
            """,
        Arguments = { _period },
        Options = { Shared.MoneyUnit, Shared.Edition, Shared.Latest, _status, _events, _source, _figures, _token, _changes },
    }.Runs(async session => await new Watcher(session, await RequestAsync(session), session.Get(_changes)).RunAsync());

    private static async Task<WatchRequest> RequestAsync(Session session)
    {
        var (period, figures) = (session.Get(_period), session.Get(_figures) ?? []);
        var (status, events) = (session.Get(_status), session.Get(_events));
        var request = new WatchRequest { Token = session.Get(_token) ?? "" };
        if (new[] { status, events, figures.Length > 0 }.Count(asked => asked) > 1 || (figures.Length > 0 && period.Length > 0))
            throw new UsageException("one thing is watched at a time: a PERIOD's view, --status, --events or some --figure");
        if (session.Has(_source) && !events)
            throw new UsageException("--source goes with --events");
        if (session.Has(Shared.MoneyUnit) && (status || events || period.Length == 0))
            throw new UsageException("--unit goes with a PERIOD's view");
        var (edition, latest) = Shared.Published(session);
        if (edition > 0 && (status || events || period.Length == 0))
            throw new UsageException("--edition goes with a PERIOD's view");
        if (latest && (status || events))
            throw new UsageException("--latest goes with a PERIOD's view or with --figure");
        if (figures.Length > 0)
            request.Figures = new WatchedFigures { Queries = { await QueriesAsync(session, figures) }, Latest = latest };
        else if (status)
            request.DataStatus = new WatchedDataStatus { Period = period };
        else if (events)
            request.PeriodEvents = new WatchedPeriodEvents { Source = session.Get(_source) ?? "", Period = period };
        else if (period.Length > 0)
            request.View = new() { Period = period, Unit = session.Get(Shared.MoneyUnit) ?? Unit.Unspecified, Edition = edition, Latest = latest };
        else
            throw new UsageException("say what is watched: a PERIOD for its view, --status, --events or --figure LINE:PERIOD");
        return request;
    }

    private static async Task<IReadOnlyList<FigureQuery>> QueriesAsync(Session session, IEnumerable<string> figures)
    {
        var asked = figures.Select(Parts).ToList(); // all of them before a service is asked
        var reporting = await session.ReportingAsync();
        var queries = new List<FigureQuery>();
        foreach (var (line, period, kind) in asked)
            queries.Add(await FigureCommands.QueryAsync(session, reporting, line, period, kind));
        return queries;
    }

    private static (string Line, string Period, Kind Kind) Parts(string figure)
    {
        var parts = figure.Split(':');
        if (parts.Length is 2 or 3 && parts[0].Length > 0 && ReportingPeriod.Parse(parts[1]) is not null
            && (parts.Length == 2 ? Kind.Amount : EnumWords.Find<Kind>(parts[2])) is { } kind and not Kind.ChangeSince)
            return (parts[0], parts[1], kind);
        throw new UsageException($"--figure \"{figure}\" is not a figure; write revenue.total:FY2012-9M or revenue.total:FY2012-9M:yoy-percent "
            + "(kinds as of iij figure, but for change-since)");
    }

    private static Option<string[]> FiguresAsked()
    {
        var figures = new Option<string[]>("--figure") { HelpName = "LINE:PERIOD[:KIND]", Description = "Watch a figure; may be repeated." };
        figures.CompletionSources.Add(Completions.Lines);
        return figures;
    }
}
