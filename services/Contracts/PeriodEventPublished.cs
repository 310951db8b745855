namespace Iij.Contracts;

/// <summary>
/// A transition of one month of one source, as it travels on the bus: the one hand-written record among the messages, because
/// the bus serialises it as plain JSON. Its namespace and name are the message's address; moving it breaks consumers.
/// The statement in <paramref name="Body"/> is proto3 JSON of the message that <paramref name="Schema"/> names.
/// </summary>
/// <param name="EventId">A UUID, the same for every delivery.</param>
/// <param name="Source">network, backlog, cloud, atm or group.</param>
/// <param name="Incarnation">A UUID of the source's database: another one after a restore from an older copy.</param>
/// <param name="Transition">Prepared, Returned, Closed, Reopened, Locked, Unlocked or RolledForward.</param>
/// <param name="Month">2012-12.</param>
/// <param name="Revision">The revision that stands after the event; 0 before the first close.</param>
/// <param name="Sequence">1, 2, 3, … without a hole within an incarnation.</param>
/// <param name="PreviousSequence">Sequence - 1.</param>
/// <param name="OccurredAt">Microseconds since 1970 UTC, by the source's clock.</param>
/// <param name="Actor">Who acted.</param>
/// <param name="Reason">Why, where the transition needs a reason; empty otherwise.</param>
/// <param name="Schema">The statement message's full name; empty without a statement.</param>
/// <param name="Body">The statement; empty without one. These bytes are stored once and served for ever.</param>
public sealed record PeriodEventPublished(
    string EventId,
    string Source,
    string Incarnation,
    string Transition,
    string Month,
    int Revision,
    long Sequence,
    long PreviousSequence,
    long OccurredAt,
    string Actor,
    string Reason,
    string Schema,
    string Body);
