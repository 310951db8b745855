using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Receives period events from the bus or from a request to a source: translates the statement into facts, writes both once, and returns after
/// the commit. A repeated event changes nothing; one that contradicts a stored fact, or cannot be read, is dead-lettered with an
/// alarm and never overwrites.
/// </summary>
public sealed partial class EventInbox : IAsyncDisposable
{
    private const string Service = "reporting"; // acts by itself
    private const long OccurredAtMax = 7_258_118_400_000_000; // the year 2200

    private static readonly HashSet<string> _transitions =
        [.. Enum.GetNames<Transition>().Where(name => name != nameof(Transition.Unspecified))];

    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly ReportingStore _store;
    private readonly DeadLetterStore _letters;
    private readonly PublicKeys _keys;
    private readonly Readiness _readiness;
    private readonly TimeProvider _clock;
    private readonly ILogger<EventInbox> _log;
    private readonly GroupCommit<Incoming, bool> _writer;

    /// <summary>Opens the inbox.</summary>
    public EventInbox(
        Database database, ReportingStore store, DeadLetterStore letters, PublicKeys keys, Readiness readiness, TimeProvider clock,
        ILogger<EventInbox> log)
    {
        ArgumentNullException.ThrowIfNull(database);
        (_database, _store, _letters, _keys, _readiness, _clock, _log) = (database, store, letters, keys, readiness, clock, log);
        _writer = new(database, ApplyAsync, log);
    }

    /// <summary>
    /// A reason to ask a source at once: an event before a received one is missing, or an event contradicts a stored one, so that
    /// the source may be a copy restored from a backup.
    /// </summary>
    public event Action? AskNow;

    /// <summary>
    /// Receives one event from the bus. It waits for an unavailable database, so that no delivery is used up; an exception
    /// then has its cause in the message.
    /// </summary>
    public async Task ConsumeAsync(PeriodEventPublished message, string? sender, CancellationToken cancel)
    {
        await _readiness.WhenReadyAsync(cancel);
        await WaitForDatabaseAsync(() => AcceptAsync(message, cancel, sender), cancel);
    }

