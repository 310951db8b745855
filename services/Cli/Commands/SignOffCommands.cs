using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Iij.Reporting.V1;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>The sign-off of a period: prepare an edition, approve or return it, withdraw it, unlock its months.</summary>
internal static class SignOffCommands
{
    private static readonly Argument<string> _period = Shared.Period();
    private static readonly Argument<int> _number = new("EDITION") { HelpName = "EDITION", Description = "The number of the edition." };
    private static readonly Option<bool> _approve = new("--approve") { Description = "Approve the edition that another person prepared: publish it." };
    private static readonly Option<bool> _return = new("--return") { Description = "Return the prepared edition; needs --reason." };
    private static readonly Option<bool> _all = new("--all") { Description = "List every difference and every cause." };
    private static readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; of edition 2 and later, and with --return." };
    private static readonly Option<int> _edition = Shared.Number("--edition", "The prepared edition (default: the one that waits for approval).");
    private static readonly Option<string?> _digest = new("--digest")
    {
        HelpName = "DIGEST", Description = "Approve only the preparation with this digest (default: that of the one shown).",
    };

    private static readonly Option<Timestamp?> _embargo = Shared.Moment("--embargo-until",
        "Not to be made known before 2013-02-14T15:00:00 (Japan, or with an offset or Z).");

    private static readonly Option<RestatementKind?> _kind =
        Shared.Choice<RestatementKind>("--kind", "Why edition 2 or a later one differs from what was published.");

    private static readonly Option<string?> _source = Shared.SourceOption("Only at one of");

    /// <summary>iij sign-off.</summary>
    public static CliCommand SignOff() => new CliCommand("sign-off",
        "Sign a period off in two steps: one person prepares an edition, another approves it; then it is published and its months are locked.",
        "iij sign-off FY2012-9M --actor carol", "iij sign-off FY2012-9M --approve --actor erin",
        "iij sign-off FY2012-9M --return --reason \"a target is out of date\" --actor erin",
        "iij sign-off FY2012-9M --kind error --reason \"an ATM expense was missing\" --actor carol")
    {
        Note = "A person who closed one of the months does not approve. --approve shows what it publishes and sends the digest of that.",
        Arguments = { _period },
        Options = { _approve, _return, _kind, _reason, _embargo, _edition, _digest, _all },
    }.Writes(async session =>
    {
        Check(session);
        var reporting = await session.ReportingAsync();
        await (session.Get(_approve) ? ApproveAsync(session, reporting)
            : session.Get(_return) ? ReturnAsync(session, reporting) : PrepareAsync(session, reporting));
    });

