using System.CommandLine;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>One figure, and how it comes about.</summary>
internal static partial class FigureCommands
{
    private static readonly Argument<string> _line = Line();
    private static readonly Argument<string> _period = Shared.Period();
    /// <summary>What is asked of the line and the period.</summary>
    public static Option<Kind?> KindOption { get; } = Shared.Choice<Kind>("--kind", "The kind of figure (default: amount)");
    private static readonly Option<string?> _since = new("--since")
    {
        HelpName = "PERIOD", Description = "The period that a stock is compared with (kind change-since).",
    };

    /// <summary>The unit of the value.</summary>
    public static Option<Unit?> UnitOption { get; } =
        Shared.Choice<Unit>("--unit", "The unit of the value (default: the unit of the line; jpy-million for money)");
    /// <summary>The decimals of the value.</summary>
    public static Option<int?> DecimalsOption { get; } = new("--decimals")
    {
        HelpName = "0..9", Description = "The decimals of the value (default: percent and jpy-billion 1, per share 2, else 0).",
    };

    /// <summary>iij figure.</summary>
    public static CliCommand Figure() => new CliCommand("figure", "One figure: its value, not meaningful, or missing with the missing inputs.",
        "iij figure revenue.total FY2012-9M --kind yoy-percent", "iij figure backlog.operation FY2012-Q3 --since FY2011",
        "iij figure operating_income FY2012 --kind target-amount --unit jpy-billion --decimals 1",
        "iij figure revenue.total FY2012-9M --latest")
    {
        _line, _period, KindOption, _since, UnitOption, DecimalsOption, Shared.AsOf, Shared.Latest,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var query = await QueryAsync(session, reporting);
        var request = new ListFiguresRequest { Queries = { query }, AsOf = session.Get(Shared.AsOf), Latest = session.Get(Shared.Latest) };
        var answer = await reporting.ListFiguresAsync(request, session.Reading);
        session.Output.Answer(answer, () => Show(answer));
    });

    /// <summary>iij lineage.</summary>
    public static CliCommand Lineage() => new CliCommand("lineage",
        "The lineage of a figure, down to the event, revision, source, incarnation and sequence number of each fact.",
        "iij lineage revenue.total FY2012-Q3", "iij lineage gross_margin.network FY2012-H1 --kind margin-percent",
        "iij lineage cost.atm FY2012-9M --edition 1")
    {
        _line, _period, KindOption, _since, UnitOption, DecimalsOption, Shared.AsOf, Shared.Edition, Shared.Latest,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var query = await QueryAsync(session, reporting);
        var (edition, latest) = Shared.Published(session);
        var request = new GetLineageRequest { Query = query, AsOf = session.Get(Shared.AsOf), Edition = edition, Latest = latest };
        var answer = await reporting.GetLineageAsync(request, session.Reading);
        session.Output.Answer(answer, () => Show(answer));
    });

    /// <summary>The line.</summary>
    public static Argument<string> Line()
    {
        var line = new Argument<string>("LINE")
        {
            HelpName = "LINE", Description = "A consolidated line (iij lines), a source's measure, or an amount per share.",
        };
        line.CompletionSources.Add(Completions.InTurn(line, Completions.Lines));
        return line;
    }

    private static async Task<FigureQuery> QueryAsync(Session session, ReportingService.ReportingServiceClient reporting)
    {
        var (since, kind) = (session.Get(_since), session.Get(KindOption));
        if (since is not null && kind is not (null or Kind.ChangeSince))
            throw new UsageException("--since goes with --kind change-since, or with none");
        if (since is null && kind == Kind.ChangeSince)
            throw new UsageException("--kind change-since compares with a period: give --since PERIOD");
        var asked = kind ?? (since is null ? Kind.Amount : Kind.ChangeSince);
        var query = await QueryAsync(session, reporting, session.Get(_line), session.Get(_period), asked, session.Get(UnitOption));
        query.Since = since ?? "";
        query.Decimals = session.Get(DecimalsOption) ?? query.Decimals;
        return query;
    }

    /// <summary>A figure in the unit that its line has and the decimals that this unit has, where no other is given.</summary>
    public static async Task<FigureQuery> QueryAsync(
        Session session, ReportingService.ReportingServiceClient reporting, string line, string period, Kind kind, Unit? given = null)
    {
        var unit = given ?? (IsPercent(kind) ? Unit.Percent : await UnitOfAsync(line, reporting, session));
        return new FigureQuery { Line = line, Period = period, Kind = kind, Unit = unit, Decimals = Decimals(unit) };
    }

    /// <summary>Whether a kind of figure is a percentage.</summary>
    public static bool IsPercent(Kind kind) => EnumWords.Word(kind).Contains("percent", StringComparison.Ordinal);

    /// <summary>Whether a line is an amount per share.</summary>
    public static bool IsPerShare(string line) =>
        line.StartsWith("dividend.", StringComparison.Ordinal) || line.StartsWith("net_income_per_share", StringComparison.Ordinal);

    /// <summary>The decimals that a unit has where no others are given.</summary>
    public static int Decimals(Unit unit) => unit switch { Unit.Percent or Unit.JpyBillion => 1, Unit.JpyPerShare => 2, _ => 0 };

    // Of a line that nobody knows, money: the service then says that it is unknown.
    private static async Task<Unit> UnitOfAsync(string line, ReportingService.ReportingServiceClient reporting, Session session)
    {
        if (IsPerShare(line))
            return Unit.JpyPerShare;
        var unit = MeasureCatalog.Find(line)?.Unit
            ?? (await reporting.ListLinesAsync(new(), session.Reading)).Lines.FirstOrDefault(known => known.Name == line)?.Unit;
        return unit is null or Unit.Jpy ? Unit.JpyMillion : unit.Value;
    }

    private static IEnumerable<IRenderable> Show(ListFiguresResponse answer)
    {
        foreach (var figure in answer.Figures)
        {
            yield return Shown.Line($"{Figures.Asked(figure.Query)}: ", Style.Plain, Figures.Text(figure));
            if (figure.Exact.Length > 0)
                yield return Shown.Line($"exact {figure.Exact}", Figures.Faint);
        }

        var editions = answer.Figures.Where(figure => figure.Edition > 0).Select(figure => $"edition {figure.Edition}, ");
        yield return Shown.Line($"{string.Concat(editions)}knowledge {answer.Knowledge}, digest {answer.Digest}", Figures.Faint);
    }

    private static IEnumerable<IRenderable> Show(GetLineageResponse answer)
    {
        yield return Shown.Line($"{Figures.Asked(answer.Figure.Query)}: ", Style.Plain, Figures.Text(answer.Figure));
        var tree = new Tree(Label(answer.Root));
        Grow(tree, answer.Root);
        yield return tree;
        var edition = answer.Figure.Edition > 0 ? $"edition {answer.Figure.Edition}, " : "";
        yield return Shown.Line($"{edition}knowledge {answer.Knowledge}, lines version {answer.LinesVersion}", Figures.Faint);
    }

    private static void Grow(IHasTreeNodes branch, LineageNode node)
    {
        foreach (var child in node.Children)
            Grow(branch.AddNode(Label(child)), child);
    }

    private static Paragraph Label(LineageNode node)
    {
        var label = Shown.Part(new Paragraph(), node.Name);
        if (node.Exact.Length > 0)
            Shown.Part(label, $" = {node.Exact}", new Style(Color.Green));
        if (node.Problem.Length > 0)
            Shown.Part(label, $" {node.Problem}", new Style(Color.Yellow));
        if (node.Definition.Length > 0)
            Shown.Part(label, $" ({node.Definition})", Figures.Faint);
        if (node.Fact is { } fact)
            Shown.Part(label, $" ← {Words(fact)}", new Style(Color.Blue));
        return label;
    }

    private static string Words(FactReference fact)
    {
        var of = string.Concat(new[] { fact.Subject, fact.Date }.Where(part => part.Length > 0).Select(part => $"of {part}, "));
        return $"{of}{fact.Source} {Shown.Month(fact.Month)} revision {fact.Revision}, sequence {fact.Sequence}, event {fact.EventId}, "
            + $"incarnation {fact.Incarnation}, knowledge {fact.Knowledge}";
    }
}
