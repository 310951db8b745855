using System.CommandLine;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>The editions of periods: their list, what each publishes, and two of them side by side.</summary>
internal static class EditionCommands
{
    private const string Live = "live";
    private const int LiveNumber = -1;
    private static readonly Argument<string> _period = Shared.Period();
    private static readonly Argument<string> _periodOrAll = Shared.Period(optional: true);
    private static readonly Argument<string[]> _periods = Periods();
    private static readonly Option<int> _edition =
        Shared.Number("--edition", "A prepared or published edition (default: the next one as it would be now).");

    private static readonly Option<bool> _all = new("--all") { Description = "List every difference and every cause." };
    private static readonly Option<string[]> _lines = Lines();
    private static readonly Option<Kind?> _kind = Shared.Choice<Kind>("--kind", "The kind of figure (default: amount)");
    private static readonly Option<int?> _decimals = new("--decimals") { HelpName = "0..9", Description = "The decimals of the values." };
    private static readonly Option<int> _asReported = Shared.Number("--as-reported", "The edition on the one side (default: edition 1).");
    private static readonly Option<int> _restated = Restated();

    /// <summary>iij editions.</summary>
    public static CliCommand Editions() => new CliCommand("editions", "The editions of a period, or of every period: prepared, published, withdrawn, returned.",
        "iij editions", "iij editions FY2012-9M")
    {
        _periodOrAll,
    }.Reads(async session =>
    {
        var answer = await ListAsync(session, await session.ReportingAsync(), session.Get(_periodOrAll));
        session.Output.Answer(answer, () => answer.Editions.Count == 0 ? [Shown.Line("no editions")] : [Table(answer)]);
    });