    /// <summary>iij withdraw.</summary>
    public static CliCommand Withdraw() => new CliCommand("withdraw",
        "Mark a published edition as withdrawn; it stays readable and the months stay locked.",
        "iij withdraw FY2012-9M 1 --reason \"published by mistake\" --actor erin")
    {
        _period, _number, Shared.Reason,
    }.Writes(async session =>
    {
        var reporting = await session.ReportingAsync();
        var request = new WithdrawEditionRequest { Period = session.Get(_period), Number = session.Get(_number), Reason = session.Get(Shared.Reason) };
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) =>
            reporting.WithdrawEditionAsync(new(request) { RequestId = id }, options));
        session.Output.Answer(answer, () => EditionTexts.Whole(answer.Edition));
    });

    /// <summary>iij unlock-months.</summary>
    public static CliCommand UnlockMonths() => new CliCommand("unlock-months",
        "Remove the locks that editions put on the months of a period, so that a source can reopen them.",
        "iij unlock-months FY2012-9M --source atm --reason \"an expense was missing\" --actor carol")
    {
        _period, _source, Shared.Reason,
    }.Writes(async session =>
    {
        var reporting = await session.ReportingAsync();
        var request = new UnlockMonthsRequest { Period = session.Get(_period), Source = session.Get(_source) ?? "", Reason = session.Get(Shared.Reason) };
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) =>
            reporting.UnlockMonthsAsync(new(request) { RequestId = id }, options));
        var where = request.Source.Length == 0 ? "every source" : request.Source;
        session.Output.Answer(answer, () =>
        [
            Shown.Line($"the months of {request.Period} are unlocked at {where} with knowledge {answer.Knowledge}"),
            Shown.Line($"next: {where} reopens a month (iij reopen {(request.Source.Length == 0 ? "SOURCE" : request.Source)} MONTH --reason …)"),
        ]);
    });

    private static void Check(Session session)
    {
        var (approve, back) = (session.Get(_approve), session.Get(_return));
        if (approve && back)
            throw new UsageException("an edition is approved or returned: give --approve or --return");
        if (back && string.IsNullOrWhiteSpace(session.Get(_reason)))
            throw new UsageException("--return says why: give --reason TEXT");
        if ((approve || back) && (session.Has(_kind) || session.Has(_embargo) || (approve && session.Has(_reason))))
            throw new UsageException("--kind, --reason and --embargo-until are given where an edition is prepared: leave them out");
        if (session.Has(_digest) && !approve)
            throw new UsageException("--digest goes with --approve");
        if (session.Has(_edition) && !approve && !back)
            throw new UsageException("--edition goes with --approve or --return; a preparation gets the next number");
    }

    private static async Task PrepareAsync(Session session, ReportingService.ReportingServiceClient reporting)
    {
        var request = new SignOffPeriodRequest
        {
            Period = session.Get(_period), Kind = session.Get(_kind) ?? RestatementKind.Unspecified, Reason = session.Get(_reason) ?? "",
            EmbargoUntil = session.Get(_embargo),
        };
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) =>
            reporting.SignOffPeriodAsync(new(request) { RequestId = id }, options));
        session.Output.Answer(answer, () =>
            [.. EditionTexts.Whole(answer.Edition), .. EditionTexts.Preview(answer.Preview, session.Get(_all)), .. Next(answer.Edition)]);
    }

    private static async Task ApproveAsync(Session session, ReportingService.ReportingServiceClient reporting)
    {
        var shown = await reporting.GetEditionPreviewAsync(
            new() { Period = session.Get(_period), Number = await NumberAsync(session, reporting) }, session.Reading);
        if (!session.Output.Json)
            session.Output.Answer(shown, () => [.. EditionTexts.Whole(shown.Edition), .. EditionTexts.Preview(shown.Preview, session.Get(_all))]);
        var request = new ApproveEditionRequest
        {
            Period = shown.Edition.Period, Number = shown.Edition.Number, Digest = session.Get(_digest) ?? shown.Edition.Digest,
        };
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) =>
            reporting.ApproveEditionAsync(new(request) { RequestId = id }, options));
        session.Output.Answer(answer, () =>
        [
            Shown.Line($"{EditionTexts.Name(answer.Edition)} is published, approved by {answer.Edition.ApprovedBy}; its months are locked at every source"),
            Shown.Line($"a later correction: iij unlock-months {request.Period} --reason …; the source reopens and closes its month; then "
                + $"iij sign-off {request.Period} --kind … --reason …", Figures.Faint),
        ]);
    }

    private static async Task ReturnAsync(Session session, ReportingService.ReportingServiceClient reporting)
    {
        var request = new ReturnEditionRequest
        {
            Period = session.Get(_period), Number = await NumberAsync(session, reporting), Reason = session.Get(_reason),
        };
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) =>
            reporting.ReturnEditionAsync(new(request) { RequestId = id }, options));
        session.Output.Answer(answer, () =>
        [
            Shown.Line($"{EditionTexts.Name(answer.Edition)} is returned to {answer.Edition.PreparedBy}; it will not be published"),
            Shown.Line($"next: {answer.Edition.PreparedBy} or another person prepares it again: iij sign-off {request.Period}"),
        ]);
    }

    // The named one, else the one that waits, else the last one: of that the service says why it takes no decision, or repeats its answer.
    private static async Task<int> NumberAsync(Session session, ReportingService.ReportingServiceClient reporting)
    {
        if (session.Get(_edition) is > 0 and var named)
            return named;
        var known = (await EditionCommands.ListAsync(session, reporting, session.Get(_period))).Editions;
        return (known.LastOrDefault(edition => edition.State == EditionState.Prepared) ?? known.LastOrDefault())?.Number ?? 1;
    }

    private static IEnumerable<IRenderable> Next(Edition edition) =>
    [
        Shown.Line($"next: a person other than {edition.PreparedBy}, who closed none of the months, decides:"),
        Shown.Line($"  look at it:  iij preview {edition.Period} --edition {edition.Number} --all"),
        Shown.Line($"  approve it:  iij sign-off {edition.Period} --approve --digest {edition.Digest}"),
        Shown.Line($"  return it:   iij sign-off {edition.Period} --return --reason …"),
    ];
}
