using Iij.Closing.V1;
using Iij.Platform;

namespace Iij.Reporting;

/// <summary>
/// Detects a source whose database is an older copy of the one that published the stored events: it does not know such an event, or
/// gave its number to another. The source is asked to begin a new incarnation, and verifies the witness itself.
/// </summary>
public sealed class CopyDetector(Database database, ReportingStore store, DeadLetterStore letters)
{
    private const string Actor = "reporting";
    private const int ContradictionsMax = 20;

    /// <summary>A stored event that the source does not know, or null. Checked are the last one and those that a message contradicted.</summary>
    public async Task<EventWitness?> FindWitnessAsync(
        ClosingService.ClosingServiceClient client, string source, long lastSequence, IReadOnlyList<ReceivedEvent> held, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (held.Count == 0)
            return null;
        var contradicted = await database.ReadAsync(transaction => letters.ContradictedAsync(transaction, source), cancel);
        var suspects = held.Where(row => contradicted.Contains(row.Sequence)).OrderByDescending(row => row.Sequence).Take(ContradictionsMax);
        foreach (var row in suspects.Prepend(held.MaxBy(row => row.Sequence)!))
        {
            if (row.Sequence > lastSequence || await EventIdAsync(client, row.Sequence, cancel) is { } known && known != row.EventId)
                return await WitnessAsync(row, cancel);
        }

        return null;
    }

    /// <summary>Asks the source to end its incarnation with this witness; returns its description afterwards.</summary>
    public async Task<GetSourceResponse> EndIncarnationAsync(
        ClosingService.ClosingServiceClient client, string incarnation, EventWitness witness, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(witness);
        await client.BeginIncarnationAsync(new BeginIncarnationRequest
        {
            // Nobody can use it up beforehand. A repetition is refused, since the incarnation has ended then.
            RequestId = Guid.NewGuid().ToString(), Incarnation = incarnation, Witness = witness,
            Reason = $"reporting holds event {witness.Sequence} {witness.EventId}, which this database does not know",
        }, Peers.Options(cancel, Actor));
        return await client.GetSourceAsync(new GetSourceRequest(), Peers.Options(cancel));
    }

    private async Task<EventWitness> WitnessAsync(ReceivedEvent row, CancellationToken cancel)
    {
        if (row.Signature.Length == 0)
        {
            throw new InvalidOperationException($"{row.Source} does not know event {row.Sequence} of its incarnation {row.Incarnation}, which was "
                + "received before sources signed their events and proves nothing; if its database is an older copy, begin a new incarnation there");
        }

        var body = await database.ReadAsync(transaction => store.FindBodyAsync(transaction, row.Knowledge), cancel);
        return new EventWitness { Sequence = row.Sequence, EventId = row.EventId, Event = row.ToMessage(body ?? "").ToProto() };
    }

    private async Task<string?> EventIdAsync(ClosingService.ClosingServiceClient client, long sequence, CancellationToken cancel)
    {
        var page = await client.ListPeriodEventsAsync(
            new ListPeriodEventsRequest { AfterSequence = sequence - 1, PageSize = 1 }, Peers.Options(cancel, Actor));
        return page.Events.FirstOrDefault(e => e.Sequence == sequence)?.EventId;
    }
}
