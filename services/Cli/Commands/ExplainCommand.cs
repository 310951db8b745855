using System.CommandLine;
using Iij.Contracts;
using Iij.Reporting.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>Why a figure differs from that of another period, moment or edition, or from the target.</summary>
internal static class ExplainCommand
{
    private const string YearBefore = "year-before";
    private const string QuarterBefore = "quarter-before";
    private const string Target = "target";

    private static readonly Argument<string> _line = FigureCommands.Line();
    private static readonly Argument<string> _period = Shared.Period();
    private static readonly Option<string?> _against = new("--against")
    {
        HelpName = "PERIOD|year-before|quarter-before|target",
        Description = "What the figure is compared with (default: the year before; with --against-as-of or --against-edition the same period).",
    };

    private static readonly Option<AsOf?> _againstAsOf = Shared.AsOfOption("--against-as-of", "The other side at that sequence position or time.");
    private static readonly Option<int> _againstEdition = Shared.Number("--against-edition", "The other side from that edition of its period.");
    private static readonly Option<bool> _againstLatest = new("--against-latest") { Description = "The other side from the live view." };
    private static readonly Option<string?> _path = new("--path")
    {
        HelpName = "PATH", Description = "The driver to begin at, as the tree shows it (default: the whole difference).",
    };

    private static readonly Option<bool> _entries = new("--entries")
    {
        Description = "Ask the source for the entries behind the driver that --path names, by subject.",
    };

    private static readonly Option<int> _leaves = Shared.Number("--leaves", "How many leaves are shown at most, 1000 at most (default: 60).");

