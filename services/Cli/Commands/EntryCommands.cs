using System.CommandLine;
using Iij.Closing.V1;
using Iij.Contracts;
using NodaTime;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Iij.Cli.Commands;

/// <summary>The entries of a source: one by one, or summed by subject.</summary>
internal static class EntryCommands
{
    private static readonly Argument<string> _source = Shared.Source();
    private static readonly Argument<YearMonth> _month = Shared.Month();
    private static readonly Option<string?> _measure = Text("--measure", "MEASURE", "With a posting of this measure.");
    private static readonly Option<string?> _subject = Text("--subject", "SUBJECT", "With a posting that concerns this, such as an order or an ATM.");
    private static readonly Option<string?> _kind = Text("--kind", "KIND", "Of this kind, in the source's own upper case words.");
    private static readonly Option<string?> _by = Text("--by", "PERSON", "Recorded by this person.");
    private static readonly Option<string?> _text = Text("--text", "TEXT", "Whose reason has this text.");
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
        session.Output.Answer(answer, () => Show(answer));
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

    private static IEnumerable<IRenderable> Show(ListEntriesResponse answer)
    {
        var table = Shown.Table(">entry", "date", "kind", "measure", "subject", ">amount", "recorded by", "recorded at", "reverses or credits", "reason");
        foreach (var entry in answer.Entries)
        {
            foreach (var posting in entry.Postings.DefaultIfEmpty(new Posting()))
            {
                table.Row($"{entry.EntryNumber}", entry.Date.ToLocalDate()?.ToIso() ?? "", entry.Kind, posting.Measure, posting.Subject, $"{posting.Amount}",
                    entry.Actor, Shown.Time(entry.RecordedAt), Of(entry), entry.Reason);
            }
        }

        return [table, Shown.Line($"{answer.Entries.Count} entries", Figures.Faint)];
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
