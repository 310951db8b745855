using System.CommandLine;
using System.CommandLine.Parsing;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Period.V1;
using NodaTime;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>The transitions of a source's month.</summary>
internal static class TransitionCommands
{
    private static readonly Argument<string> _source = Shared.Source();
    private static readonly Argument<YearMonth> _month = Shared.Month();

    private static readonly Option<Waiver[]> _waive = new("--waive")
    {
        HelpName = "MEASURE=REASON", Description = "Close without a required measure that the month does not state, with the reason; repeatable.",
        CustomParser = result => [.. result.Tokens.Select(token => Waived(token.Value, result)).OfType<Waiver>()],
    };

    /// <summary>iij prepare.</summary>
    public static CliCommand Prepare() => Transition("prepare",
        "Soft close: run the validations; from then on the month takes no entries.", "iij prepare atm 2012-12 --actor alice",
        (closing, asked, options) => closing.PreparePeriodAsync(new() { RequestId = asked.Id, Month = asked.Month }, options),
        (answer, source) => [State(source, answer.Period), .. PeriodCommands.Statement(answer.TrialStatement), .. PeriodCommands.Findings(answer.Findings)]);

    /// <summary>iij return.</summary>
    public static CliCommand Return() => WithReason("return", "Return a prepared month to open.",
        "iij return atm 2012-12 --reason \"an invoice is late\" --actor alice",
        (closing, asked, options) => closing.ReturnPeriodAsync(new() { RequestId = asked.Id, Month = asked.Month, Reason = asked.Reason }, options),
        (answer, source) => [State(source, answer.Period)]);

    /// <summary>iij close.</summary>
    public static CliCommand Close()
    {
        var command = Transition("close",
            "Hard close by another person than the preparer: the statement becomes the next revision and is published.",
            "iij close cloud 2012-12 --waive cloud.partners=\"the count is late\" --actor bob",
            (closing, asked, options) => closing.ClosePeriodAsync(
                new() { RequestId = asked.Id, Month = asked.Month, Waivers = { asked.Waivers } }, options),
            (answer, source) =>
            [
                State(source, answer.Period), Shown.Line($"event {answer.Sequence}, digest {answer.Statement.Digest}"),
                .. Months("new revisions of later months", answer.RolledForward), .. Months("returned to open", answer.Returned),
            ]);
        command.Options.Add(_waive);
        return command;
    }

    /// <summary>iij reopen.</summary>
    public static CliCommand Reopen() => WithReason("reopen", "Open a closed month again; later closed months become impacted.",
        "iij reopen atm 2012-12 --reason \"late invoice\" --actor bob",
        (closing, asked, options) => closing.ReopenPeriodAsync(new() { RequestId = asked.Id, Month = asked.Month, Reason = asked.Reason }, options),
        (answer, source) => [State(source, answer.Period), .. Months("impacted", answer.Impacted), .. Months("returned to open", answer.Returned)]);

    /// <summary>iij lock.</summary>
    public static CliCommand Lock() => Transition("lock", "Lock a closed month that the group has published.", "iij lock atm 2012-12 --actor carol",
        (closing, asked, options) => closing.LockPeriodAsync(new() { RequestId = asked.Id, Month = asked.Month }, options),
        (answer, source) => [State(source, answer.Period)]);

    /// <summary>iij unlock.</summary>
    public static CliCommand Unlock() => WithReason("unlock", "Takes the lock away.", "iij unlock atm 2012-12 --reason restatement --actor carol",
        (closing, asked, options) => closing.UnlockPeriodAsync(new() { RequestId = asked.Id, Month = asked.Month, Reason = asked.Reason }, options),
        (answer, source) => [State(source, answer.Period)]);

    private static CliCommand WithReason<T>(string name, string description, string example,
        Func<ClosingService.ClosingServiceClient, Asked, CallOptions, AsyncUnaryCall<T>> call, Func<T, string, IEnumerable<IRenderable>> shown)
        where T : IMessage
    {
        var command = Transition(name, description, example, call, shown);
        command.Options.Add(Shared.Reason);
        return command;
    }

    private static CliCommand Transition<T>(string name, string description, string example,
        Func<ClosingService.ClosingServiceClient, Asked, CallOptions, AsyncUnaryCall<T>> call, Func<T, string, IEnumerable<IRenderable>> shown)
        where T : IMessage =>
        new CliCommand(name, description, example)
        {
            _source, _month,
        }.Writes(async session =>
        {
            var (source, month) = (session.Get(_source), session.Get(_month).ToProto());
            var closing = await session.ClosingAsync(source);
            var answer = await session.WriteAsync(source, (id, options) =>
                call(closing, new Asked(id, month, session.Get(Shared.Reason) ?? "", session.Get(_waive) ?? []), options));
            session.Output.Answer(answer, () => shown(answer, source));
        });

    private static IRenderable State(string source, PeriodStatus period)
    {
        var prepared = period.PreparedBy.Length == 0 ? "" : $" by {period.PreparedBy}";
        return Shown.Line($"{source} {Shown.Month(period.Month)} is {EnumWords.Text(period.State)}{prepared}, revision {period.Revision}"
            + (period.Impacted ? ", impacted" : "") + (period.Editions.Count == 0 ? "" : $", locked by {string.Join(", ", period.Editions)}"));
    }

    private static IEnumerable<IRenderable> Months(string what, RepeatedField<Month> months)
    {
        if (months.Count > 0)
            yield return Shown.Line($"{what}: {string.Join(", ", months.Select(Shown.Month))}");
    }

    private static Waiver? Waived(string text, ArgumentResult result)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        if (at > 0 && at < text.Length - 1)
            return new Waiver { Measure = text[..at], Reason = text[(at + 1)..] };
        result.AddError($"--waive \"{text}\" has no measure and reason; write cloud.partners=\"the count is late\"");
        return null;
    }

    private sealed record Asked(string Id, Month Month, string Reason, IReadOnlyList<Waiver> Waivers);
}
