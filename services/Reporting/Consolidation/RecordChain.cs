using System.Text;
using Iij.Contracts;
using Iij.Platform;

namespace Iij.Reporting;

/// <summary>
/// Binds what reporting stores: each sequence position has a digest over the one before it and everything that the position brought (event with
/// facts, decision, edition, version of the lines model, remark), and reporting signs the last one of each transaction. A person who
/// changes, inserts or removes a row beside the service cannot make the digests fit without the key. Decision 22 gives the reasons.
/// </summary>
public sealed class RecordChain : IDisposable
{
    private const string Form = "iij records 1";
    private const string Service = "reporting";
    private readonly ReportingStore _store;
    private readonly RecordStore _records;
    private readonly HistoryReader _reader;
    private readonly Signer _signer;
    private readonly PublicKeys _keys;

    /// <summary>A chain that is signed and verified with the keys of the settings.</summary>
    public RecordChain(
        ReportingStore store, RecordStore records, HistoryReader reader, Signer signer, ServiceSettings settings, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_store, _records, _reader, _signer) = (store, records, reader, signer);
        _keys = new PublicKeys(Signer.OwnFolder(settings.Signing), clock);
    }

    /// <summary>Whether an error says that a record was altered.</summary>
    public static bool IsAltered(Exception error) => error is Refusal refusal && refusal.Reason == Reason.RecordAltered;

    /// <summary>Binds, once, what was stored before positions were bound.</summary>
    public async Task<bool> BeginAsync(Transaction transaction)
    {
        var last = await _store.LastKnowledgeAsync(transaction);
        if (last == 0 || await _records.FindLastAsync(transaction) is not null || last > await _records.LastBeforeAsync(transaction))
            return false;
        await BindAsync(transaction, "", 0);
        return true;
    }

    /// <summary>
    /// Binds the positions that a transaction took, before it commits. Positions that another hand put behind the last one that is bound stay
    /// without a digest, and nothing more is stored.
    /// </summary>
    public async Task BindAsync(Transaction transaction)
    {
        if (_store.FirstBeforeOf(transaction) is not { } before)
            return;
        var bound = await _records.FindLastAsync(transaction);
        if ((bound?.Knowledge ?? 0) != before)
            throw Altered((bound?.Knowledge ?? 0) + 1, "was not stored by this service");
        await BindAsync(transaction, bound?.Digest ?? "", before);
    }

    /// <summary>Refuses records that are not what was stored (RECORD_ALTERED); returns the last digest.</summary>
    /// <param name="transaction">Where the records were read.</param>
    /// <param name="before">The digest at the position after which they were read; empty at the beginning.</param>
    /// <param name="after">That position.</param>
    /// <param name="added">What was read.</param>
    /// <param name="isWithin">Whether the transaction may have stored positions that it has not bound yet.</param>
    public async Task<string> VerifyAsync(Transaction transaction, string before, long after, History added, bool isWithin)
    {
        ArgumentNullException.ThrowIfNull(added);
        var rows = await _records.ListAsync(transaction, after);
        foreach (var (row, found) in rows.Zip(Digests(before, after, added)))
        {
            if (row.Knowledge != found.Knowledge || row.Digest != found.Digest)
                throw Altered(found.Knowledge, $"is not what was stored: {Name(added, found.Knowledge)}");
        }

        if (rows.Count > added.Knowledge - after)
            throw Altered(added.Knowledge + 1, "was removed");
        if (rows.Count < added.Knowledge - after && !isWithin)
            throw Altered(after + rows.Count + 1, $"was not stored by this service: {Name(added, after + rows.Count + 1)}");
        if (rows.Count == 0)
            return before;
        var head = rows[^1];
        if (_keys.IsSigned(Service, head.KeyId, Signed(head.Knowledge, head.Digest), head.Signature) != true)
            throw Altered(head.Knowledge, "has no signature of this service");
        return head.Digest;
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.Dispose();

    private async Task BindAsync(Transaction transaction, string before, long after)
    {
        var added = await _reader.ReadAsync(transaction, after);
        var rows = Digests(before, after, added).Select(one => new RecordDigestRow { Knowledge = one.Knowledge, Digest = one.Digest }).ToList();
        var (keyId, signature) = _signer.Sign(Signed(rows[^1].Knowledge, rows[^1].Digest));
        rows[^1] = new RecordDigestRow { Knowledge = rows[^1].Knowledge, Digest = rows[^1].Digest, KeyId = keyId, Signature = signature };
        await _records.InsertAsync(transaction, rows);
    }

    private static IEnumerable<(long Knowledge, string Digest)> Digests(string before, long after, History added)
    {
        var events = added.Events.ToDictionary(row => row.Knowledge);
        var decisions = added.Decisions.ToDictionary(row => row.Knowledge);
        var editions = added.Editions.ToLookup(row => row.Preparation);
        var remarks = added.Remarks.ToLookup(row => row.Knowledge);
        var lines = added.Lines.ToLookup(version => Math.Max(1, version.Knowledge)); // the first version is there before any position
        for (var at = after + 1; at <= added.Knowledge; at++)
        {
            object[] parts =
            [
                Form, before, at, .. events.TryGetValue(at, out var told) ? Parts(told, added.Facts.GetValueOrDefault(at, [])) : [],
                .. decisions.TryGetValue(at, out var decided) ? Parts(decided) : [], .. editions[at].SelectMany(Parts), .. lines[at].SelectMany(Parts),
                .. remarks[at].SelectMany(Parts),
            ];
            before = SignedContent.DigestOf(parts);
            yield return (at, before);
        }
    }

    private static object[] Parts(ReceivedEvent row, IReadOnlyList<Fact> facts) =>
    [
        "event", row.Source, row.Incarnation, row.Sequence, row.EventId, row.Transition, row.Month, row.Revision, row.OccurredAt, row.Actor, row.Reason,
        row.SchemaName, row.BodyHash, row.Digest, row.ReceivedAt, row.Waivers, row.KeyId, row.Signature, Fact.Digest(facts),
    ];

    private static object[] Parts(GroupDecision row) =>
    [
        "decision", row.Kind, row.Source, row.Incarnation, row.Month, row.Revision, row.Period, row.Edition, row.LinesVersion, row.Reason, row.Actor,
        row.DecidedAt,
    ];

    private static object[] Parts(EditionRow row) =>
    [
        "edition", row.Period, row.Number, row.Position, row.LinesVersion, row.Vector, row.Kind, row.EmbargoUntil, row.Digest, row.LockKey,
    ];

    private static object[] Parts(RemarkRow row) =>
        ["remark", row.Thread, row.Line, row.Period, row.Content, row.Resolves, row.Actor, row.MadeAt];

    private static object[] Parts(LineVersion version) =>
        ["lines", version.Version, version.DefinedAt, version.Actor, .. version.Lines.Rows.SelectMany(row => new object[] { row.Name, row.Definition })];

    private static byte[] Signed(long knowledge, string digest) => Encoding.UTF8.GetBytes($"{Form}\n{knowledge}\n{digest}");

    private static string Name(History added, long knowledge)
    {
        if (added.Events.FirstOrDefault(row => row.Knowledge == knowledge) is { } told)
            return $"event {told.Sequence} of {told.Source}, {told.Month} {told.Transition}";
        if (added.Remarks.FirstOrDefault(row => row.Knowledge == knowledge) is { } remark)
            return $"the remark of {remark.Actor} on {remark.Line} {remark.Period}".TrimEnd();
        return added.Decisions.FirstOrDefault(row => row.Knowledge == knowledge) is { } decided
            ? $"the decision {decided.Kind} {decided.Period}{decided.Source} {decided.Month}".TrimEnd()
            : "nothing is there";
    }

    private static Refusal Altered(long knowledge, string what) => new(Reason.RecordAltered,
        $"the record at position {knowledge} {what}; no figure is shown until the database is restored", ("knowledge", $"{knowledge}"));
}
