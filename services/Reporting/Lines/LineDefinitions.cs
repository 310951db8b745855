using Iij.Client;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// The lines model changes in two steps by two people: one prepares a version with a reason, another approves it after its preview. Editions
/// and positions of before keep their version.
/// </summary>
public sealed class LineDefinitions(
    Database database, LineStore store, GroupAccounting accounting, Views views, Preview preview, TimeProvider clock)
{
    /// <summary>The lines of a version, also of the one that waits for approval. Refuses others (VERSION_UNKNOWN).</summary>
    public async Task<ListLinesResponse> ListAsync(int version, CancellationToken cancel)
    {
        var (history, _) = await views.LatestAsync(cancel);
        var known = version == 0 ? history.Lines[^1] : history.Lines.FirstOrDefault(known => known.Version == version);
        var waiting = LinesPreparation.Waiting(history);
        if (known is null && waiting?.LinesVersion != version)
            throw new Refusal(Reason.VersionUnknown, $"there is no version {version}; the latest is {history.Lines[^1].Version}");
        var lines = known?.Lines ?? await database.ReadAsync(transaction => store.FindProposalAsync(transaction, waiting!.Knowledge), cancel);
        return new ListLinesResponse
        {
            Version = known?.Version ?? version, Model = known is null ? ToProto(waiting!, lines, LinesState.Prepared) : ToProto(history, known),
            Lines = { lines.Lines.Select(ToProto) },
        };
    }

    /// <summary>Prepares the next version. It replaces one that waits for approval.</summary>
    public async Task<DefineLinesResponse> PrepareAsync(
        Transaction transaction, Call call, IEnumerable<(string Name, string Definition)> rows, string reason)
    {
        var lines = Model(rows);
        var version = (await store.ListVersionsAsync(transaction))[^1].Version + 1;
        var prepared = await DecideAsync(transaction, call, GroupDecision.LinesPrepared, version, reason);
        await store.InsertProposalAsync(transaction, prepared.Knowledge, lines);
        return new DefineLinesResponse { Version = version, Model = ToProto(prepared, lines, LinesState.Prepared) };
    }

    /// <summary>Every figure of a period that a prepared version changes, against the live view.</summary>
    public async Task<GetLinesPreviewResponse> PreviewAsync(int version, ReportingPeriod period, CancellationToken cancel)
    {
        var (history, live) = await views.LatestAsync(cancel);
        var waiting = await database.ReadAsync(transaction => WaitingAsync(transaction, history, version), cancel);
        var with = Fold.Of(history with
        {
            Lines = [.. history.Lines, new LineVersion(version, history.Knowledge, waiting.Prepared.DecidedAt, waiting.Lines, waiting.Prepared.Actor)],
        });
        return new GetLinesPreviewResponse
        {
            Model = ToProto(waiting.Prepared, waiting.Lines, LinesState.Prepared), Preview = preview.OfCopy(live, with, period),
        };
    }

    /// <summary>Makes a prepared version the model. Refuses the person who prepared it, and a digest that is not that of its preparation.</summary>
    public async Task<ApproveLinesResponse> ApproveAsync(Transaction transaction, Call call, int version, string digest)
    {
        ArgumentNullException.ThrowIfNull(call);
        var (history, _) = await views.WithinAsync(transaction);
        var (prepared, lines) = await WaitingAsync(transaction, history, version);
        if (ActorMetadata.IsSame(prepared.Actor, call.Actor))
        {
            throw new Refusal(Reason.SamePerson, $"lines version {version} was prepared by {prepared.Actor}; another person approves it",
                ("version", $"{version}"), ("prepared_by", prepared.Actor));
        }

        if (digest != DigestOf(prepared, lines))
        {
            throw new Refusal(Reason.LinesOutdated, $"lines version {version} is not approved: the digest is not that of its preparation; look at it again",
                ("version", $"{version}"));
        }

        var approved = await DecideAsync(transaction, call, GroupDecision.LinesApproved, version, "");
        var row = new LineVersion(version, approved.Knowledge, approved.DecidedAt, lines, call.Actor);
        await store.InsertVersionAsync(transaction, row);
        return new ApproveLinesResponse { Knowledge = approved.Knowledge, Model = ToProto(prepared, lines, LinesState.Approved, row) };
    }

    /// <summary>Returns a prepared version: it will not be the model.</summary>
    public async Task<ReturnLinesResponse> ReturnAsync(Transaction transaction, Call call, int version, string reason)
    {
        var (history, _) = await views.WithinAsync(transaction);
        var (prepared, lines) = await WaitingAsync(transaction, history, version);
        await DecideAsync(transaction, call, GroupDecision.LinesReturned, version, reason);
        return new ReturnLinesResponse { Model = ToProto(prepared, lines, LinesState.Returned) };
    }

    private async Task<LinesPreparation> WaitingAsync(Transaction transaction, History history, int version) =>
        LinesPreparation.Waiting(history) is { } waiting && waiting.LinesVersion == version
            ? new LinesPreparation(waiting, await store.FindProposalAsync(transaction, waiting.Knowledge))
            : throw new Refusal(Reason.LinesNotPrepared, $"no lines version {version} waits for approval", ("version", $"{version}"));

    private async Task<GroupDecision> DecideAsync(Transaction transaction, Call call, string kind, int version, string reason)
    {
        var decision = new GroupDecision { Kind = kind, LinesVersion = version, Reason = reason, Actor = call.Actor, DecidedAt = clock.Now().ToMicroseconds() };
        return decision with { Knowledge = await accounting.DecideAsync(transaction, call, decision) };
    }

    private static LineModel Model(IEnumerable<(string Name, string Definition)> rows)
    {
        try
        {
            return new LineModel(rows);
        }
        catch (LineModelException error)
        {
            throw new Refusal(Reason.LinesInvalid, error.Message, ("field", "lines"), ("line", error.Line));
        }
    }

    // What an approver confirms: the model, and the preparation with its reason.
    private static string DigestOf(GroupDecision prepared, LineModel lines) =>
        SignedContent.DigestOf("iij lines 1", lines.Digest, prepared.Knowledge, prepared.LinesVersion, prepared.Reason, prepared.Actor);

    private static Line ToProto(LineInfo line) => new()
    {
        Name = line.Name, Definition = line.Definition, Nature = line.Nature, Unit = line.Unit, Title = LineNames.Of(line.Name),
    };

    private static LinesVersion ToProto(History history, LineVersion version)
    {
        var prepared = history.Decisions.LastOrDefault(row => row.Kind == GroupDecision.LinesPrepared && row.LinesVersion == version.Version);
        return prepared is not null ? ToProto(prepared, version.Lines, LinesState.Approved, version) : new LinesVersion
        {
            Version = version.Version, State = LinesState.Approved, Digest = version.Lines.Digest, ApprovedBy = version.Actor,
            ApprovedAt = Fields.Time(version.DefinedAt),
        };
    }

    private static LinesVersion ToProto(GroupDecision prepared, LineModel lines, LinesState state, LineVersion? approved = null) => new()
    {
        Version = prepared.LinesVersion, State = state, Digest = DigestOf(prepared, lines), Reason = prepared.Reason, PreparedBy = prepared.Actor,
        PreparedAt = Fields.Time(prepared.DecidedAt), ApprovedBy = approved?.Actor ?? "",
        ApprovedAt = approved is null ? null : Fields.Time(approved.DefinedAt),
    };
}
