using System.Security.Cryptography;
using System.Text;
using Iij.Contracts;
using Iij.Platform;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Iij.Reporting;

/// <summary>
/// The life of dead letters: listed, inspected, redriven or discarded, each action stored with person, time and reason. Messages that
/// the broker gave up on arrive here too, from its dead-letter queue, so that there is one place to look.
/// </summary>
public sealed partial class DeadLetters(DeadLetterStore store, EventInbox inbox, Database database, TimeProvider clock, ILogger<DeadLetters> log)
    : IHealthCheck
{
    private const string Open = "Open";
    private const string Redriven = "Redriven";
    private const string Refused = "Refused";
    private const string Discarded = "Discarded";
    private const string NoText = "base64:";

    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    /// <summary>A page of them by number.</summary>
    public Task<IReadOnlyList<DeadLetterRow>> ListAsync(Transaction transaction, DeadLetterQuery query, int limit) =>
        store.ListAsync(transaction, query, limit);

    /// <summary>How many are open by reason and source.</summary>
    public Task<IReadOnlyList<DeadLetterCountRow>> CountsAsync(Transaction transaction) => store.CountByReasonAsync(transaction);

    /// <summary>One of them; refuses a number that there is not (DEAD_LETTER_UNKNOWN).</summary>
    public async Task<DeadLetterRow> GetAsync(Transaction transaction, long number) => await store.FindAsync(transaction, number)
        ?? throw new Refusal(Reason.DeadLetterUnknown, $"there is no dead letter {number}", ("number", $"{number}"));

    /// <summary>The actions on one, in order.</summary>
    public Task<IReadOnlyList<DeadLetterActionRow>> ActionsAsync(Transaction transaction, long number) => store.ListActionsAsync(transaction, number);

    /// <summary>Passes its message to the inbox again; if it is refused again it stays open.</summary>
    public async Task<(DeadLetterRow Letter, DeadLetterActionRow Action)> RedriveAsync(
        Transaction transaction, Call call, long number, string reason)
    {
        var letter = await OpenOneAsync(transaction, number);
        var (refused, detail) = letter.Event is { } message
            ? await inbox.RedriveAsync(transaction, message)
            : (Remark.Unreadable.Name, "it is not a period event");
        var acted = await ActAsync(transaction, call, number, refused.Length == 0 ? Redriven : Refused,
            refused.Length == 0 ? "" : $"{refused}: {detail}", reason);
        if (refused.Length == 0)
            await inbox.SettleArrivedAsync(transaction, letter.Source, [letter.Sequence]); // other letters may carry the same event
        return acted;
    }

    /// <summary>
    /// Redrives or discards open letters in the order of their numbers, and counts those that are left. A letter that an earlier one of them
    /// settled, because both carry one event, is passed over.
    /// </summary>
    public async Task<(IReadOnlyList<(DeadLetterRow Letter, DeadLetterActionRow Action)> Settled, long Left)> SettleAsync(
        Transaction transaction, Call call, DeadLetterQuery query, int limit, string reason, bool redrive)
    {
        ArgumentNullException.ThrowIfNull(query);
        var settled = new List<(DeadLetterRow, DeadLetterActionRow)>();
        var letters = await store.ListAsync(transaction, query with { State = Open }, limit);
        foreach (var letter in letters)
        {
            if ((await GetAsync(transaction, letter.Number)).State == Open)
                settled.Add(await (redrive ? RedriveAsync(transaction, call, letter.Number, reason) : DiscardAsync(transaction, call, letter.Number, reason)));
        }

        var left = letters.Count < limit ? 0 : await store.CountOpenAsync(transaction, query with { After = letters[^1].Number });
        return (settled, left);
    }

    /// <summary>Closes it without effect.</summary>
    public async Task<(DeadLetterRow Letter, DeadLetterActionRow Action)> DiscardAsync(
        Transaction transaction, Call call, long number, string reason)
    {
        await OpenOneAsync(transaction, number);
        return await ActAsync(transaction, call, number, Discarded, "", reason);
    }

    /// <summary>Stores a message that the broker gave up on as a dead letter; waits while the database is unavailable.</summary>
    public async Task TakeAsync(DeadMessage message, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(message);
        var text = Text(message.Body);
        var named = DeadLetterRow.EventOf(text);
        var row = new DeadLetterRow
        {
            ContentHash = Convert.ToHexStringLower(SHA256.HashData(message.Body)), Reason = Remark.Undeliverable.Name, Detail = message.Why,
            Source = Plain(named?.Source), Sequence = named?.Sequence ?? 0, EventId = Plain(named?.EventId), Message = text,
            ReceivedAt = clock.Now().ToMicroseconds(),
        };
        if (await inbox.WaitForDatabaseAsync(() => database.WriteAsync(transaction => StoreAsync(transaction, row), cancel), cancel))
            MessagePutAside(row.Reason, row.Detail);
    }

    // Whether it is new, and open: its event may have come by another way meanwhile.
    private async Task<bool> StoreAsync(Transaction transaction, DeadLetterRow row) =>
        await store.InsertAsync(transaction, row) > 0 && await inbox.SettleArrivedAsync(transaction, row.Source, [row.Sequence]) == 0;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var open = await database.ReadAsync(store.CountOpenAsync, cancellationToken);
            var data = new Dictionary<string, object> { ["open"] = open };
            return open == 0
                ? HealthCheckResult.Healthy(data: data)
                : HealthCheckResult.Degraded("dead letters are open; redrive or discard them", data: data);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return HealthCheckResult.Degraded("unknown: the database does not answer"); // which another check says already
        }
    }

    [LoggerMessage(LogLevel.Error, "a message was dead-lettered: {Reason}, {Detail}")]
    private partial void MessagePutAside(string reason, string detail);

    private async Task<DeadLetterRow> OpenOneAsync(Transaction transaction, long number)
    {
        var letter = await GetAsync(transaction, number);
        return letter.State == Open ? letter : throw new Refusal(Reason.DeadLetterSettled,
            $"dead letter {number} is {letter.State.ToLowerInvariant()} already", ("number", $"{number}"), ("state", letter.State));
    }

    private async Task<(DeadLetterRow Letter, DeadLetterActionRow Action)> ActAsync(
        Transaction transaction, Call call, long number, string kind, string outcome, string reason)
    {
        var action = new DeadLetterActionRow
        {
            Letter = number, Kind = kind, Outcome = outcome, Actor = call.Actor, Reason = reason, ActedAt = clock.Now().ToMicroseconds(),
        };
        await store.InsertActionAsync(transaction, action);
        return (await GetAsync(transaction, number), action);
    }

    // PostgreSQL keeps no text with a NUL in it.
    private static string Plain(string? text) => (text ?? "").Replace("\0", "", StringComparison.Ordinal);

    private static string Text(byte[] body)
    {
        try
        {
            var text = _strict.GetString(body);
            return text.Contains('\0', StringComparison.Ordinal) ? NoText + Convert.ToBase64String(body) : text;
        }
        catch (DecoderFallbackException)
        {
            return NoText + Convert.ToBase64String(body);
        }
    }
}
