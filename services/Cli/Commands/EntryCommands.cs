using System.CommandLine;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Reporting.V1;
using NodaTime;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>The entries of a source: one by one, or summed by subject.</summary>
internal static class EntryCommands
{
    private static readonly Argument<string> _line = FigureCommands.Line();
    private static readonly Argument<string> _period = Shared.Period();
    private static readonly Option<bool> _all = new("--all") { Description = "Every entry, not the first 100." };
    private static readonly Argument<string> _source = Shared.Source();
    private static readonly Argument<YearMonth> _month = Shared.Month();
    private static readonly Option<string?> _measure = Text("--measure", "MEASURE", "With a posting of this measure.");
    private static readonly Option<string?> _subject = Text("--subject", "SUBJECT", "With a posting that concerns this, such as an order or an ATM.");
    private static readonly Option<string?> _kind = Text("--kind", "KIND", "Of this kind, in the source's own upper case words.");
    private static readonly Option<string?> _by = Text("--by", "PERSON", "Recorded by this person.");
    private static readonly Option<string?> _text = Text("--text", "TEXT", "Whose reason or document has this text.");
    private static readonly Argument<string> _document = new("DOCUMENT") { Description = "The whole reference of the document." };
    private static readonly Option<int> _revision = Shared.Number("--revision", "That the statement of this revision has (default: all that are recorded).");
    private static readonly Option<int> _againstRevision = Shared.Number("--against-revision", "Without those that the statement of this revision has.");
    private static readonly Option<bool> _sums = new("--sums") { Description = "The sums of the measure by subject, the largest first; needs --measure." };

    /// <summary>iij entries.</summary>
    public static CliCommand Create() => new CliCommand("entries",
        "The entries that a source posted to a month: all, those behind a revision, those of a measure, subject, person or text.",
        "iij entries atm 2012-12 --measure atm.cost", "iij entries backlog 2012-12 --measure backlog.revenue.construction --sums",
        "iij entries group 2012-12 --revision 2 --against-revision 1")
    {
        _source, _month, _measure, _subject, _kind, _by, _text, _revision, _againstRevision, _sums,
    }.Reads(session => session.Get(_sums) ? SumAsync(session) : ListAsync(session));

    /// <summary>iij document.</summary>
    public static CliCommand Document() => new CliCommand("document", "The entries of every month that rest on a document.",
        "iij document backlog INV-2012-0042", "iij document atm \"契約 12/3\" --json")
    {
        _source, _document,
    }.Reads(async session =>
    {
        var closing = await session.ClosingAsync(session.Get(_source));
        var answer = await Pages.FollowAsync(
            async token => await closing.ListDocumentEntriesAsync(
                new() { Reference = session.Get(_document), PageSize = Pages.Size, PageToken = token }, session.Reading),
            page => page.NextPageToken, page => page.NextPageToken = "");
        session.Output.Answer(answer, () => Show(answer.Entries));
    });

    /// <summary>iij entries-behind.</summary>
    public static CliCommand Behind() => new CliCommand("entries-behind",
        "The entries that an amount adds up, down to who recorded each. What no entry stands behind, such as a stock, is a row without one.",
        "iij entries-behind operating_income FY2012-9M", "iij entries-behind revenue.atm 2012-12 --all --export atm.csv")
    {
        _line, _period, Shared.AsOf, Shared.Edition, Shared.Latest, _all,
    }.Reads(async session =>
    {
        var reporting = await session.ReportingAsync();
        var (edition, latest) = Shared.Published(session);
        var request = new ListFigureEntriesRequest
        {
            Line = session.Get(_line), PageSize = session.Get(_all) ? Pages.Size : 0,
            Figure = new FigureSide { Period = session.Get(_period), AsOf = session.Get(Shared.AsOf), Edition = edition, Latest = latest },
        };
        var answer = session.Get(_all) ? await FollowAsync(session, reporting, request) : await reporting.ListFigureEntriesAsync(request, session.Reading);
        session.Output.Answer(answer, () => Show(answer));
    });

    // Each page repeats the figure: they are joined by hand.
    private static async Task<ListFigureEntriesResponse> FollowAsync(
        Session session, ReportingService.ReportingServiceClient reporting, ListFigureEntriesRequest request)
    {
        var all = await reporting.ListFigureEntriesAsync(request, session.Reading);
        while (all.NextPageToken.Length > 0)
        {
            var page = await reporting.ListFigureEntriesAsync(new(request) { PageToken = all.NextPageToken }, session.Reading);
            all.Entries.Add(page.Entries);
            all.NextPageToken = page.NextPageToken;
        }

        return all;
    }

