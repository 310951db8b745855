using Google.Protobuf;
using Iij.Cli.Exporting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli;

/// <summary>The output of a command: the answer on standard output, messages on standard error.</summary>
/// <param name="json">Whether the answer is printed as proto3 JSON and nothing else.</param>
/// <param name="export">Where its tables are written instead; null: nowhere.</param>
internal sealed class Output(bool json, Export? export = null)
{
    private const int UnboundedWidth = 10_000;
    private static readonly bool _plain =
        Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };

    private readonly List<IRenderable> _exported = [];

    /// <summary>Whether the answer is printed as JSON.</summary>
    public bool Json => json;

    /// <summary>Whether the tables of the answer are exported.</summary>
    public bool IsExporting => export is not null;

    /// <summary>Prints an answer: its JSON where asked, else what shows it to a person.</summary>
    public void Answer(IMessage response, Func<IEnumerable<IRenderable>> shown)
    {
        if (json)
            Console.Out.WriteLine(JsonFormatter.Default.Format(response));
        else
            Show(shown());
    }

    /// <summary>Writes the tables of what was answered, where that is wanted.</summary>
    public async Task ExportAsync(CancellationToken cancel)
    {
        if (export is not null)
            await export.WriteAsync(Sheet.Of(_exported), cancel);
    }

    /// <summary>Prints several answers as one JSON object, each under its name, or what shows them to a person.</summary>
    public void Answers(IReadOnlyList<(string Name, IMessage Response)> responses, Func<IEnumerable<IRenderable>> shown)
    {
        if (json)
            Console.Out.WriteLine($"{{ {string.Join(", ", responses.Select(one => $"\"{one.Name}\": {JsonFormatter.Default.Format(one.Response)}"))} }}");
        else
            Show(shown());
    }

    /// <summary>A line on standard error.</summary>
    public void Note(string text) => Console.Error.WriteLine($"iij: {Failure.OneLine(text)}");

    // Into a pipe as wide as it gets and without trailing blanks; colour and wrapping only where a terminal is.
    private void Show(IEnumerable<IRenderable> parts)
    {
        if (export is not null)
        {
            _exported.AddRange(parts);
            return;
        }

        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = _plain ? AnsiSupport.No : AnsiSupport.Detect, ColorSystem = _plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(Console.IsOutputRedirected ? text : Console.Out),
        });
        if (Console.IsOutputRedirected)
            (console.Profile.Width, console.Profile.Capabilities.Unicode) = (UnboundedWidth, true);
        foreach (var part in parts)
            console.Write(part);
        if (text.GetStringBuilder().Length > 0)
            Console.Out.WriteLine(string.Join('\n', text.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd())));
    }
}
