using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Iij.Closing.V1;

namespace Iij.Contracts;

/// <summary>
/// A transition of one month of one source, as it travels on the bus: the one hand-written record among the messages, because
/// the bus serialises it as plain JSON. Its namespace and name are the message's address; moving it breaks consumers.
/// The statement in <paramref name="Body"/> is proto3 JSON of the message that <paramref name="Schema"/> names.
/// The record stands between the row of either side and the proto: a row is mapped to this record alone, and only here is it
/// mapped to the proto and back.
/// </summary>
/// <param name="EventId">A UUID, the same for every delivery.</param>
/// <param name="Source">The name of the source, as in deploy/sources.csv.</param>
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
/// <param name="Waivers">What <see cref="Contracts.Waivers"/> writes of the waivers; empty where there is none.</param>
/// <param name="KeyId">The id of the source's key that signed it; empty of an event that is not signed.</param>
/// <param name="Signature">ECDSA P-256 over <see cref="SignedContent"/>, 64 bytes in base64; empty of an event that is not signed.</param>
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
    string Body,
    string Waivers = "",
    string KeyId = "",
    string Signature = "")
{
    /// <summary>
    /// An event as ListPeriodEvents serves it, as the bus would have carried it. What cannot be read is left empty, and a missing
    /// time is -1: the inbox dead-letters such an event, and those behind it are received.
    /// </summary>
    public static PeriodEventPublished FromProto(PeriodEvent wire)
    {
        ArgumentNullException.ThrowIfNull(wire);
        return new PeriodEventPublished(
            wire.EventId, wire.Source, wire.Incarnation, wire.Transition.ToString(), wire.Month.ToYearMonth()?.ToIso() ?? "", wire.Revision,
            wire.Sequence, wire.PreviousSequence, wire.OccurredAt is null ? -1 : wire.OccurredAt.Seconds * 1_000_000 + wire.OccurredAt.Nanos / 1_000,
            wire.Actor, wire.Reason, wire.Schema, wire.Body, Contracts.Waivers.ToText(wire.Waivers),
            wire.KeyId, wire.Signature.ToBase64());
    }

    /// <summary>The event as ListPeriodEvents and the answers of reporting serve it: of a stored event, which was validated before.</summary>
    public PeriodEvent ToProto() => new()
    {
        EventId = EventId, Source = Source, Incarnation = Incarnation, Transition = System.Enum.Parse<Transition>(Transition),
        Month = Calendar.ParseMonth(Month)!.Value.ToProto(), Revision = Revision, Sequence = Sequence, PreviousSequence = PreviousSequence,
        OccurredAt = Timestamp.FromDateTimeOffset(Calendar.FromMicroseconds(OccurredAt).ToDateTimeOffset()), Actor = Actor, Reason = Reason,
        Schema = Schema, Body = Body, Waivers = { Contracts.Waivers.Of(Waivers) },
        KeyId = KeyId, Signature = ByteString.FromBase64(Signature),
    };

    /// <summary>The same event with an empty text for each null, which the bus hands over where a producer's JSON lacks a property.</summary>
    public PeriodEventPublished WithoutNulls() => this with
    {
        EventId = EventId ?? "",
        Source = Source ?? "",
        Incarnation = Incarnation ?? "",
        Transition = Transition ?? "",
        Month = Month ?? "",
        Actor = Actor ?? "",
        Reason = Reason ?? "",
        Schema = Schema ?? "",
        Body = Body ?? "",
        Waivers = Waivers ?? "",
        KeyId = KeyId ?? "",
        Signature = Signature ?? "",
    };
}