    private static IEnumerable<IRenderable> Show(ListFigureEntriesResponse answer)
    {
        yield return Shown.Line($"{Figures.Asked(answer.Figure.Query)}: {Figures.Text(answer.Figure)}");
        var table = Shown.Table(">contribution", "measure", "month", ">revision", "subject", ">entry", "date", "kind", "recorded by", "reason",
            "document", "text");
        foreach (var one in answer.Entries)
        {
            var entry = one.Entry ?? new Entry();
            table.Row($"{one.Contribution}", one.Measure, Shown.Month(one.Fact.Month), $"{one.Fact.Revision}", one.Subject,
                one.Entry is null ? "" : $"{entry.EntryNumber}", entry.Date?.ToLocalDate()?.ToIso() ?? "", entry.Kind, entry.Actor, entry.Reason,
                entry.Document?.Reference ?? "", entry.Document?.Text ?? "");
        }

        yield return table;
        if (answer.NextPageToken.Length > 0)
            yield return Shown.Line($"the first {answer.Entries.Count}; --all lists every one", Figures.Faint);
        yield return Shown.Line($"knowledge {answer.Knowledge}", Figures.Faint);
    }

    private static Option<string?> Text(string name, string help, string description) => new(name) { HelpName = help, Description = description };

    private static async Task ListAsync(Session session)
    {
        var closing = await session.ClosingAsync(session.Get(_source));
        var answer = await Pages.FollowAsync(async token => await closing.ListEntriesAsync(new()
        {
            Month = session.Get(_month).ToProto(), Measure = session.Get(_measure) ?? "", Subject = session.Get(_subject) ?? "",
            Kind = session.Get(_kind) ?? "", Actor = session.Get(_by) ?? "", Text = session.Get(_text) ?? "", Revision = session.Get(_revision),
            AgainstRevision = session.Get(_againstRevision), PageSize = Pages.Size, PageToken = token,
        }, session.Reading), page => page.NextPageToken, page => page.NextPageToken = "");
        session.Output.Answer(answer, () => Show(answer.Entries));
    }

    private static async Task SumAsync(Session session)
    {
        var measure = session.Get(_measure) ?? throw new UsageException("--sums adds up one measure: give --measure MEASURE");
        if (new[] { session.Get(_subject), session.Get(_kind), session.Get(_by), session.Get(_text) }.Any(filter => filter is not null))
            throw new UsageException("--sums goes with --measure, --revision and --against-revision alone");
        var closing = await session.ClosingAsync(session.Get(_source));
        var answer = await Pages.FollowAsync(async token => await closing.ListEntrySumsAsync(new()
        {
            Month = session.Get(_month).ToProto(), Measure = measure, Revision = session.Get(_revision),
            AgainstRevision = session.Get(_againstRevision), PageSize = Pages.Size, PageToken = token,
        }, session.Reading), page => page.NextPageToken, page => page.NextPageToken = "");
        session.Output.Answer(answer, () => Show(answer));
    }

    private static IEnumerable<IRenderable> Show(IReadOnlyCollection<Entry> entries)
    {
        var table = Shown.Table(">entry", "date", "kind", "measure", "subject", ">amount", "recorded by", "recorded at", "reverses or credits", "reason",
            "document", "text");
        foreach (var entry in entries)
        {
            foreach (var posting in entry.Postings.DefaultIfEmpty(new Posting()))
            {
                table.Row($"{entry.EntryNumber}", entry.Date.ToLocalDate()?.ToIso() ?? "", entry.Kind, posting.Measure, posting.Subject, $"{posting.Amount}",
                    entry.Actor, Shown.Time(entry.RecordedAt), Of(entry), entry.Reason, entry.Document?.Reference ?? "", entry.Document?.Text ?? "");
            }
        }

        return [table, Shown.Line($"{entries.Count} entries", Figures.Faint)];
    }

    private static string Of(Entry entry)
    {
        var related = new[] { (entry.Reverses, "reverses"), (entry.Credits, "credits"), (entry.ReversedBy, "reversed by") };
        return string.Join(", ", related.Where(one => one.Item1 > 0).Select(one => $"{one.Item2} {one.Item1}"));
    }

    private static IEnumerable<IRenderable> Show(ListEntrySumsResponse answer)
    {
        var table = Shown.Table("subject", ">amount", ">postings");
        foreach (var sum in answer.Sums)
            table.Row(sum.Subject, $"{sum.Amount}", $"{sum.Postings}");
        return [table];
    }
}
