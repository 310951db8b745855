using Iij.Contracts;

namespace Iij.Closing;

/// <summary>A row of period_event with its statement: the event as the source keeps it.</summary>
public sealed record EventRow
{
    /// <summary>A UUID.</summary>
    public string EventId { get; init; } = "";

    /// <summary>The source's name.</summary>
    public string Source { get; init; } = "";

    /// <summary>The source's incarnation.</summary>
    public string Incarnation { get; init; } = "";

    /// <summary>The transition by name.</summary>
    public string Transition { get; init; } = "";

    /// <summary>2012-12.</summary>
    public string Month { get; init; } = "";

    /// <summary>The revision that stands after it.</summary>
    public int Revision { get; init; }

    /// <summary>Its number.</summary>
    public long Sequence { get; init; }

    /// <summary>Microseconds since 1970 UTC.</summary>
    public long OccurredAt { get; init; }

    /// <summary>Who acted.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why; empty where no reason is needed.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The statement message's full name; empty without a statement.</summary>
    public string SchemaName { get; init; } = "";

    /// <summary>The statement; empty without one.</summary>
    public string Body { get; init; } = "";

    /// <summary>The waivers of the statement as <see cref="Waivers"/> writes them; empty without any.</summary>
    public string WaiverText { get; init; } = "";

    /// <summary>The id of the key that signed it in this incarnation; empty where it is not signed.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>The signature in base64; empty where it is not signed.</summary>
    public string Signature { get; init; } = "";

    /// <summary>The traceparent of what made it, while it is in the outbox; null where that is not followed.</summary>
    public string? TraceParent { get; init; }

    /// <summary>1: the event carries a statement.</summary>
    public int StatementFlag => SchemaName.Length > 0 ? 1 : 0;

    /// <summary>The event as the bus carries it.</summary>
    public PeriodEventPublished ToMessage() => new(
        EventId, Source, Incarnation, Transition, Month, Revision, Sequence, Sequence - 1, OccurredAt, Actor, Reason, SchemaName, Body,
        WaiverText, KeyId, Signature);
}
