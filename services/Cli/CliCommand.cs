using System.CommandLine;

namespace Iij.Cli;

/// <summary>A command with examples, which its help shows.</summary>
internal sealed class CliCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples => examples;

    /// <summary>A note of its help after the description; may be empty.</summary>
    public string Note { get; init; } = "";

    /// <summary>A command that reads.</summary>
    public CliCommand Reads(Func<Session, Task> run)
    {
        Options.Add(Shared.Export);
        Options.Add(Shared.Mark);
        Options.Add(Shared.Triangles);
        return Runs(async session =>
        {
            await run(session);
            await session.Output.ExportAsync(session.Stop);
        });
    }

    /// <summary>A command whose output goes on, or which writes.</summary>
    public CliCommand Runs(Func<Session, Task> run)
    {
        SetAction(async (given, cancel) =>
        {
            using var session = new Session(given, cancel);
            await run(session);
            return ExitCodes.Done;
        });
        return this;
    }

    /// <summary>A command that writes: it has a request id.</summary>
    public CliCommand Writes(Func<Session, Task> run)
    {
        Options.Add(Shared.RequestId);
        return Runs(run);
    }
}
