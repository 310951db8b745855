using System.Globalization;
using Grpc.Core;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// RemarkService: takes remarks and shows their threads. A remark changes no figure; it is one of the records that are bound together
/// (<see cref="RecordChain"/>), so what an edition carries is what was said before it was approved.
/// </summary>
public sealed class RemarkGrpcService(Requests requests, Views views, ReportingStore store, RemarkStore remarks, TimeProvider clock)
    : RemarkService.RemarkServiceBase
{
    private const int TextLengthMax = 1_000;
    private const int FilterLengthMax = 100;

    /// <inheritdoc/>
    public override Task<AddRemarkResponse> AddRemark(AddRemarkRequest request, ServerCallContext context)
    {
        var (call, text) = (Call.Of(context, request, request.RequestId), Fields.Text(request.Text, "text", TextLengthMax));
        return requests.OnceAsync(call, async transaction =>
        {
            var (history, _) = await views.WithinAsync(transaction);
            var first = request.Thread == 0 ? null : FirstOf(history, request);
            var (line, period) = first is null ? Subject(request, history) : (first.Line, first.Period);
            var knowledge = await store.NextKnowledgeAsync(transaction);
            var row = new RemarkRow
            {
                Knowledge = knowledge, Thread = first?.Thread ?? knowledge, Line = line, Period = period, Content = text,
                Resolves = (short)(request.Resolves ? 1 : 0), Actor = call.Actor, MadeAt = clock.Now().ToMicroseconds(),
            };
            await remarks.InsertAsync(transaction, row);
            return new AddRemarkResponse { Thread = row.Thread, Knowledge = knowledge };
        }, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ListRemarkThreadsResponse> ListRemarkThreads(ListRemarkThreadsRequest request, ServerCallContext context)
    {
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfterNumber(request.PageToken));
        var line = Fields.OptionalText(request.Line, "line", FilterLengthMax);
        var actor = Fields.OptionalText(request.Actor, "actor", FilterLengthMax);
        var text = Fields.OptionalText(request.Text, "text", FilterLengthMax);
        var period = request.Period.Length == 0 ? "" : Asking.PeriodOfMonths(request.Period).Notation;
        var (history, _) = await views.LatestAsync(context.CancellationToken);
        var last = request.Edition == 0 ? history.Knowledge : ApprovalOf(history, request);
        var threads = history.Remarks.TakeWhile(row => row.Knowledge <= last).GroupBy(row => row.Thread).Where(thread => thread.Key > after
            && (line.Length == 0 || thread.First().Line == line) && (period.Length == 0 || thread.First().Period == period)
            && (actor.Length == 0 || thread.Any(row => row.Actor == actor)) && !(request.Unresolved && IsResolved(thread))
            && (text.Length == 0 || thread.Any(row => row.Content.Contains(text, StringComparison.OrdinalIgnoreCase))));
        var page = threads.Take(size).ToList();
        return new ListRemarkThreadsResponse
        {
            Threads = { page.Select(ToProto) },
            NextPageToken = Fields.NextPage(page.Count, size, page.Count == 0 ? "" : page[^1].Key.ToString(CultureInfo.InvariantCulture)),
        };
    }

    private static bool IsResolved(IEnumerable<RemarkRow> thread) => thread.Last().Resolves != 0;

    private static RemarkRow FirstOf(History history, AddRemarkRequest request)
    {
        var first = history.Remarks.FirstOrDefault(row => row.Knowledge == request.Thread && row.Thread == request.Thread) ?? throw new Refusal(
            Reason.RemarkThreadUnknown, $"no thread has the number {request.Thread}", ("thread", request.Thread.ToString(CultureInfo.InvariantCulture)));
        if (request.Line.Length > 0 || request.Period.Length > 0)
            throw Refusal.Field(request.Line.Length > 0 ? "line" : "period", "is that of the thread; leave it out");
        return first;
    }

    // A line of any version of the model: a reader of an edition remarks on what it was then.
    private static (string Line, string Period) Subject(AddRemarkRequest request, History history)
    {
        if (request.Line.Length == 0 && request.Period.Length == 0)
            throw Refusal.Field("line", "is missing, and so is period: a remark is on a figure (both), a line or a period");
        if (request.Line.Length > 0 && !FigureRules.IsPerShare(request.Line) && history.Lines.All(version => version.Lines.Find(request.Line) is null))
            throw new Refusal(Reason.LineUnknown, $"line: unknown line \"{request.Line}\"", ("field", "line"), ("index", "0"));
        return (request.Line, request.Period.Length == 0 ? "" : Asking.PeriodOfMonths(request.Period).Notation);
    }

    // What was said up to its approval was there for both who signed it.
    private static long ApprovalOf(History history, ListRemarkThreadsRequest request)
    {
        var period = Asking.PeriodOfMonths(request.Period);
        var own = Edition.Of(history).Where(edition => edition.Prepared.Period == period.Notation && edition.Approval is not null).ToList();
        return Publications.Find(own, period, request.Edition).Approval!.Knowledge;
    }

    private static RemarkThread ToProto(IGrouping<long, RemarkRow> thread) => new()
    {
        Thread = thread.Key, Line = thread.First().Line, Period = thread.First().Period, Resolved = IsResolved(thread),
        Remarks =
        {
            thread.Select(row => new ReaderRemark
            {
                Knowledge = row.Knowledge, Text = row.Content, Actor = row.Actor, MadeAt = Fields.Time(row.MadeAt), Resolves = row.Resolves != 0,
            }),
        },
    };
}
