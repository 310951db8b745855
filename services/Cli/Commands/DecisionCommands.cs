using System.CommandLine;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Cli.Commands;

/// <summary>The decisions of group accounting, and the incarnations of sources.</summary>
internal static class DecisionCommands
{
    private static readonly Argument<string> _period = Shared.Period(optional: true);
    private static readonly Argument<string> _source = Shared.Source();
    private static readonly Argument<YearMonth> _month = Shared.Month();
    private static readonly Argument<int> _revision = new("REVISION") { HelpName = "REVISION", Description = "The revision, as iij revisions lists it." };
    private static readonly Argument<string> _incarnation = new("INCARNATION") { Description = "The held incarnation." };
    private static readonly Option<string?> _ending = new("--incarnation")
    {
        HelpName = "INCARNATION", Description = "The incarnation that ends (default: the present one of the source).",
    };

    /// <summary>iij decisions.</summary>
    public static CliCommand Decisions() => new CliCommand("decisions", "The decisions of group accounting, newest first: who, when and why.",
        "iij decisions", "iij decisions FY2012-9M")
    {
        _period,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var answer = await Pages.FollowAsync(
            async token => await reporting.ListDecisionsAsync(
                new() { Period = session.Get(_period), PageSize = Pages.Size, PageToken = token }, session.Reading),
            page => page.NextPageToken, page => page.NextPageToken = "");
        session.Output.Answer(answer, () =>
        {
            var table = Shown.Table(">knowledge", "decided at", "actor", "decision", "of", "reason");
            foreach (var one in answer.Decisions)
                table.Row($"{one.Knowledge}", Shown.Time(one.DecidedAt), one.Actor, EnumWords.Text(one.Kind), Of(one), one.Reason);
            return answer.Decisions.Count == 0 ? [Shown.Line("no decisions")] : [table];
        });
    });

    /// <summary>iij reject.</summary>
    public static CliCommand Reject() => new CliCommand("reject",
        "Reject the latest revision of a source's month: the view leaves it out until another revision replaces it. The source shows the reason.",
        "iij reject atm 2012-12 2 --reason \"an invoice is booked twice\" --actor carol")
    {
        _source, _month, _revision, Shared.Reason,
    }.Writes(async session =>
    {
        var reporting = await session.ReportingAsync();
        var (source, month, revision) = (session.Get(_source), session.Get(_month), session.Get(_revision));
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) => reporting.RejectRevisionAsync(
            new() { RequestId = id, Source = source, Month = month.ToProto(), Revision = revision, Reason = session.Get(Shared.Reason) }, options));
        session.Output.Answer(answer, () =>
        [
            Shown.Line($"{source} {month.ToIso()} revision {revision} is rejected with knowledge {answer.Knowledge}"),
            Shown.Line($"next: {source} reopens the month, corrects and closes it; or take it back: iij accept-revision {source} {month.ToIso()} {revision}"),
        ]);
    });

    /// <summary>iij accept-revision.</summary>
    public static CliCommand AcceptRevision() => new CliCommand("accept-revision",
        "Take the rejection of a revision back: it stands again.", "iij accept-revision atm 2012-12 2 --actor carol")
    {
        _source, _month, _revision,
    }.Writes(async session =>
    {
        var reporting = await session.ReportingAsync();
        var (source, month, revision) = (session.Get(_source), session.Get(_month), session.Get(_revision));
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) => reporting.AcceptRevisionAsync(
            new() { RequestId = id, Source = source, Month = month.ToProto(), Revision = revision }, options));
        session.Output.Answer(answer, () =>
            [Shown.Line($"the rejection of {source} {month.ToIso()} revision {revision} is taken back with knowledge {answer.Knowledge}")]);
    });

    /// <summary>iij accept-incarnation.</summary>
    public static CliCommand AcceptIncarnation() => new CliCommand("accept-incarnation",
        "Accept a new incarnation of a source; its held revisions stand from then on.",
        "iij accept-incarnation atm 0b6b4c3e-3f0b-4a52-a9a0-2d6f0f0c8a11 --actor carol")
    {
        _source, _incarnation,
    }.Writes(async session =>
    {
        var reporting = await session.ReportingAsync();
        var (source, incarnation) = (session.Get(_source), session.Get(_incarnation));
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) =>
            reporting.AcceptIncarnationAsync(new() { RequestId = id, Source = source, Incarnation = incarnation }, options));
        session.Output.Answer(answer, () => [Shown.Line($"{source} incarnation {incarnation} is accepted with knowledge {answer.Knowledge}")]);
    });

    /// <summary>iij begin-incarnation.</summary>
    public static CliCommand BeginIncarnation() => new CliCommand("begin-incarnation",
        "End the incarnation of a source and begin a new one, after a restore from an older copy.",
        "iij begin-incarnation atm --reason \"restored from the copy of Monday\" --actor dave")
    {
        Note = "When repeating with a --request-id, repeat the --incarnation too: the present one has changed by then.",
        Arguments = { _source }, Options = { Shared.Reason, _ending },
    }.Writes(async session =>
    {
        var source = session.Get(_source);
        var closing = await session.ClosingAsync(source);
        var ending = session.Get(_ending) ?? (await closing.GetSourceAsync(new(), session.Reading)).Incarnation;
        session.Output.Note($"incarnation {ending} of {source} ends");
        var request = new BeginIncarnationRequest { Incarnation = ending, Reason = session.Get(Shared.Reason) };
        var answer = await session.WriteAsync(source, (id, options) =>
        {
            request.RequestId = id;
            return closing.BeginIncarnationAsync(request, options);
        });
        session.Output.Answer(answer, () =>
        [
            Shown.Line($"{source} begins incarnation {answer.Incarnation}"),
            Shown.Line($"group accounting accepts it with: iij accept-incarnation {source} {answer.Incarnation}"),
        ]);
    });

    /// <summary>What a decision is about: "FY2012-9M edition 2", or "atm 2012-12 revision 2".</summary>
    public static string Of(Decision decision) => string.Join(' ', new[]
    {
        decision.Period, decision.Source, Shown.Month(decision.Month), decision.Revision > 0 ? "" : decision.Incarnation,
        decision.Edition > 0 ? $"edition {decision.Edition}" : "",
        decision.Revision > 0 ? $"revision {decision.Revision}" : "", decision.LinesVersion > 0 ? $"version {decision.LinesVersion}" : "",
    }.Where(part => part.Length > 0));
}
