using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Reporting;

/// <summary>
/// Previews changes that nobody has made. They are applied to a copy of what reporting was told and folded like it, so that a preview says what
/// doing it would say. Only flows change: what a change means for a stock, such as the balance of an order, its source knows alone.
/// </summary>
public sealed class WhatIf(Views views, Preview preview, Peers peers)
{
    private const int ChangesMax = 100;
    private const int SubjectLengthMax = 100;
    private const int PageSize = 1_000;

    /// <summary>Every figure of a period that the changes would make another.</summary>
    public async Task<GetChangesPreviewResponse> PreviewAsync(GetChangesPreviewRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var period = Asking.PeriodOfMonths(request.Period);
        if (request.Changes.Count > ChangesMax || request.Changes.Count + request.Moves.Count == 0)
            throw Refusal.Field("changes", $"has 1 to {ChangesMax} changes, or none where there are moves");
        if (request.Moves.Count > ChangesMax)
            throw Refusal.Field("moves", $"has at most {ChangesMax} moves");
        var changes = request.Changes.Select((change, index) => Read(change, $"changes[{index}].")).ToList();
        var left = new SortedSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < request.Moves.Count; index++)
            changes.AddRange(await MovedAsync(request.Moves[index], $"moves[{index}].", left, cancel));
        var (history, live) = await views.LatestAsync(cancel);
        var with = Fold.Of(Apply(history, live, changes));
        return new GetChangesPreviewResponse
        {
            Preview = preview.OfCopy(live, with, period), Changes = { changes.Select(ToProto) }, StocksLeft = { left }, Knowledge = history.Knowledge,
        };
    }

    /// <summary>The history with amounts added to the standing statements of their months. Refuses a month of which nothing stands.</summary>
    public static History Apply(History history, View live, IEnumerable<FlowChange> changes)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(live);
        var facts = new Dictionary<long, IReadOnlyList<Fact>>(history.Facts);
        foreach (var (measure, month, amount) in changes)
        {
            var source = MeasureCatalog.Find(measure)!.Source;
            var standing = live.Cell(source, month).Standing ?? throw new Refusal(Reason.RevisionUnknown,
                $"nothing was received of {source} {month.ToIso()}: there is no amount to change", ("source", source), ("month", month.ToIso()));
            facts[standing.Knowledge] = With(facts[standing.Knowledge], measure, amount);
        }

        return history with { Facts = facts };
    }

    private static IReadOnlyList<Fact> With(IReadOnlyList<Fact> facts, string measure, long amount)
    {
        var known = facts.FirstOrDefault(fact => fact is { Subject: "", Date: "" } && fact.Measure == measure);
        var sum = (Int128)(known?.Unscaled ?? 0) + amount;
        if (sum < long.MinValue || sum > long.MaxValue)
            throw Refusal.Field("changes", $"take {measure} beyond what an amount can be");
        return [.. facts.Where(fact => fact != known).Append(new Fact(measure, "", "", (long)sum, 0)).OrderBy(fact => fact.Key, StringComparer.Ordinal)];
    }

    private static FlowChange Read(AmountChange change, string path)
    {
        if (MeasureCatalog.Find(change.Measure) is not { Nature: Nature.Flow })
            throw Refusal.Field(path + "measure", $"\"{change.Measure}\" is not a flow that a source reports");
        return new(change.Measure, Fields.Month(change.Month, path + "month"), change.Amount);
    }

    private async Task<IReadOnlyList<FlowChange>> MovedAsync(SubjectMove move, string path, SortedSet<string> left, CancellationToken cancel)
    {
        if (!Fold.Sources.Contains(move.Source))
            throw Refusal.Field(path + "source", $"\"{move.Source}\" is not one of {string.Join(", ", Fold.Sources)}");
        var subject = Fields.Text(move.Subject, path + "subject", SubjectLengthMax);
        var (from, to) = (Fields.Month(move.FromMonth, path + "from_month"), Fields.Month(move.ToMonth, path + "to_month"));
        var sums = (await PostingsAsync(move.Source, subject, from, cancel)).GroupBy(posting => posting.Measure)
            .Select(measure => (Measure: measure.Key, Amount: measure.Sum(posting => posting.Amount))).ToList();
        if (sums.Count == 0)
            throw Refusal.Field(path + "subject", $"{move.Source} has no entry of \"{subject}\" in {from.ToIso()}");
        var flows = sums.Where(sum => MeasureCatalog.Find(sum.Measure)?.Nature == Nature.Flow).ToList();
        left.UnionWith(sums.Except(flows).Select(sum => sum.Measure));
        return [.. flows.SelectMany(sum => new FlowChange[] { new(sum.Measure, from, -sum.Amount), new(sum.Measure, to, sum.Amount) })];
    }

    private async Task<IReadOnlyList<Posting>> PostingsAsync(string source, string subject, YearMonth month, CancellationToken cancel)
    {
        var (postings, request) = (new List<Posting>(), new ListEntriesRequest { Month = month.ToProto(), Subject = subject, PageSize = PageSize });
        do
        {
            var page = await peers.AskAsync(source, client => client.ListEntriesAsync(request, Peers.Options(cancel)).ResponseAsync);
            postings.AddRange(page.Entries.SelectMany(entry => entry.Postings).Where(posting => posting.Subject == subject));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return postings;
    }

    private static AmountChange ToProto(FlowChange change) =>
        new() { Measure = change.Measure, Month = change.Month.ToProto(), Amount = change.Amount };
}
