using Google.Protobuf.Collections;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Lists the entries behind an amount, fact by fact. A page asks the source of one fact after another, so that its size does not depend on how many
/// entries a month has.
/// </summary>
public sealed class FigureEntries(Views views, Publications publications, EntrySums sums, Peers peers)
{
    /// <summary>A page of the entries behind an amount.</summary>
    public async Task<ListFigureEntriesResponse> ListAsync(ListFigureEntriesRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var side = request.Figure ?? throw Refusal.Field("figure", "is missing");
        var (size, page) = (Fields.PageSize(request.PageSize), FigureEntriesPage.Read(request.PageToken));
        var (history, live) = await views.GetAsync(page is null ? side.AsOf : new AsOf { Knowledge = page.Knowledge }, cancel);
        var (figure, node) = Figure(request.Line, side, history, live);
        var response = new ListFigureEntriesResponse { Figure = figure, Knowledge = history.Knowledge };
        var parts = PartsOf(node).ToList();
        var at = page ?? new FigureEntriesPage(history.Knowledge, 0, "");
        while (at.Part < parts.Count && response.Entries.Count < size)
        {
            var next = await AddAsync(response.Entries, parts[at.Part], at.Token, size - response.Entries.Count, cancel);
            at = next.Length > 0 ? at with { Token = next } : at with { Part = at.Part + 1, Token = "" };
        }

        response.NextPageToken = at.Part < parts.Count ? at.Text : "";
        return response;
    }

    private (Figure Figure, Node Node) Figure(string line, FigureSide side, History history, View live)
    {
        if (side.Kind is not (Kind.Unspecified or Kind.Amount) || FigureRules.IsPerShare(line))
        {
            throw new Refusal(Reason.KindUnfit, $"figure.kind: only entries behind an amount are listed, and {line} as {side.Kind} is not a sum of them",
                ("field", "figure.kind"), ("index", "0"));
        }

        var query = new FigureQuery { Line = line, Period = side.Period, Kind = Kind.Amount, Unit = live.Lines.Find(line)?.Unit ?? Unit.Jpy };
        var period = Asking.Figure(query, live, "figure.").Period;
        var publication = publications.Of(history, live, period, side.Edition, side.Latest);
        query.Unit = publication.View.Lines.Find(line)?.Unit ?? query.Unit;
        var asked = Asking.Figure(query, publication.View, "figure.");
        var node = new FigureCalculator(publication.View).Compute(asked);
        return node.Value is not null ? (new EditionFigure(asked, node).ToProto(query, publication.Number), node) : throw new Refusal(
            Reason.FigureWithoutValue, $"{line} {period} has no value: {string.Join("; ", node.Missing)}", ("line", line), ("period", $"{period}"));
    }

    // The facts that an amount adds up, with their signs, in the order of the definition.
    private static IEnumerable<(int Sign, Node Fact)> PartsOf(Node node, int sign = 1) => node.Rule is Rule.SumOf sum
        ? sum.Terms.Zip(node.Children).SelectMany(part => PartsOf(part.Second, sign * part.First.Sign))
        : [(sign, node)];

    // Adds rows of a fact, and returns the source's token for more of them; empty where there are none.
    private async Task<string> AddAsync(RepeatedField<FigureEntry> to, (int Sign, Node Fact) part, string token, int room, CancellationToken cancel)
    {
        var (sign, node) = part;
        var (fact, received) = node.Source!.Value;
        if (!EntrySums.HasEntries(node))
        {
            to.Add(Row(sign, node, (long)node.Value!.Value.Numerator));
            return "";
        }

        if (token.Length == 0 && (long)(await sums.NotFromEntriesAsync(node, cancel)).Numerator is not 0 and var rest)
        {
            to.Add(Row(sign, node, rest));
            if (--room == 0)
                return FigureEntriesPage.First;
        }

        var request = new ListEntriesRequest
        {
            Month = received.YearMonth.ToProto(), Measure = fact.Measure, Revision = received.Revision, PageSize = room,
            PageToken = token == FigureEntriesPage.First ? "" : token,
        };
        var page = await peers.AskAsync(received.Source, client => client.ListEntriesAsync(request, Peers.Options(cancel)).ResponseAsync);
        foreach (var entry in page.Entries)
        {
            var postings = entry.Postings.Where(posting => posting.Measure == fact.Measure).ToList();
            to.Add(Row(sign, node, postings.Sum(posting => posting.Amount), postings[0].Subject, entry));
        }

        return page.NextPageToken;
    }

    private static FigureEntry Row(int sign, Node node, long amount, string subject = "", Entry? entry = null) => new()
    {
        Contribution = sign * amount, Measure = node.Source!.Value.Fact.Measure, Fact = Wire.Fact(node.Source), Subject = subject, Entry = entry,
    };
}
