using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Microsoft.Extensions.Logging;

namespace Iij.Closing;

/// <summary>
/// The incarnation of the source's database. A copy restored from a backup would issue sequence numbers a second time, so it begins a
/// new incarnation: by itself where the database is visibly another (<see cref="IEngine.EvidenceAsync"/>), and where a witness names
/// an event that this database never recorded. Reporting quarantines a new incarnation until group accounting accepts it.
/// </summary>
public sealed partial class Incarnations(
    Database database, PeriodStore store, EventSignatures signatures, ISource source, TimeProvider clock, ILogger<Incarnations> log)
{
    private const string Itself = "the service";

    /// <summary>Names the source of a new database; checks of an existing one that it belongs to the source and is unchanged.</summary>
    public async Task<bool> IntroduceAsync(Transaction transaction)
    {
        var evidence = await database.Engine.EvidenceAsync(transaction, PeriodStore.SourceTable);
        var known = await store.FindSourceAsync(transaction);
        if (known is null)
        {
            await store.CreateSourceAsync(transaction, source.Name, Guid.NewGuid().ToString(), evidence);
            return true;
        }

        if (known.Name != source.Name)
            throw new SchemaException($"the database belongs to the source \"{known.Name}\", not to \"{source.Name}\"; choose another");
        if (known.Evidence != evidence)
        {
            if (known.Evidence.Length > 0)
                await BeginAsync(transaction, known, Itself, $"the database was {known.Evidence} and is {evidence}: a restored or moved copy");
            await store.SetEvidenceAsync(transaction, evidence);
        }

        await signatures.CompleteAsync(transaction);
        return true;
    }

    /// <summary>Ends an incarnation on request, with a reason; with a witness, only if this database does not know that event.</summary>
    public async Task<BeginIncarnationResponse> BeginAsync(Transaction transaction, Call call, BeginIncarnationRequest request, string reason)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(call);
        var known = (await store.FindSourceAsync(transaction))!;
        if (request.Incarnation != known.Incarnation)
        {
            throw new Refusal(Reason.IncarnationEnded, $"the incarnation is {known.Incarnation}, not \"{request.Incarnation}\"",
                ("incarnation", known.Incarnation));
        }

        RequireSigned(request);
        if (request.Witness is { } witness && await store.FindEventIdAsync(transaction, witness.Sequence) == witness.EventId)
        {
            throw new Refusal(Reason.WitnessKnown, $"event {witness.Sequence} is the one the witness names: this database is not an older copy",
                ("sequence", $"{witness.Sequence}"));
        }

        var begun = await BeginAsync(transaction, known, call.Actor, reason);
        await signatures.CompleteAsync(transaction);
        return new BeginIncarnationResponse { Incarnation = begun };
    }

    // Anybody can name an event that was never recorded; that this source signed it proves that the source once did.
    private void RequireSigned(BeginIncarnationRequest request)
    {
        if (request.Witness is not { } witness)
            return;
        var named = PeriodEventPublished.FromProto(witness.Event ?? new PeriodEvent());
        if ((named.Source, named.Incarnation, named.Sequence, named.EventId) != (source.Name, request.Incarnation, witness.Sequence, witness.EventId)
            || !signatures.IsOwn(named))
        {
            throw new Refusal(Reason.WitnessNotSigned, $"the witness {witness.Sequence} is not an event of {source.Name} and the incarnation "
                + $"{request.Incarnation}, whole and signed by {source.Name}", ("sequence", $"{witness.Sequence}"));
        }
    }

    private async Task<string> BeginAsync(Transaction transaction, SourceRow known, string actor, string reason)
    {
        var next = Guid.NewGuid().ToString();
        await store.InsertIncarnationAsync(transaction, known, next, actor, reason, clock.Now().ToMicroseconds());
        IncarnationBegun(known.Name, next, known.Incarnation, known.LastSequence);
        return next;
    }

    // The reason is in the database: its author may have named a figure, and logs contain none.
    [LoggerMessage(LogLevel.Error, "{Source} begins the incarnation {Next} after {Last} ({Sequence} events). Group accounting must accept it.")]
    private partial void IncarnationBegun(string source, string next, string last, long sequence);
}