    /// <summary>iij explain.</summary>
    public static CliCommand Create() => new CliCommand("explain",
        "Why a figure differs: a tree of lines, measures, months and facts whose contributions add exactly to the difference.",
        "iij explain revenue.total FY2012-9M", "iij explain gross_margin.network FY2012-Q3 --kind margin-percent --against quarter-before",
        "iij explain operating_income FY2012 --against target", "iij explain revenue.total FY2012-9M --latest --against-edition 1")
    {
        _line, _period, FigureCommands.KindOption, FigureCommands.UnitOption, FigureCommands.DecimalsOption, _against, _againstAsOf, _againstEdition,
        _againstLatest, Shared.AsOf, Shared.Edition, Shared.Latest, _path, _entries, _leaves,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var request = await RequestAsync(session, reporting);
        var answer = await reporting.ExplainDifferenceAsync(request, session.Reading);
        session.Output.Answer(answer, () => session.Output.IsExporting ? Exported(answer) : Show(answer));
    });

    private static async Task<ExplainDifferenceRequest> RequestAsync(Session session, ReportingService.ReportingServiceClient reporting)
    {
        var (kind, (edition, latest)) = (session.Get(FigureCommands.KindOption) ?? Kind.Amount, Shared.Published(session));
        var query = await FigureCommands.QueryAsync(
            session, reporting, session.Get(_line), session.Get(_period), kind, session.Get(FigureCommands.UnitOption));
        return new ExplainDifferenceRequest
        {
            Line = query.Line, Unit = query.Unit, Decimals = session.Get(FigureCommands.DecimalsOption) ?? query.Decimals,
            Figure = new FigureSide { Period = query.Period, Kind = kind, AsOf = session.Get(Shared.AsOf), Edition = edition, Latest = latest },
            Against = Against(session, query), Path = session.Get(_path) ?? "", LeavesMax = session.Get(_leaves),
            PageSize = session.Get(_leaves), WithEntries = session.Get(_entries),
        };
    }

    private static FigureSide Against(Session session, FigureQuery query)
    {
        var (asOf, edition, latest) = (session.Get(_againstAsOf), session.Get(_againstEdition), session.Get(_againstLatest));
        if (edition > 0 && latest)
            throw new UsageException("--against-edition names an edition, --against-latest the live view: give one of them");
        var word = session.Get(_against) ?? (asOf is null && edition == 0 && !latest ? YearBefore : query.Period);
        var side = new FigureSide { AsOf = asOf, Edition = edition, Latest = latest };
        if (word == Target)
        {
            side.Kind = TargetOf(query.Kind);
            return side;
        }

        side.Period = word is YearBefore or QuarterBefore ? Before(query.Period, word) : word;
        return side;
    }

    // A period that cannot be read is refused by the service, which says how one is written.
    private static string Before(string notation, string word)
    {
        if (ReportingPeriod.Parse(notation) is not { } period)
            return notation;
        return word == YearBefore
            ? period.YearBefore.Notation
            : period.QuarterBefore?.Notation ?? throw new UsageException($"--against {QuarterBefore}: {notation} is not a quarter");
    }

    private static Kind TargetOf(Kind kind) => kind switch
    {
        Kind.Amount => Kind.TargetAmount,
        Kind.YoyChange => Kind.TargetYoyChange,
        Kind.YoyPercent => Kind.TargetYoyPercent,
        Kind.PercentOfRevenue => Kind.TargetPercentOfRevenue,
        _ => throw new UsageException($"--against target: there is no target of kind {EnumWords.Word(kind)}; targets are of amount, yoy-change, "
            + "yoy-percent and percent-of-revenue"),
    };

    private static IEnumerable<IRenderable> Show(ExplainDifferenceResponse answer)
    {
        yield return Shown.Line($"{Side(answer.Figure)}: ", Style.Plain, Figures.Text(answer.Figure));
        yield return Shown.Line($"against {Side(answer.Against)}: ", Style.Plain, Figures.Text(answer.Against));
        if (answer.Root is null)
        {
            yield return Shown.Line("there is no difference to explain: a figure has no value", new Style(Color.Yellow));
            yield break;
        }

        if (answer.Sentence is not null)
            yield return Shown.Line(answer.Sentence.English);
        var tree = new Tree(Label(answer.Root, answer.Figure.Query));
        Grow(tree, answer.Root, answer.Figure.Query);
        yield return tree;
        yield return Shown.Line($"knowledge {answer.Knowledge} against {answer.AgainstKnowledge}, lines version {answer.LinesVersion} "
            + $"against {answer.AgainstLinesVersion}", Figures.Faint);
        yield return Shown.Line(Hint(answer.Root), Figures.Faint);
    }

    // A month of a flow has entries; its path is the way to it from the top.
    private static string Hint(Driver root) => Everything(root).FirstOrDefault(driver => driver is { HasEntries: true, Path.Length: > 0 }) is { } some
        ? $"the entries behind a month: --path '{some.Path}' --entries; more drivers: --leaves N"
        : "more drivers: --leaves N, or --path with the way to one from the top";

    private static IEnumerable<Driver> Everything(Driver driver) => driver.Children.SelectMany(Everything).Prepend(driver);

    private static string Signed(string amount) => amount.StartsWith('-') ? amount : $"+{amount}";

    // The tree as rows: a table can be sorted and added up, and says how deep a driver lies.
    private static IEnumerable<IRenderable> Exported(ExplainDifferenceResponse answer)
    {
        yield return Shown.Line($"{Side(answer.Figure)}: {Figures.Text(answer.Figure)}");
        yield return Shown.Line($"against {Side(answer.Against)}: {Figures.Text(answer.Against)}");
        yield return Shown.Line($"knowledge {answer.Knowledge} against {answer.AgainstKnowledge}");
        var unit = Figures.UnitText(answer.Figure.Query.Unit);
        var table = Shown.Table(">level", "driver", "against", $">contribution, {unit}", ">exact", "cause", ">value", ">value against", "path");
        if (answer.Root is not null)
            AddRows(table, answer.Root, 0);
        yield return table;
    }

    private static void AddRows(Table table, Driver driver, int level)
    {
        var name = driver.Cause == DriverCause.Others ? $"others ({driver.ChildrenCount})" : Operand(driver) + driver.Name;
        table.Row($"{level}", name, driver.AgainstName, driver.Contribution, driver.Exact,
            driver.Cause == DriverCause.Unspecified ? "" : EnumWords.Text(driver.Cause), driver.Value, driver.AgainstValue, driver.Path);
        foreach (var child in driver.Children)
            AddRows(table, child, level + 1);
    }

    private static string Side(Figure figure) => Figures.Asked(figure.Query) + (figure.Edition > 0 ? $" (edition {figure.Edition})" : "");

    private static void Grow(IHasTreeNodes branch, Driver driver, FigureQuery query)
    {
        foreach (var child in driver.Children)
            Grow(branch.AddNode(Label(child, query)), child, query);
    }

    private static Paragraph Label(Driver driver, FigureQuery query)
    {
        var label = Shown.Part(new Paragraph(), $"{Signed(driver.Contribution)} ", new Style(Color.Green));
        Shown.Part(label, driver.Cause == DriverCause.Others ? $"others ({driver.ChildrenCount})" : Operand(driver) + driver.Name);
        if (driver.Cause is not (DriverCause.Unspecified or DriverCause.Others or DriverCause.Rounding or DriverCause.Entries))
            Shown.Part(label, $" [{EnumWords.Text(driver.Cause)}]", new Style(Color.Yellow));
        if (driver.Value.Length + driver.AgainstValue.Length > 0)
            Shown.Part(label, $" {Or(driver.Value)} against {Or(driver.AgainstValue)}", Figures.Faint);
        if (driver.Cause is DriverCause.Revision or DriverCause.Incarnation or DriverCause.Register)
            Shown.Part(label, $" ← {Words(driver.Fact)} against {Words(driver.AgainstFact)}", new Style(Color.Blue));
        if (driver.Children.Count == 0 && driver.ChildrenCount > 0)
            Shown.Part(label, $" … --path '{driver.Path}'", Figures.Faint);
        return label;
    }

    // Of a ratio both parts have names of lines: which is which.
    private static string Operand(Driver driver) =>
        driver.Path.Split('/')[^1] is "numerator" or "denominator" ? $"{driver.Path.Split('/')[^1]} " : "";

    private static string Or(string value) => value.Length > 0 ? value : "nothing";

    private static string Words(FactReference? fact) => fact is null ? "nothing"
        : $"{fact.Source} {Shown.Month(fact.Month)} revision {fact.Revision}, incarnation {fact.Incarnation}, sequence {fact.Sequence}";
}