    /// <summary>iij preview.</summary>
    public static CliCommand Preview() => new CliCommand("preview",
        "What the next edition of a period would publish now, or what one did: every figure that differs, its causes, and the findings.",
        "iij preview FY2012-9M", "iij preview FY2012-9M --edition 2 --all")
    {
        _period, _edition, _all,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var answer = await reporting.GetEditionPreviewAsync(new() { Period = session.Get(_period), Number = session.Get(_edition) }, session.Reading);
        session.Output.Answer(answer, () =>
        [
            .. answer.Edition is null ? [Shown.Line($"the next edition of {session.Get(_period)} as it would be now")] : EditionTexts.Whole(answer.Edition),
            .. EditionTexts.Preview(answer.Preview, session.Get(_all)),
        ]);
    });

    /// <summary>iij compare.</summary>
    public static CliCommand Compare() => new CliCommand("compare",
        "Lines × periods as reported and restated: two editions, or an edition and the live view, and the difference.",
        "iij compare FY2012-9M", "iij compare FY2012-Q1 FY2012-Q2 FY2012-Q3 --line revenue.total --line operating_income",
        "iij compare FY2012-9M --as-reported 1 --restated live")
    {
        _periods, _lines, _asReported, _restated, _kind, Shared.MoneyUnit, _decimals,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var (kind, unit, lines) = (session.Get(_kind) ?? Kind.Amount, session.Get(Shared.MoneyUnit), session.Get(_lines) ?? []);
        var answer = await reporting.CompareEditionsAsync(new()
        {
            Periods = { session.Get(_periods) }, Lines = { lines }, Kind = kind, Unit = unit ?? Unit.Unspecified,
            Decimals = session.Get(_decimals) ?? FigureCommands.Decimals(Printed(kind, unit, lines)),
            AsReported = session.Get(_asReported), Restated = session.Get(_restated),
        }, session.Reading);
        session.Output.Answer(answer, () => Show(answer));
    });

    /// <summary>All editions of a period, or of every period.</summary>
    public static Task<ListEditionsResponse> ListAsync(Session session, ReportingService.ReportingServiceClient reporting, string period) =>
        Pages.FollowAsync(
            async token => await reporting.ListEditionsAsync(new() { Period = period, PageSize = Pages.Size, PageToken = token }, session.Reading),
            page => page.NextPageToken, page => page.NextPageToken = "");

    private static Table Table(ListEditionsResponse answer)
    {
        var table = Shown.Table("period", ">edition", "state", "prepared by", "prepared at", "approved by", "approved at", ">knowledge", "why", "withdrawn",
            "digest");
        foreach (var one in answer.Editions)
        {
            table.Row(one.Period, $"{one.Number}", EnumWords.Text(one.State), one.PreparedBy, Shown.Time(one.PreparedAt), one.ApprovedBy,
                Shown.Time(one.ApprovedAt), $"{one.Knowledge}", EditionTexts.Why(one),
                one.WithdrawnBy.Length == 0 ? "" : $"by {one.WithdrawnBy}: {one.WithdrawalReason}", one.Digest[..Math.Min(one.Digest.Length, 12)]);
        }

        return table;
    }

    private static IEnumerable<IRenderable> Show(CompareEditionsResponse answer)
    {
        var missing = new Footnotes();
        foreach (var period in answer.Figures.GroupBy(one => one.Restated.Query.Period))
        {
            var first = period.First();
            yield return Shown.Line($"{period.Key}: as reported in {Of(first.AsReported)}, restated in {Of(first.Restated)}");
            var table = Shown.Table("line", ">as reported", ">restated", ">difference", "unit", ">exact difference");
            foreach (var one in period)
            {
                table.AddRow(Shown.Text(one.Restated.Query.Line), one.AsReported is null ? Shown.Text("") : Figures.Cell(one.AsReported, missing),
                    Figures.Cell(one.Restated, missing), Shown.Text(one.PrintedDifference),
                    Shown.Text(Figures.UnitText(one.Restated.Query.Unit), Figures.Faint), Shown.Text(one.Difference));
            }

            yield return table;
        }

        foreach (var note in missing.Lines)
            yield return Shown.Line(note);
        yield return Shown.Line($"knowledge {answer.Knowledge}", Figures.Faint);
    }

    private static string Of(Figure? figure) => figure switch
    {
        null => "no edition",
        { Edition: 0 } => "the live view",
        _ => $"edition {figure.Edition}",
    };

    private static Unit Printed(Kind kind, Unit? unit, string[] lines) => FigureCommands.IsPercent(kind) ? Unit.Percent
        : lines.Length > 0 && lines.All(FigureCommands.IsPerShare) ? Unit.JpyPerShare : unit ?? Unit.JpyMillion;

    private static Argument<string[]> Periods()
    {
        var periods = new Argument<string[]>("PERIODS")
        {
            HelpName = "PERIOD…", Description = "2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012; several.", Arity = ArgumentArity.OneOrMore,
        };
        periods.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => ReportingPeriod.Parse(token.Value) is null))
                result.AddError($"\"{token.Value}\" is not a period; write 2012-12, FY2012-Q3, FY2012-H1, FY2012-9M or FY2012");
        });
        periods.CompletionSources.Add(Completions.Periods);
        return periods;
    }

    private static Option<string[]> Lines()
    {
        var lines = new Option<string[]>("--line") { HelpName = "LINE", Description = "Only this line; may be repeated (default: every line)." };
        lines.CompletionSources.Add(Completions.Lines);
        return lines;
    }

    private static Option<int> Restated()
    {
        var restated = new Option<int>("--restated")
        {
            HelpName = "N|live", Description = "The edition on the other side, or the live view (default: the latest published edition).",
            CustomParser = result =>
            {
                var word = result.Tokens[0].Value;
                if (word == Live)
                    return LiveNumber;
                if (int.TryParse(word, out var number) && number > 0)
                    return number;
                result.AddError($"--restated \"{word}\" is neither a number from 1 nor {Live}");
                return 0;
            },
        };
        restated.CompletionSources.Add(Live);
        return restated;
    }
}
