using Google.Protobuf.WellKnownTypes;
using Iij.Client;
using Iij.Contracts;
using Iij.Period.V1;
using NodaTime;
using NodaTime.Text;
using Spectre.Console;
using Spectre.Console.Rendering;
using Calendar = Iij.Contracts.Calendar;

namespace Iij.Cli;

/// <summary>How values look in a terminal.</summary>
internal static class Shown
{
    private const int TextBytesMax = 100_000;
    private static readonly ZonedDateTimePattern _time = ZonedDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss 'JST'", null);

    /// <summary>A text in one style without control sequences of terminals.</summary>
    public static Text Text(string text, Style? style = null) => new(Printable.Cut(text, TextBytesMax), style);

    /// <summary>A line of its own.</summary>
    public static IRenderable Line(string text, Style? style = null) => new Paragraph(Printable.Cut(text, TextBytesMax) + "\n", style);

    /// <summary>A line with a word in its own style in front.</summary>
    public static IRenderable Line(string word, Style style, string text) =>
        new Paragraph().Append(Printable.Cut(word, TextBytesMax), style).Append(Printable.Cut(text, TextBytesMax) + "\n");

    /// <summary>Adds a part to a paragraph.</summary>
    public static Paragraph Part(Paragraph paragraph, string text, Style? style = null) => paragraph.Append(Printable.Cut(text, TextBytesMax), style);

    /// <summary>A month: 2012-12.</summary>
    public static string Month(Month? month) => month?.ToYearMonth()?.ToIso() ?? "";

    /// <summary>A moment in Japan, to the second; empty where there is none.</summary>
    public static string Time(Timestamp? moment) =>
        moment is null ? "" : _time.Format(Instant.FromDateTimeOffset(moment.ToDateTimeOffset()).InZone(Calendar.Japan));

    /// <summary>A table; a heading that begins with ">" has its column on the right.</summary>
    public static Table Table(params string[] headings)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var heading in headings)
        {
            var column = new TableColumn(Text(heading.TrimStart('>'), Style.Plain));
            table.AddColumn(heading.StartsWith('>') ? column.RightAligned() : column);
        }

        return table;
    }

    /// <summary>A row of plain texts.</summary>
    public static Table Row(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => Text(cell)));
}
