using Iij.Cli.Commands;
using Iij.Closing.V1;
using Iij.Reporting.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Watching;

/// <summary>How a change looks: the time, what it is about, and old → new of every part that is other than before.</summary>
internal static class Differences
{
    private static readonly Style _new = new(decoration: Decoration.Bold);

    /// <summary>The differences of a message as lines; what they are about stands in one column.</summary>
    public static IEnumerable<IRenderable> Lines(IReadOnlyList<Difference> differences, DateTimeOffset at)
    {
        var width = differences.Count == 0 ? 0 : differences.Max(one => About(one).Length);
        return differences.Select(one => Line(one, $"{at:HH:mm:ss}  {About(one).PadRight(width)}  "));
    }

    private static Paragraph Line(Difference one, string head)
    {
        var line = Shown.Part(new Paragraph(), head);
        var (before, after) = (Parts(one.Before), Parts(one.After));
        var other = after.Where(part => before.GetValueOrDefault(part.Key) != part.Value).ToList();
        if (one.After is null)
            Shown.Part(line, $"{before.GetValueOrDefault("")} is gone", Figures.Faint);
        else if (other.Count == 0)
            Shown.Part(line, "the same as shown; its exact value, or what it lacks, is another", Figures.Faint);
        var gap = "";
        foreach (var (name, text) in other)
        {
            Shown.Part(line, $"{gap}{name}{(name.Length == 0 ? "" : " ")}");
            if (before.TryGetValue(name, out var old))
                Shown.Part(line, $"{old} → ", Figures.Faint);
            Shown.Part(line, text, _new);
            Shown.Part(line, name.Length == 0 ? UnitOf(one.After!) : "", Figures.Faint);
            gap = ", ";
        }

        return line.Append("\n");
    }

    private static string About(Difference one) => (one.After ?? one.Before) switch
    {
        { Header: { } header } => header.Period,
        { Line: { } line } => line.Line,
        { Figure: { } figure } => Figures.Asked(figure.Query),
        { Cell: { } cell } => $"{cell.Source} {Shown.Month(cell.Month)}",
        { PeriodEvent: { } happened } => $"{happened.Source} {Shown.Month(happened.Month)}",
        { Source: { } source } => source.Source,
        _ => one.Key,
    };

    // By name, the one that needs none first.
    private static Dictionary<string, string> Parts(WatchItem? item) => item switch
    {
        { Header: { } header } => new()
        {
            [""] = EnumWords.Text(header.State).ToUpperInvariant(), ["lines version"] = $"{header.LinesVersion}", ["lines"] = $"{header.Lines.Count}",
            ["edition"] = header.Edition is { } edition ? $"{edition.Number}" : "none", ["pending lines"] = $"{header.PendingLines.Count}",
            ["waiting for approval"] = header.Prepared is { } prepared ? $"edition {prepared.Number} by {prepared.PreparedBy}" : "none",
        },
        { Line: { } line } => new()
        {
            [""] = Figures.Bare(line.Amount), ["change YoY"] = Figures.Bare(line.YoyChange), ["YoY %"] = Figures.Bare(line.YoyPercent),
        },
        { Figure: { } figure } => new() { [""] = Figures.Bare(figure) },
        { Cell: { } cell } => new() { [""] = StatusCommand.Words(cell) },
        { PeriodEvent: { } happened } => new() { [""] = Words(happened) },
        { Source: { } source } => new()
        {
            ["last sequence"] = $"{source.LastSequence}", ["gaps"] = StatusCommand.Gaps(source), ["incarnation"] = source.Incarnation,
            ["held"] = $"{source.HeldIncarnations.Count}",
        },
        _ => [],
    };

    private static string UnitOf(WatchItem item) => item switch
    {
        { Line: { } line } => $" {Figures.UnitText(line.Amount.Query.Unit)}",
        { Figure: { } figure } => $" {Figures.UnitText(figure.Query.Unit)}",
        _ => "",
    };

    private static string Words(PeriodEvent happened)
    {
        var why = happened.Reason.Length == 0 ? "" : $": {happened.Reason}";
        return $"{EnumWords.Text(happened.Transition)} by {happened.Actor}{why} (revision {happened.Revision}, sequence {happened.Sequence})";
    }
}
