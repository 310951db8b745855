using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Exporting;

/// <summary>What a command shows, as rows of texts: the lines around its tables, and the tables with their headings.</summary>
/// <param name="Notes">The lines, such as the state of a view, its edition and its sequence position.</param>
/// <param name="Tables">The tables; the first row of each has the headings.</param>
internal sealed record Sheet(IReadOnlyList<string> Notes, IReadOnlyList<IReadOnlyList<IReadOnlyList<string>>> Tables)
{
    private const int UnboundedWidth = 100_000; // nothing is wrapped or cut

    /// <summary>Reads what a terminal would be shown.</summary>
    public static Sheet Of(IEnumerable<IRenderable> parts)
    {
        using var nothing = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(nothing),
        });
        console.Profile.Width = UnboundedWidth;
        var all = parts.ToList();
        return new(
            [.. all.Where(part => part is not Table).Select(part => Text(part, console)).Where(text => text.Length > 0)],
            [.. all.OfType<Table>().Select(table => Rows(table, console))]);
    }

    private static IReadOnlyList<IReadOnlyList<string>> Rows(Table table, IAnsiConsole console)
    {
        List<string> headings = [.. table.Columns.Select(column => Text(column.Header, console))];
        return [headings, .. table.Rows.Select(row => row.Select(cell => Text(cell, console)).ToList())];
    }

    private static string Text(IRenderable part, IAnsiConsole console) => string.Concat(
        part.GetSegments(console).Where(segment => !segment.IsControlCode).Select(segment => segment.IsLineBreak ? " " : segment.Text)).Trim();
}
