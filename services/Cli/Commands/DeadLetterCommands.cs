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
    private static readonly Option<string?> _why = new("--why") { HelpName = "REASON", Description = "Only those with this reason, such as UNDELIVERABLE." };
    private static readonly Option<string?> _of = Shared.SourceOption("Only those that name this source:");
    private static readonly Option<int> _after = Shared.Number("--after", "Only those with a greater number: goes on after an earlier call.");
    private static readonly Option<int> _max = Shared.Number("--max", "How many at most, 1000 at most (default: 100).");
    private static readonly Option<DeadLetterState?> _state = Shared.Choice<DeadLetterState>("--state", "Only those in this state.");

    /// <summary>iij dead-letters.</summary>
    public static CliCommand Create() => new("dead-letters", "Dead letters: messages that could not become facts and change nothing.",
        "iij dead-letters list --state open", "iij dead-letters show 3")
    {
        List(), Show(), Counts(),
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
        SettlingMany("redrive-all", "Pass the messages of many open letters to the inbox again, in order; what is refused again stays open.",
            "iij dead-letters redrive-all --why UNDELIVERABLE --source atm --reason \"the database is back\" --actor dave",
            (reporting, asked, options) => reporting.RedriveDeadLettersAsync(new()
            {
                RequestId = asked.Id, Filter = asked.Filter, AfterNumber = asked.Number, LettersMax = asked.Max, Reason = asked.Reason,
            }, options), answer => (answer.Letters, answer.Left)),
        SettlingMany("discard-all", "Close many open letters without effect; they stay readable.",
            "iij dead-letters discard-all --why UNREADABLE --reason \"a load test\" --actor dave",
            (reporting, asked, options) => reporting.DiscardDeadLettersAsync(new()
            {
                RequestId = asked.Id, Filter = asked.Filter, AfterNumber = asked.Number, LettersMax = asked.Max, Reason = asked.Reason,
            }, options), answer => (answer.Letters, answer.Left)),
    };

    /// <summary>All letters in a state; in any where it is unspecified.</summary>
    public static Task<ListDeadLettersResponse> ListAsync(
        Session session, ReportingService.ReportingServiceClient reporting, DeadLetterState state, DeadLetterFilter? filter = null) => Pages.FollowAsync(
        async token => await reporting.ListDeadLettersAsync(
            new() { State = state, Filter = filter, PageSize = Pages.Size, PageToken = token }, session.Reading),
        page => page.NextPageToken, page => page.NextPageToken = "");

    private static CliCommand List() => new CliCommand("list", "The dead letters by number.",
        "iij dead-letters list --state open", "iij dead-letters list --why UNDELIVERABLE --source atm")
    {
        _state, _why, _of,
    }.Reads(async session =>
    {
        var answer = await ListAsync(session, await session.ReportingAsync(), session.Get(_state) ?? DeadLetterState.Unspecified, Filter(session));
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

    private static CliCommand Counts() => new CliCommand("counts", "How many are open, by reason and source.", "iij dead-letters counts")
    {
    }.Reads(async session =>
    {
        var answer = await (await session.ReportingAsync()).GetDeadLetterCountsAsync(new(), session.Reading);
        session.Output.Answer(answer, () =>
        {
            var table = Shown.Table("reason", "source", ">open");
            foreach (var count in answer.Counts)
                table.Row(count.Reason, count.Source, $"{count.Open}");
            return answer.Counts.Count == 0 ? [Shown.Line("no open dead letters")] : [table];
        });
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

    private static CliCommand SettlingMany<T>(string name, string description, string example,
        Func<ReportingService.ReportingServiceClient, AskedMany, CallOptions, AsyncUnaryCall<T>> call,
        Func<T, (IReadOnlyList<SettledDeadLetter> Letters, long Left)> settled) where T : IMessage =>
        new CliCommand(name, description, example)
        {
            _why, _of, _after, _max, Shared.Reason,
        }.Writes(async session =>
        {
            var reporting = await session.ReportingAsync();
            var (after, max, reason) = (session.Get(_after), session.Get(_max), session.Get(Shared.Reason) ?? "");
            var answer = await session.WriteAsync(
                Endpoints.Reporting, (id, options) => call(reporting, new AskedMany(id, Filter(session), after, max, reason), options));
            session.Output.Answer(answer, () => Show(settled(answer).Letters, settled(answer).Left));
        });

    private static IEnumerable<IRenderable> Show(IReadOnlyList<SettledDeadLetter> letters, long left)
    {
        var table = Shown.Table(">number", "state", "reason", "source", ">sequence", "outcome");
        foreach (var one in letters)
        {
            table.Row($"{one.Letter.Number}", EnumWords.Text(one.Letter.State), one.Letter.Reason, one.Letter.Source, $"{one.Letter.Sequence}",
                one.Action.Outcome);
        }

        yield return letters.Count == 0 ? Shown.Line("no open dead letters of that kind") : table;
        if (left > 0)
            yield return Shown.Line($"{left} more are open: go on with --after {letters[^1].Letter.Number}");
    }

    private static DeadLetterFilter Filter(Session session) => new() { Reason = session.Get(_why) ?? "", Source = session.Get(_of) ?? "" };

    private static IRenderable State(DeadLetter letter) => Shown.Line($"dead letter {letter.Number} is {EnumWords.Text(letter.State)}");

    private static IRenderable Action(DeadLetterAction action) =>
        Shown.Line($"{action.Kind.ToLowerInvariant()} by {action.Actor} at {Shown.Time(action.ActedAt)}: {action.Reason}"
            + (action.Outcome.Length == 0 ? "" : $" ({action.Outcome})"));

    private sealed record Asked(string Id, long Number, string Reason);

    private sealed record AskedMany(string Id, DeadLetterFilter Filter, long Number, int Max, string Reason);
}
