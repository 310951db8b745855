using Iij.Contracts;
using NodaTime;

namespace Iij.Reporting;

/// <summary>
/// An event as reporting keeps it: a header, and facts where it carries a statement. The statement's text stays in the database; the
/// view needs the facts alone.
/// </summary>
public sealed record ReceivedEvent
{
    /// <summary>Its number in the order of commits: reporting's clock.</summary>
    public long Knowledge { get; init; }

    /// <summary>network, backlog, cloud, atm or group.</summary>
    public string Source { get; init; } = "";

    /// <summary>The life of the source's database it comes from.</summary>
    public string Incarnation { get; init; } = "";

    /// <summary>Its number within the incarnation.</summary>
    public long Sequence { get; init; }

    /// <summary>A UUID.</summary>
    public string EventId { get; init; } = "";

    /// <summary>Prepared, Returned, Closed, Reopened, Locked, Unlocked or RolledForward.</summary>
    public string Transition { get; init; } = "";

    /// <summary>2012-12.</summary>
    public string Month { get; init; } = "";

    /// <summary>The revision that stands at the source after it.</summary>
    public int Revision { get; init; }

    /// <summary>Microseconds since 1970 UTC, by the source's clock.</summary>
    public long OccurredAt { get; init; }

    /// <summary>Who acted.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The statement message's full name; empty without a statement.</summary>
    public string SchemaName { get; init; } = "";

    /// <summary>SHA-256 of the facts; empty without a statement.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Microseconds since 1970 UTC, by reporting's clock.</summary>
    public long ReceivedAt { get; init; }

    /// <summary>The traceparent of what took it in; null where that is not followed.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What <see cref="Contracts.Waivers"/> writes of the waivers of the close; empty where there is none.</summary>
    public string Waivers { get; init; } = "";

    /// <summary>The id of the source's key that signed it; empty where it was received before sources signed.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>The source's signature in base64; empty where it was received before sources signed.</summary>
    public string Signature { get; init; } = "";

    /// <summary>SHA-256 of the statement's text; empty of an event that was received before it was kept.</summary>
    public string BodyHash { get; init; } = "";

    /// <summary>Whether it carries a statement.</summary>
    public bool HasStatement => SchemaName.Length > 0;

    /// <summary>The month.</summary>
    public YearMonth YearMonth => Calendar.ParseMonth(Month)!.Value;

    /// <summary>A message that the inbox validated, with the digest of its facts.</summary>
    public static ReceivedEvent FromMessage(PeriodEventPublished message, string digest)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new ReceivedEvent
        {
            Source = message.Source, Incarnation = message.Incarnation, Sequence = message.Sequence, EventId = message.EventId,
            Transition = message.Transition, Month = message.Month, Revision = message.Revision, OccurredAt = message.OccurredAt,
            Actor = message.Actor, Reason = message.Reason, SchemaName = message.Schema, Digest = digest,
            Waivers = message.Waivers, KeyId = message.KeyId, Signature = message.Signature,
            BodyHash = SignedContent.HashOf(message.Body),
        };
    }

    /// <summary>The event as the bus carried it, whole and with its signature.</summary>
    public PeriodEventPublished ToMessage(string body) => ToMessage() with { Body = body, KeyId = KeyId, Signature = Signature };

    /// <summary>The event as the bus carried it, without the statement's text and the signature, which covers it.</summary>
    public PeriodEventPublished ToMessage() => new(
        EventId, Source, Incarnation, Transition, Month, Revision, Sequence, Sequence - 1, OccurredAt, Actor, Reason, SchemaName, "", Waivers);
}
