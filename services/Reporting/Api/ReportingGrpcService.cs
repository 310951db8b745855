using System.Globalization;
using Grpc.Core;
using Iij.Access.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>ReportingService: reads requests, queries the view at a sequence position, and writes the decisions of group accounting.</summary>
public sealed class ReportingGrpcService(
    Database database, Requests requests, DeadLetters letters, Answers answers, EditionAnswers editions, FigureHistory history,
    Explanations explanations, FigureEntries figureEntries, WhatIf whatIf, Views views, GroupAccounting accounting, LineDefinitions definitions,
    SignOff signOff, Approval approval, SourceFence fence, GapFiller gaps, RecordAudit records, CallAccess access)
    : ReportingService.ReportingServiceBase
{
    private const int QueriesMax = 1_000;
    private const int ReasonLengthMax = 1_000;
    private const int FilterLengthMax = 100;

    private bool SeesPublishedAlone(ServerCallContext context) => !access.Has(context.GetHttpContext(), Role.Viewer);

    /// <inheritdoc/>
    public override Task<ListFiguresResponse> ListFigures(ListFiguresRequest request, ServerCallContext context) =>
        answers.FiguresAsync(request, SeesPublishedAlone(context), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetViewResponse> GetView(GetViewRequest request, ServerCallContext context) =>
        answers.ViewAsync(request, SeesPublishedAlone(context), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetLineageResponse> GetLineage(GetLineageRequest request, ServerCallContext context) =>
        answers.LineageAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetFigureHistoryResponse> GetFigureHistory(GetFigureHistoryRequest request, ServerCallContext context) =>
        history.GetAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ExplainDifferenceResponse> ExplainDifference(ExplainDifferenceRequest request, ServerCallContext context) =>
        explanations.ExplainAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListFigureEntriesResponse> ListFigureEntries(ListFigureEntriesRequest request, ServerCallContext context) =>
        figureEntries.ListAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetChangesPreviewResponse> GetChangesPreview(GetChangesPreviewRequest request, ServerCallContext context) =>
        whatIf.PreviewAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListDataStatusResponse> ListDataStatus(ListDataStatusRequest request, ServerCallContext context) =>
        answers.DataStatusAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListSourcesResponse> ListSources(ListSourcesRequest request, ServerCallContext context) =>
        answers.SourcesAsync(context.CancellationToken);

    /// <inheritdoc/>
    public override async Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext context)
    {
        var month = Fields.Month(request.Month);
        var (_, view) = await views.LatestAsync(context.CancellationToken);
        RequireSource(request.Source);
        var source = view.Sources[request.Source];
        var standing = view.Cell(request.Source, month).Standing;
        var rows = source.Events.Where(row => row.HasStatement && row.YearMonth == month);
        return new ListRevisionsResponse { Revisions = { rows.Select(row => Wire.Revision(row, row == standing)) } };
    }

    /// <inheritdoc/>
    public override Task<ListLinesResponse> ListLines(ListLinesRequest request, ServerCallContext context) =>
        definitions.ListAsync(request.Version, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<DefineLinesResponse> DefineLines(DefineLinesRequest request, ServerCallContext context)
    {
        var call = Call.Of(context, request, request.RequestId);
        if (request.Lines.Count is 0 or > QueriesMax)
            throw Refusal.Field("lines", $"has 1 to {QueriesMax} lines");
        var (rows, reason) = (request.Lines.Select(line => (line.Name, line.Definition)).ToList(), Reason(request.Reason));
        return requests.OnceAsync(call, transaction => definitions.PrepareAsync(transaction, call, rows, reason), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<GetLinesPreviewResponse> GetLinesPreview(GetLinesPreviewRequest request, ServerCallContext context) =>
        definitions.PreviewAsync(request.Version, Asking.PeriodOfMonths(request.Period), context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ApproveLinesResponse> ApproveLines(ApproveLinesRequest request, ServerCallContext context)
    {
        var (call, digest) = (Call.Of(context, request, request.RequestId), Fields.Text(request.Digest, "digest", 100));
        return requests.OnceAsync(
            call, transaction => definitions.ApproveAsync(transaction, call, request.Version, digest), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ReturnLinesResponse> ReturnLines(ReturnLinesRequest request, ServerCallContext context)
    {
        var (call, reason) = (Call.Of(context, request, request.RequestId), Reason(request.Reason));
        return requests.OnceAsync(
            call, transaction => definitions.ReturnAsync(transaction, call, request.Version, reason), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ListMeasuresResponse> ListMeasures(ListMeasuresRequest request, ServerCallContext context) =>
        Task.FromResult(new ListMeasuresResponse { Measures = { MeasureCatalog.Measures.Values.Select(Wire.Measure) } });

    /// <inheritdoc/>
    public override Task<SignOffPeriodResponse> SignOffPeriod(SignOffPeriodRequest request, ServerCallContext context)
    {
        var (call, period) = (Call.Of(context, request, request.RequestId), Asking.PeriodOfMonths(request.Period));
        var reason = Fields.OptionalText(request.Reason, "reason", ReasonLengthMax);
        return SourcesFirstAsync(call, context, fence.AskKnownAsync, transaction => signOff.PrepareAsync(
            transaction, call, period, request.Kind, reason, request.EmbargoUntil));
    }

    /// <inheritdoc/>
    public override Task<ApproveEditionResponse> ApproveEdition(ApproveEditionRequest request, ServerCallContext context)
    {
        var (call, period) = (Call.Of(context, request, request.RequestId), Asking.PeriodOfMonths(request.Period));
        var digest = Fields.Text(request.Digest, "digest", 100);
        return approval.ApproveAsync(call, period, request.Number, digest, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ReturnEditionResponse> ReturnEdition(ReturnEditionRequest request, ServerCallContext context)
    {
        var (call, period, reason) = (Call.Of(context, request, request.RequestId), Asking.PeriodOfMonths(request.Period), Reason(request.Reason));
        return requests.OnceAsync(
            call, transaction => signOff.ReturnAsync(transaction, call, period, request.Number, reason), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<WithdrawEditionResponse> WithdrawEdition(WithdrawEditionRequest request, ServerCallContext context)
    {
        var (call, period, reason) = (Call.Of(context, request, request.RequestId), Asking.PeriodOfMonths(request.Period), Reason(request.Reason));
        return requests.OnceAsync(
            call, transaction => signOff.WithdrawAsync(transaction, call, period, request.Number, reason), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<ListEditionsResponse> ListEditions(ListEditionsRequest request, ServerCallContext context) =>
        editions.ListAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<GetEditionPreviewResponse> GetEditionPreview(GetEditionPreviewRequest request, ServerCallContext context) =>
        editions.PreviewAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<CompareEditionsResponse> CompareEditions(CompareEditionsRequest request, ServerCallContext context) =>
        editions.CompareAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<ListDecisionsResponse> ListDecisions(ListDecisionsRequest request, ServerCallContext context) =>
        editions.DecisionsAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<UnlockMonthsResponse> UnlockMonths(UnlockMonthsRequest request, ServerCallContext context)
    {
        var (call, period, reason) = (Call.Of(context, request, request.RequestId), Asking.PeriodOfMonths(request.Period), Reason(request.Reason));
        if (request.Source.Length > 0)
            RequireSource(request.Source);
        var (sources, decision) = (request.Source.Length == 0 ? Fold.Sources : [request.Source], new GroupDecision
        {
            Kind = GroupDecision.MonthsUnlocked, Period = period.Notation, Source = request.Source, Reason = reason,
        });
        return SourcesFirstAsync(call, context, cancel => UnlockAsync(call, sources, period, decision, cancel),
            async transaction => new UnlockMonthsResponse { Knowledge = await accounting.DecideAsync(transaction, call, decision) });
    }

    // Nothing is unlocked while a source is away. Where one goes in the midst of it, some months are unlocked: that is a decision too.
    private async Task UnlockAsync(Call call, IReadOnlyCollection<string> sources, ReportingPeriod period, GroupDecision decision, CancellationToken cancel)
    {
        var (known, _) = await views.LatestAsync(cancel);
        await fence.RequireThereAsync(sources, cancel);
        try
        {
            // A source may know the caller's id from another request.
            await fence.UnlockAsync(sources, period.Months, known.Editions, call.ContentHash, call.Actor, decision.Reason, cancel);
        }
        catch (Refusal refusal)
        {
            var part = decision with { Reason = $"{decision.Reason} (not at every source: {refusal.Message})" };
            await database.WriteAsync(transaction => accounting.DecideAsync(transaction, call, part), CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc/>
    public override Task<RejectRevisionResponse> RejectRevision(RejectRevisionRequest request, ServerCallContext context)
    {
        var (call, month, reason) = (Call.Of(context, request, request.RequestId), Fields.Month(request.Month), Reason(request.Reason));
        return SourcesFirstAsync(call, context, async cancel =>
        {
            GroupAccounting.Rejectable((await views.LatestAsync(cancel)).View, request.Source, month, request.Revision);
            await fence.NoteRejectionAsync(request.Source, month, request.Revision, call, reason, cancel);
        }, async transaction => new RejectRevisionResponse
        {
            Knowledge = await accounting.RejectRevisionAsync(transaction, call, request.Source, month, request.Revision, reason),
        });
    }

    /// <inheritdoc/>
    public override Task<AcceptRevisionResponse> AcceptRevision(AcceptRevisionRequest request, ServerCallContext context)
    {
        var (call, month) = (Call.Of(context, request, request.RequestId), Fields.Month(request.Month));
        return SourcesFirstAsync(call, context, async cancel =>
        {
            GroupAccounting.Rejected((await views.LatestAsync(cancel)).View, request.Source, month, request.Revision);
            await fence.NoteRejectionAsync(request.Source, month, request.Revision, call, "", cancel);
        }, async transaction => new AcceptRevisionResponse
        {
            Knowledge = await accounting.AcceptRevisionAsync(transaction, call, request.Source, month, request.Revision),
        });
    }

    /// <inheritdoc/>
    public override async Task<AcceptIncarnationResponse> AcceptIncarnation(AcceptIncarnationRequest request, ServerCallContext context)
    {
        var call = Call.Of(context, request, request.RequestId);
        var answer = await requests.OnceAsync(call, async transaction => new AcceptIncarnationResponse
        {
            Knowledge = await accounting.AcceptIncarnationAsync(transaction, call, request.Source, request.Incarnation),
        }, context.CancellationToken);
        // The copy may be older than the locks. A repeat tries again what a source that was away did not get.
        var (known, view) = await views.LatestAsync(context.CancellationToken);
        await fence.LockAgainAsync(request.Source, known, view, call, context.CancellationToken);
        return answer;
    }

    /// <inheritdoc/>
    public override async Task<AuditRecordsResponse> AuditRecords(AuditRecordsRequest request, ServerCallContext context)
    {
        var (knowledge, problem) = await records.AuditAsync(context.CancellationToken);
        return new AuditRecordsResponse { Knowledge = knowledge, Problem = problem };
    }

    /// <inheritdoc/>
    public override async Task<FillGapsResponse> FillGaps(FillGapsRequest request, ServerCallContext context) => new()
    {
        EventsReceived = await gaps.FillAsync(context.CancellationToken),
        Sources = { (await answers.SourcesAsync(context.CancellationToken)).Sources },
    };

    /// <inheritdoc/>
    public override async Task<ListDeadLettersResponse> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context)
    {
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageAfterNumber(request.PageToken));
        var state = request.State == DeadLetterState.Unspecified ? "" : request.State.ToString();
        var query = new DeadLetterQuery(state, FilterReason(request.Filter), FilterSource(request.Filter), after);
        var rows = await database.ReadAsync(transaction => letters.ListAsync(transaction, query, size), context.CancellationToken);
        return new ListDeadLettersResponse
        {
            Letters = { rows.Select(Wire.DeadLetter) },
            NextPageToken = Fields.NextPage(rows.Count, size, rows.Count == 0 ? "" : rows[^1].Number.ToString(CultureInfo.InvariantCulture)),
        };
    }

    /// <inheritdoc/>
    public override Task<GetDeadLetterResponse> GetDeadLetter(GetDeadLetterRequest request, ServerCallContext context) =>
        database.ReadAsync(async transaction =>
        {
            var row = await letters.GetAsync(transaction, request.Number);
            return new GetDeadLetterResponse
            {
                Letter = Wire.DeadLetter(row), Message = row.Message,
                Actions = { (await letters.ActionsAsync(transaction, request.Number)).Select(Wire.DeadLetterAction) },
            };
        }, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<RedriveDeadLetterResponse> RedriveDeadLetter(RedriveDeadLetterRequest request, ServerCallContext context)
    {
        var (call, reason) = (Call.Of(context, request, request.RequestId), Reason(request.Reason));
        return requests.OnceAsync(call, async transaction =>
        {
            var (letter, action) = await letters.RedriveAsync(transaction, call, request.Number, reason);
            return new RedriveDeadLetterResponse { Letter = Wire.DeadLetter(letter), Action = Wire.DeadLetterAction(action) };
        }, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<DiscardDeadLetterResponse> DiscardDeadLetter(DiscardDeadLetterRequest request, ServerCallContext context)
    {
        var (call, reason) = (Call.Of(context, request, request.RequestId), Reason(request.Reason));
        return requests.OnceAsync(call, async transaction =>
        {
            var (letter, action) = await letters.DiscardAsync(transaction, call, request.Number, reason);
            return new DiscardDeadLetterResponse { Letter = Wire.DeadLetter(letter), Action = Wire.DeadLetterAction(action) };
        }, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override Task<GetDeadLetterCountsResponse> GetDeadLetterCounts(GetDeadLetterCountsRequest request, ServerCallContext context) =>
        database.ReadAsync(async transaction => new GetDeadLetterCountsResponse
        {
            Counts =
            {
                (await letters.CountsAsync(transaction)).Select(row => new DeadLetterCount { Reason = row.Reason, Source = row.Source, Open = row.Letters }),
            },
        }, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<RedriveDeadLettersResponse> RedriveDeadLetters(RedriveDeadLettersRequest request, ServerCallContext context) => SettleAsync(
        Call.Of(context, request, request.RequestId), OpenLetters(request.Filter, request.AfterNumber), request.LettersMax, request.Reason, redrive: true,
        (settled, left) => new RedriveDeadLettersResponse { Letters = { settled }, Left = left }, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<DiscardDeadLettersResponse> DiscardDeadLetters(DiscardDeadLettersRequest request, ServerCallContext context) => SettleAsync(
        Call.Of(context, request, request.RequestId), OpenLetters(request.Filter, request.AfterNumber), request.LettersMax, request.Reason, redrive: false,
        (settled, left) => new DiscardDeadLettersResponse { Letters = { settled }, Left = left }, context.CancellationToken);

    private Task<TResponse> SettleAsync<TResponse>(Call call, DeadLetterQuery query, int lettersMax, string why, bool redrive,
        Func<IEnumerable<SettledDeadLetter>, long, TResponse> answer, CancellationToken cancel)
        where TResponse : Google.Protobuf.IMessage<TResponse>, new()
    {
        var (limit, reason) = (Fields.PageSize(lettersMax, "letters_max"), Reason(why));
        return requests.OnceAsync(call, async transaction =>
        {
            var (settled, left) = await letters.SettleAsync(transaction, call, query, limit, reason, redrive);
            return answer(settled.Select(Wire.Settled), left);
        }, cancel);
    }

    private static DeadLetterQuery OpenLetters(DeadLetterFilter? filter, long after) => after >= 0
        ? new(DeadLetterState.Open.ToString(), FilterReason(filter), FilterSource(filter), after)
        : throw Refusal.Field("after_number", "is below 0");

    private static string FilterReason(DeadLetterFilter? filter) => Fields.OptionalText(filter?.Reason ?? "", "filter.reason", FilterLengthMax);

    private static string FilterSource(DeadLetterFilter? filter) => Fields.OptionalText(filter?.Source ?? "", "filter.source", FilterLengthMax);

    // The sources first: where one does not answer, nothing is noted here, and a repeat goes on.
    private async Task<TResponse> SourcesFirstAsync<TResponse>(
        Call call, ServerCallContext context, Func<CancellationToken, Task> tellSources, Func<Transaction, Task<TResponse>> note)
        where TResponse : class, Google.Protobuf.IMessage<TResponse>, new()
    {
        var cancel = context.CancellationToken;
        if (await database.ReadAsync(transaction => requests.FindAsync<TResponse>(transaction, call), cancel) is { } first)
            return first;
        await tellSources(cancel);
        return await requests.OnceAsync(call, note, cancel);
    }

    private static string Reason(string value) => Fields.Text(value, "reason", ReasonLengthMax);

    private static void RequireSource(string source)
    {
        if (!Fold.Sources.Contains(source))
            throw Refusal.Field("source", $"\"{source}\" is not one of {string.Join(", ", Fold.Sources)}");
    }
}