    /// <summary>Repeats a database operation while the database is unavailable.</summary>
    public async Task<T> WaitForDatabaseAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(work);
        while (true)
        {
            try
            {
                return await work();
            }
            catch (Exception error) when (_database.Engine.IsUnavailable(error) || RecordChain.IsAltered(error))
            {
                DatabaseAwaited(error.Message); // neither is the message's fault
                await Task.Delay(_retryAfter, _clock, cancel);
            }
        }
    }

    /// <summary>Receives one event; true where it was new.</summary>
    /// <param name="message">The event.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="sender">As <see cref="ConsumePeriodEvent"/> has it; null of an event that was requested from its source.</param>
    public async Task<bool> AcceptAsync(PeriodEventPublished message, CancellationToken cancel, string? sender = null)
    {
        using var span = Telemetry.Begin("inbox");
        var isNew = await _writer.WriteAsync(Take(message, sender), cancel);
        Failpoint.Hit("inbox.commit.after");
        return isNew;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    /// <summary>
    /// Validates a dead-lettered event again, and stores it where it is valid now. Returns what is still wrong:
    /// reason and detail, both empty where it is in the facts now.
    /// </summary>
    public async Task<(string Reason, string Detail)> RedriveAsync(Transaction transaction, PeriodEventPublished message)
    {
        var whole = Take(message, null);
        var verdict = await JudgeAsync(transaction, whole, await KnownAsync(transaction, [whole]));
        if (verdict.Fresh is not null)
            await WriteAsync(transaction, [verdict.Fresh]);
        return (verdict.Reason, verdict.Detail);
    }

    /// <summary>
    /// Settles the open dead letters that carry events of these numbers which are stored with the same content, however they came. A letter that
    /// contradicts what is stored, or is not its source's word, stays open. Returns how many it settled.
    /// </summary>
    public async Task<int> SettleArrivedAsync(Transaction transaction, string source, IReadOnlyList<long> sequences)
    {
        var settled = 0;
        foreach (var letter in await _letters.FindOpenAsync(transaction, source, sequences))
        {
            if (letter.Event is not { } message)
                continue;
            var whole = Take(message, null);
            var verdict = await JudgeAsync(transaction, whole, await KnownAsync(transaction, [whole]));
            if (verdict.Fresh is not null || verdict.Reason.Length > 0)
                continue;
            await _letters.InsertActionAsync(transaction, new DeadLetterActionRow
            {
                Letter = letter.Number, Kind = nameof(DeadLetterState.Arrived), Actor = Service, ActedAt = _clock.Now().ToMicroseconds(),
                Reason = "its event is stored with the same content",
            });
            settled++;
        }

        return settled;
    }

    private async Task<IReadOnlyList<Outcome<bool>>> ApplyAsync(Transaction transaction, IReadOnlyList<Incoming> incoming)
    {
        var known = await KnownAsync(transaction, incoming);
        var fresh = new List<Received>();
        var outcomes = new List<Outcome<bool>>();
        foreach (var one in incoming)
        {
            var verdict = await JudgeAsync(transaction, one, known);
            outcomes.Add(new(verdict.Fresh is not null, null));
            if (verdict.Fresh is not null)
            {
                fresh.Add(verdict.Fresh);
                known.Add(verdict.Fresh.Event);
            }
            else if (verdict.Reason.Length > 0)
            {
                await PutAsideAsync(transaction, one.Message, verdict);
            }
        }

        if (fresh.Count > 0)
            await WriteAsync(transaction, fresh);
        foreach (var source in incoming.GroupBy(one => one.Message.Source))
            await SettleArrivedAsync(transaction, source.Key, [.. source.Select(one => one.Message.Sequence).Distinct()]);
        if (LeavesGap(fresh, known))
            AskNow?.Invoke();
        Failpoint.Hit("inbox.commit.before");
        return outcomes;
    }

    private static bool LeavesGap(IReadOnlyList<Received> fresh, IReadOnlyList<ReceivedEvent> known)
    {
        var held = known.Select(row => (row.Source, row.Incarnation, row.Sequence)).ToHashSet();
        return fresh.Select(one => one.Event).Any(row => row.Sequence > 1 && !held.Contains((row.Source, row.Incarnation, row.Sequence - 1)));
    }

    // What a message may repeat or contradict, and what comes right before it.
    private async Task<List<ReceivedEvent>> KnownAsync(Transaction transaction, IReadOnlyList<Incoming> incoming)
    {
        var known = new List<ReceivedEvent>();
        foreach (var source in incoming.Select(one => one.Message).GroupBy(message => message.Source))
        {
            var sequences = source.SelectMany(m => new[] { m.Sequence - 1, m.Sequence }).Distinct().ToList();
            known.AddRange(await _store.FindEventsAsync(transaction, source.Key, sequences));
            known.AddRange(await _store.FindStatementsAsync(transaction, source.Key, source.Select(m => m.Month).Distinct().ToList()));
        }

        return known;
    }

    private async Task<Verdict> JudgeAsync(Transaction transaction, Incoming incoming, IReadOnlyList<ReceivedEvent> known)
    {
        if (incoming.Problem is var (reason, detail))
            return new(null, reason.Name, detail);
        var (received, problem) = Translate(incoming.Message);
        if (received is null)
            return new(null, Remark.Unreadable.Name, problem);
        var row = received.Event with { TraceParent = incoming.TraceParent };
        var held = known.FirstOrDefault(other => IsSameEvent(other, row)) ?? known.FirstOrDefault(other => IsSameRevision(other, row));
        if (held is null)
            return new(received with { Event = row }, "", "");
        // The same text may have other facts: an earlier version, which received it first, may have known fewer measures.
        var same = IsSameContent(held, row)
            || (IsSameContent(held with { Digest = row.Digest }, row) && await _store.FindBodyAsync(transaction, held.Knowledge) == received.Body);
        return same ? new(null, "", "") : new(null, Remark.ContradictsFact.Name,
            $"knowledge {held.Knowledge} holds {held.Source} {held.Month} sequence {held.Sequence} revision {held.Revision} with another content");
    }

    private async Task WriteAsync(Transaction transaction, IReadOnlyList<Received> fresh)
    {
        var first = await _store.NextKnowledgeAsync(transaction, fresh.Count);
        var at = _clock.Now().ToMicroseconds();
        await _store.InsertEventsAsync(transaction,
            [.. fresh.Select((one, i) => (one.Event with { Knowledge = first + i, ReceivedAt = at }, one.Body, one.Facts))]);
    }

    private static (Received? Received, string Problem) Translate(PeriodEventPublished message)
    {
        try
        {
            if (message.Schema.Length == 0)
                return (new(ReceivedEvent.FromMessage(message, ""), "", []), "");
            if (MeasureCatalog.Parse(message.Schema, message.Body) is not { } statement || !IsOf(message.Source, statement))
                return (null, $"\"{message.Schema}\" is not a statement of {message.Source} that this version knows");
            Waivers.Of(message.Waivers);
            var facts = Fact.Of(statement);
            return (new(ReceivedEvent.FromMessage(message, Fact.Digest(facts)), message.Body, facts), "");
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or InvalidDataException or InvalidJsonException)
        {
            return (null, error.Message);
        }
    }

    // Before anything is compared with what is stored: what is not the source's own word gives no reason to doubt the source.
    private (Remark Reason, string Detail)? ProblemOf(PeriodEventPublished message, string? sender)
    {
        if (HeaderProblem(message) is { } missing)
            return (Remark.Unreadable, missing);
        return sender is not null && sender != message.Source
            ? (Remark.SenderWrong, $"the broker's user \"{sender}\" sent an event of {message.Source}")
            : _keys.ProblemOf(message);
    }

    private static string? HeaderProblem(PeriodEventPublished message)
    {
        if (!Fold.Sources.Contains(message.Source))
            return $"\"{message.Source}\" is not a source this version knows";
        if (Calendar.ParseMonth(message.Month) is null || message.Sequence < 1 || message.Incarnation.Length == 0)
            return "month, sequence or incarnation is missing or invalid";
        // A property that a producer's JSON lacks arrives as 0. The fold does not use this time, but readers see it: 1970 would be false.
        if (message.OccurredAt is <= 0 or > OccurredAtMax)
            return "the time is missing, or not between 1970 and 2200";
        if (!_transitions.Contains(message.Transition))
            return $"\"{message.Transition}\" is not a transition this version knows";
        var closes = message.Transition is nameof(Transition.Closed) or nameof(Transition.RolledForward);
        if (closes != message.Schema.Length > 0)
            return closes ? "a close has a statement" : $"{message.Transition} has no statement";
        return message.Revision < (closes ? 1 : 0) ? $"{message.Revision} is not a revision" : null;
    }

    private static bool IsOf(string source, IMessage statement) => statement.Descriptor.Fields.InDeclarationOrder()
        .Select(MeasureCatalog.MeasureOf)
        .All(measure => measure is null || measure.Name.StartsWith(source + ".", StringComparison.Ordinal));

    // What the message says by itself is judged here, outside of the transaction and its lock.
    private Incoming Take(PeriodEventPublished message, string? sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        var whole = message.WithoutNulls();
        return new(whole, ProblemOf(whole, sender), Telemetry.TraceParent);
    }

    private async Task PutAsideAsync(Transaction transaction, PeriodEventPublished message, Verdict verdict)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message);
        var added = await _letters.InsertAsync(transaction, new DeadLetterRow
        {
            ContentHash = Convert.ToHexStringLower(SHA256.HashData(json)), Reason = verdict.Reason, Detail = verdict.Detail,
            Source = message.Source, Sequence = message.Sequence, EventId = message.EventId,
            Message = System.Text.Encoding.UTF8.GetString(json), ReceivedAt = _clock.Now().ToMicroseconds(),
        });
        if (added == 0)
            return;
        EventDeadLettered(message.EventId, message.Source, verdict.Reason);
        if (verdict.Reason == Remark.ContradictsFact.Name)
            AskNow?.Invoke();
    }

    [LoggerMessage(LogLevel.Warning, "what was received waits for the database: {Error}")]
    private partial void DatabaseAwaited(string error);

    // Why exactly is in the dead letter: what cannot be read may be quoted there, and no log has a figure.
    [LoggerMessage(LogLevel.Error, "event {EventId} of {Source} was dead-lettered: {Reason}")]
    private partial void EventDeadLettered(string eventId, string source, string reason);

    private static bool IsSameEvent(ReceivedEvent a, ReceivedEvent b) =>
        a.Source == b.Source && a.Incarnation == b.Incarnation && a.Sequence == b.Sequence;

    private static bool IsSameRevision(ReceivedEvent a, ReceivedEvent b) =>
        a.HasStatement && b.HasStatement && a.Source == b.Source && a.Incarnation == b.Incarnation && a.Month == b.Month && a.Revision == b.Revision;

    private static bool IsSameContent(ReceivedEvent a, ReceivedEvent b) =>
        IsSameEvent(a, b) && a.EventId == b.EventId && a.Transition == b.Transition && a.Month == b.Month && a.Revision == b.Revision
        && a.Digest == b.Digest && a.SchemaName == b.SchemaName && a.OccurredAt == b.OccurredAt
        && a.Actor == b.Actor && a.Reason == b.Reason && a.Waivers == b.Waivers;

    private sealed record Incoming(PeriodEventPublished Message, (Remark Reason, string Detail)? Problem, string? TraceParent);

    // Fresh: to be written. Neither fresh nor a reason: held already.
    private sealed record Verdict(Received? Fresh, string Reason, string Detail);

    private sealed record Received(ReceivedEvent Event, string Body, IReadOnlyList<Fact> Facts);
}
