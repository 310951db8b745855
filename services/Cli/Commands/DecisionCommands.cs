using System.CommandLine;
using Iij.Closing.V1;
using Iij.Contracts;
using NodaTime;

namespace Iij.Cli.Commands;

/// <summary>The decisions of group accounting, and the incarnations of sources.</summary>
internal static class DecisionCommands
{
    private static readonly Argument<string> _period = Shared.Period();
    private static readonly Argument<string> _source = Shared.Source();
    private static readonly Argument<YearMonth> _month = Shared.Month();
    private static readonly Argument<int> _revision = new("REVISION") { Description = "The submitted revision." };
    private static readonly Argument<string> _incarnation = new("INCARNATION") { Description = "The held incarnation." };
    private static readonly Option<string?> _ending = new("--incarnation")
    {
        HelpName = "INCARNATION", Description = "The incarnation that ends (default: the present one of the source).",
    };

    /// <summary>iij sign-off.</summary>
    public static CliCommand SignOff() => new CliCommand("sign-off",
        "Sign a period off; a later revision of its months then takes effect only when it is accepted.", "iij sign-off FY2012-Q3 --actor carol")
    {
        _period,
    }.Writes(async session =>
    {
        var reporting = await session.ReportingAsync();
        var period = session.Get(_period);
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) =>
            reporting.SignOffPeriodAsync(new() { RequestId = id, Period = period }, options));
        session.Output.Answer(answer, () => [Shown.Line($"{period} is signed off with knowledge {answer.Knowledge}")]);
    });

    /// <summary>iij accept-revision.</summary>
    public static CliCommand AcceptRevision() => new CliCommand("accept-revision",
        "Accept a submitted revision; the published period is restated.", "iij accept-revision atm 2012-12 2 --actor carol")
    {
        _source, _month, _revision,
    }.Writes(async session =>
    {
        var reporting = await session.ReportingAsync();
        var (source, month, revision) = (session.Get(_source), session.Get(_month), session.Get(_revision));
        var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) => reporting.AcceptRevisionAsync(
            new() { RequestId = id, Source = source, Month = month.ToProto(), Revision = revision }, options));
        session.Output.Answer(answer, () => [Shown.Line($"{source} {month.ToIso()} revision {revision} is accepted with knowledge {answer.Knowledge}")]);
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
}
