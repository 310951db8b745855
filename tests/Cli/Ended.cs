using Google.Protobuf;

namespace Iij.Tests.Cli;

/// <summary>What the program printed and how it ended.</summary>
public sealed record Ended(int ExitCode, string Output, string Errors)
{
    /// <summary>Standard output by line.</summary>
    public IReadOnlyList<string> Lines => Output.TrimEnd('\n').Split('\n');

    /// <summary>The cells of the first row that begins with a word.</summary>
    public string[] Row(string first) => Lines.Select(Cells).First(cells => cells[0] == first);

    /// <summary>The answer that --json printed, and nothing else.</summary>
    public T Answer<T>() where T : IMessage<T>, new()
    {
        Assert.True(ExitCode == 0, Errors);
        return JsonParser.Default.Parse<T>(Output);
    }

    private static string[] Cells(string line) => line.Trim().Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        is { Length: > 0 } cells ? cells : [""];
}
