using System.CommandLine;
using Google.Protobuf;
using Grpc.Core;
using Iij.Reporting.V1;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>Dead letters.</summary>
internal static class DeadLetterCommands
{
    private static readonly Argument<long> _number = new("N") { Description = "The number of the dead letter." };
    private static readonly Option<DeadLetterState?> _state = Shared.Choice<DeadLetterState>("--state", "Only those in this state.");

    /// <summary>iij dead-letters.</summary>
    public static CliCommand Create() => new("dead-letters", "Dead letters: messages that could not become facts and change nothing.",
        "iij dead-letters list --state open", "iij dead-letters show 3")
    {
        List(), Show(),
        Settling("redrive", "Pass the message to the inbox again; if it is refused again it stays open.",
            "iij dead-letters redrive 3 --reason \"the new version reads it\" --actor dave",
            (reporting, asked, options) => reporting.RedriveDeadLetterAsync(
                new() { RequestId = asked.Id, Number = asked.Number, Reason = asked.Reason }, options),
            answer => (answer.Letter, answer.Action)),
        Settling("discard", "Close the letter without effect; it stays readable.",
            "iij dead-letters discard 3 --reason \"a test message\" --actor dave",
            (reporting, asked, options) => reporting.DiscardDeadLetterAsync(
                new() { RequestId = asked.Id, Number = asked.Number, Reason = asked.Reason }, options),
            answer => (answer.Letter, answer.Action)),
    };

    /// <summary>All letters in a state; in any where it is unspecified.</summary>
    public static Task<ListDeadLettersResponse> ListAsync(
        Session session, ReportingService.ReportingServiceClient reporting, DeadLetterState state) => Pages.FollowAsync(
        async token => await reporting.ListDeadLettersAsync(new() { State = state, PageSize = Pages.Size, PageToken = token }, session.Reading),
        page => page.NextPageToken, page => page.NextPageToken = "");

    private static CliCommand List() => new CliCommand("list", "The dead letters by number.",
        "iij dead-letters list", "iij dead-letters list --state open")
    {
        _state,
    }.Reads(async session =>
    {
        var answer = await ListAsync(session, await session.ReportingAsync(), session.Get(_state) ?? DeadLetterState.Unspecified);
        session.Output.Answer(answer, () =>
        {
            var table = Shown.Table(">number", "state", "reason", "source", ">sequence", "received at", "detail");
            foreach (var letter in answer.Letters)
            {
                table.Row($"{letter.Number}", EnumWords.Text(letter.State), letter.Reason, letter.Source, $"{letter.Sequence}",
                    Shown.Time(letter.ReceivedAt), letter.Detail);
            }

            return answer.Letters.Count == 0 ? [Shown.Line("no dead letters")] : [table];
        });
    });

    private static CliCommand Show() => new CliCommand("show", "One dead letter with its message and every action on it.", "iij dead-letters show 3")
    {
        _number,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var answer = await reporting.GetDeadLetterAsync(new() { Number = session.Get(_number) }, session.Reading);
        session.Output.Answer(answer, () =>
        [
            State(answer.Letter), Shown.Line($"{answer.Letter.Reason}: {answer.Letter.Detail}"),
            Shown.Line($"source {answer.Letter.Source}, sequence {answer.Letter.Sequence}, event {answer.Letter.EventId}, "
                + $"received {Shown.Time(answer.Letter.ReceivedAt)}"),
            Shown.Line($"message: {answer.Message}"), .. answer.Actions.Select(Action),
        ]);
    });

    private static CliCommand Settling<T>(string name, string description, string example,
        Func<ReportingService.ReportingServiceClient, Asked, CallOptions, AsyncUnaryCall<T>> call,
        Func<T, (DeadLetter Letter, DeadLetterAction Action)> settled) where T : IMessage =>
        new CliCommand(name, description, example)
        {
            _number, Shared.Reason,
        }.Writes(async session =>
        {
            var reporting = await session.ReportingAsync();
            var (number, reason) = (session.Get(_number), session.Get(Shared.Reason) ?? "");
            var answer = await session.WriteAsync(Endpoints.Reporting, (id, options) => call(reporting, new Asked(id, number, reason), options));
            session.Output.Answer(answer, () => [State(settled(answer).Letter), Action(settled(answer).Action)]);
        });

    private static IRenderable State(DeadLetter letter) => Shown.Line($"dead letter {letter.Number} is {EnumWords.Text(letter.State)}");

    private static IRenderable Action(DeadLetterAction action) =>
        Shown.Line($"{action.Kind.ToLowerInvariant()} by {action.Actor} at {Shown.Time(action.ActedAt)}: {action.Reason}"
            + (action.Outcome.Length == 0 ? "" : $" ({action.Outcome})"));

    private sealed record Asked(string Id, long Number, string Reason);
}
