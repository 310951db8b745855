using System.CommandLine;
using Iij.Cli;

var parsed = CommandTree.Create().Parse(args);
// What is asked about a line that is still being written has errors of its own: those are not the caller's.
if (parsed.Errors.Count > 0 && !CommandTree.IsSuggesting(parsed))
{
    var wrong = parsed.Errors.Select(error => error.Message.ReplaceLineEndings(" "));
    await Console.Error.WriteLineAsync($"iij: {string.Join("; ", wrong)}; try iij {CommandTree.PathOf(parsed.CommandResult.Command)}--help");
    return ExitCodes.Usage;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(5),
    });
}
catch (Exception error) when (Failure.Of(error) is { } failure)
{
    await Console.Error.WriteLineAsync($"iij: {failure.Line}");
    return failure.ExitCode;
}
