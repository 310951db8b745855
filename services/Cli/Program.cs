using System.CommandLine;
using Iij.Cli;

StandardOutput.Open();
var parsed = CommandTree.Create().Parse(args);
// What is asked about a line that is still being written has errors of its own: those are not the caller's.
if (parsed.Errors.Count > 0 && !CommandTree.IsSuggesting(parsed))
{
    // The last is the most particular: a word that is not a command comes after the command that is wanted.
    var wrong = parsed.Errors[^1].Message.ReplaceLineEndings(" ").TrimEnd('.');
    await Console.Error.WriteLineAsync($"iij: {wrong}; try iij {CommandTree.PathOf(parsed.CommandResult.Command)}--help");
    return ExitCodes.Usage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(5),
    });
}
catch (IOException error) when (StandardOutput.IsUnread(error))
{
    return ExitCodes.Unread;
}
catch (Exception error) when (Failure.Of(error, parsed) is { } failure)
{
    await Console.Error.WriteLineAsync($"iij: {failure.Line}");
    return failure.ExitCode;
}
