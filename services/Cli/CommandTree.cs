using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Iij.Cli.Commands;

namespace Iij.Cli;

/// <summary>All commands.</summary>
internal static class CommandTree
{
    private const string About = """
        The consolidated view, the close of every source and the state of the data, over gRPC.

        Exit codes: 0 done, 1 refused by the service, 2 a command line or a file that cannot be used, 3 no service answers.
        A write says who acts (--actor or IIJ_ACTOR) and carries a request id; repeated with the same --request-id it happens once.
        """;

    /// <summary>The root with every command.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand(About)
        {
            ViewCommand.Create(), FigureCommands.Figure(), FigureCommands.Lineage(), FigureCommands.History(), ExplainCommand.Create(),
            WhatIfCommand.Create(),
            LinesCommand.Create(), DefineLinesCommand.Create(),
            StatusCommand.Create(), WatchCommand.Create(), StatusCommand.FillGaps(), PeriodCommands.Periods(), PeriodCommands.Trial(),
            TransitionCommands.Prepare(), TransitionCommands.Return(), TransitionCommands.Close(), TransitionCommands.Reopen(),
            TransitionCommands.Lock(), TransitionCommands.Unlock(), PeriodCommands.Revisions(), PeriodCommands.Audit(), EntryCommands.Create(),
            EntryCommands.Behind(), EntryCommands.Document(),
            SignOffCommands.SignOff(), EditionCommands.Editions(), EditionCommands.Preview(), EditionCommands.Compare(), SignOffCommands.Withdraw(),
            SignOffCommands.UnlockMonths(), DecisionCommands.Reject(), DecisionCommands.AcceptRevision(), DecisionCommands.Decisions(),
            RemarkCommands.Remarks(), RemarkCommands.Remark(),
            DecisionCommands.AcceptIncarnation(), DecisionCommands.BeginIncarnation(), DeadLetterCommands.Create(), TokenCommand.Create(),
            CompletionCommand.Create(),
            Shared.EndpointsFile, Shared.Actor, Shared.Json,
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    /// <summary>A command as it is written after "iij", with a blank behind it; nothing for the root.</summary>
    public static string PathOf(Command command) =>
        command is RootCommand ? "" : $"{string.Concat(command.Parents.OfType<Command>().Select(PathOf))}{command.Name} ";

    /// <summary>Whether a shell asks for suggestions.</summary>
    public static bool IsSuggesting(ParseResult parsed) => parsed.RootCommandResult.Command is RootCommand root
        && root.Directives.OfType<SuggestDirective>().Any(directive => parsed.GetResult(directive) is not null);

    // The name of the program's file says nothing to a user who starts it by its script.
    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var configuration = parseResult.InvocationConfiguration;
            var output = configuration.Output;
            using var text = new StringWriter();
            configuration.Output = text;
            var code = help.Invoke(parseResult);
            configuration.Output = output;
            output.Write(text.ToString().Replace(RootCommand.ExecutableName, "iij", StringComparison.Ordinal));
            if (parseResult.CommandResult.Command is not CliCommand command)
                return code;
            if (command.Note.Length > 0)
                output.WriteLine($"{command.Note}\n");
            if (command.Examples.Count > 0)
                output.WriteLine($"Examples:\n{string.Join('\n', command.Examples.Select(example => "  " + example))}\n");
            return code;
        }
    }
}
