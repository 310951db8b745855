using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Iij.Closing;

/// <summary>
/// Where entries are recorded: everything that waits is written in one transaction together with the running totals, each
/// caller is answered after the commit, and a repeated request gets its first answer.
/// </summary>
public sealed class Journal : IAsyncDisposable
{
    private readonly Database _database;
    private readonly JournalStore _store;
    private readonly RequestStore _requests;
    private readonly PeriodStore _periods;
    private readonly ISource _source;
    private readonly ServiceSettings _settings;
    private readonly TimeProvider _clock;
    private readonly GroupCommit<Work, EntryReceipt> _writer;

    /// <summary>Opens the journal of a source.</summary>
    public Journal(
        Database database, JournalStore store, RequestStore requests, PeriodStore periods, ISource source, ServiceSettings settings,
        TimeProvider clock, ILogger<Journal> log)
    {
        (_database, _store, _requests, _periods) = (database, store, requests, periods);
        (_source, _settings, _clock) = (source, settings, clock);
        _writer = new(database, ApplyAsync, log);
    }

    /// <summary>Records a decision that rests on the request alone.</summary>
    public Task<EntryReceipt> RecordAsync(Call call, Decision decision) => RecordFromOwnRowsAsync(call, _ => Task.FromResult(decision));

    /// <summary>
    /// Records what a rule decides, or throws its refusal. The rule runs in the write transaction: what it reads, holds. It sees the
    /// earlier entries of the batch and their running totals, which are written before it runs.
    /// </summary>
    /// <param name="call">The acting person and the request id.</param>
    /// <param name="decide">The rule. It writes nothing itself; its decision's Write does, once the whole decision stands.</param>
    public Task<EntryReceipt> RecordAsync(Call call, Func<Transaction, Task<Decision>> decide) =>
        WriteAsync(new Work(call, async transaction => new Recording(await decide(transaction)), SeesBatch: true));

    /// <summary>
    /// Records what a rule decides that reads only the rows that a decision's Write makes, and reversals, which are written at once. It does
    /// not see the entries, postings and running totals of the batch: for frequent entries, which go out in few statements so.
    /// </summary>
    /// <param name="call">The acting person and the request id.</param>
    /// <param name="decide">The rule, as in <see cref="RecordAsync(Call, Func{Transaction, Task{Decision}})"/>.</param>
    public Task<EntryReceipt> RecordFromOwnRowsAsync(Call call, Func<Transaction, Task<Decision>> decide) =>
        WriteAsync(new Work(call, async transaction => new Recording(await decide(transaction)), SeesBatch: false));

    /// <summary>Reverses an entry with a reason: negated postings, at its own date or at a later one, in its month or a later one.</summary>
    public Task<EntryReceipt> ReverseAsync(Call call, long number, string reason, LocalDate? reversedOn) =>
        WriteAsync(new Work(call, transaction => DecideReversalAsync(transaction, number, reason, reversedOn), SeesBatch: true));

    /// <summary>Credits a part of an entry with a reason, at the entry's own date or at a later one, in its month or a later one.</summary>
    public Task<EntryReceipt> CreditAsync(Call call, CreditRequest request) =>
        WriteAsync(new Work(call, transaction => DecideCreditAsync(transaction, request), SeesBatch: true));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async Task<EntryReceipt> WriteAsync(Work work)
    {
        try
        {
            var receipt = await _writer.WriteAsync(work);
            Failpoint.Hit("entry.commit.after");
            return receipt;
        }
        catch (Exception error) when (_database.Engine.IsOutOfRange(error))
        {
            throw new Refusal(Reason.TotalTooLarge,
                "the running total would leave the range that totals have; look for amounts in a wrong unit and reverse them");
        }
    }

    private async Task<Recording> DecideReversalAsync(Transaction transaction, long number, string reason, LocalDate? reversedOn)
    {
        var entry = await StandingAsync(transaction, number);
        if (entry.Reverses is not null)
            throw new Refusal(Reason.EntryIsReversal, $"entry {number} is a reversal; record the original again instead", Key(number));
        if (await _store.FirstCreditAsync(transaction, number) is { } credit)
        {
            throw new Refusal(Reason.EntryCredited, $"entry {number} is credited in part by entry {credit}; reverse that first",
                [.. Key(number), ("credited_by", $"{credit}")]);
        }

        var date = NotBefore(entry, reversedOn, "reversed_on");
        await _source.CheckReversalAsync(transaction, entry, date);
        var negated = entry.Postings.Select(posting => posting with { Amount = -posting.Amount }).ToList();
        return new Recording(new Decision(entry.Kind, date, negated, entry.Class), entry, IsReversal: true, reason);
    }

    private async Task<Recording> DecideCreditAsync(Transaction transaction, CreditRequest request)
    {
        var entry = await StandingAsync(transaction, request.Entry);
        var posting = CreditNote.PostingOf(entry, request.Measure);
        var moved = _source.MovedByCredit(entry, posting.Measure);
        var date = NotBefore(entry, request.On, "credited_on");
        var taken = CreditNote.Take(entry, posting, await _store.CreditedAsync(transaction, entry.Number, posting.Measure), request.Amount);
        var postings = moved.Select(measure => taken with { Measure = measure }).Prepend(taken).ToList();
        var decision = new Decision(CreditNote.Kind, date, postings)
        {
            Write = (write, number) => _store.InsertCreditAsync(write, number, entry.Number, posting.Measure, request.Amount),
        };
        return new Recording(decision, entry, IsReversal: false, request.Reason);
    }

    private async Task<RecordedEntry> StandingAsync(Transaction transaction, long number)
    {
        if (await _store.FindEntryAsync(transaction, number) is not var (entry, reversedBy))
            throw new Refusal(Reason.EntryUnknown, $"there is no entry {number}", Key(number));
        return reversedBy is null ? entry
            : throw new Refusal(Reason.EntryReversed, $"entry {number} is reversed by entry {reversedBy} already", Key(number));
    }

    private static LocalDate NotBefore(RecordedEntry entry, LocalDate? date, string field) => date is null || date >= entry.Date
        ? date ?? entry.Date
        : throw Refusal.Field(field, $"is before the entry's own date {entry.Date.ToIso()}");

    private static (string Key, string Value)[] Key(long number) =>
        [("entry_number", number.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    private async Task<IReadOnlyList<Outcome<EntryReceipt>>> ApplyAsync(Transaction transaction, IReadOnlyList<Work> works)
    {
        var answered = (await _requests.FindAsync(transaction, works.Select(work => work.Call.RequestId).Distinct().ToList()))
            .ToDictionary(request => request.RequestId);
        var calendar = new PostingCalendar(await _periods.ListAsync(transaction), _settings.LateEntries);
        var batch = new Batch(_store, _requests, transaction, await _store.LastNumberAsync(transaction), _clock.Now());
        var outcomes = new List<Outcome<EntryReceipt>>(works.Count);
        foreach (var work in works)
        {
            try
            {
                outcomes.Add(new(await ApplyOneAsync(transaction, work, answered, calendar, batch), null));
            }
            catch (Refusal refusal)
            {
                outcomes.Add(new(null, refusal));
            }
        }

        await batch.FlushAsync();
        Failpoint.Hit("entry.commit.before");
        return outcomes;
    }

    private static async Task<EntryReceipt> ApplyOneAsync(
        Transaction transaction, Work work, Dictionary<string, AnsweredRequest> answered, PostingCalendar calendar, Batch batch)
    {
        if (answered.TryGetValue(work.Call.RequestId, out var first))
            return EntryReceipt.Parser.ParseFrom(Requests.FirstAnswer(first, work.Call));
        if (work.SeesBatch)
            await batch.FlushAsync();
        var recording = await work.Decide(transaction);
        var date = recording.Decision.Date;
        var month = recording.Original is { } original ? calendar.ReversalMonth(original, date) : calendar.PostedMonth(date, recording.Decision.Class);
        var receipt = await batch.AddAsync(work.Call, recording, month);
        if (recording.IsReversal)
            await batch.FlushAsync(); // what was reversed is no longer looked at from here on
        answered[work.Call.RequestId] = new(work.Call.RequestId, work.Call.ContentHash, receipt.ToByteArray());
        return receipt;
    }

    private sealed record Work(Call Call, Func<Transaction, Task<Recording>> Decide, bool SeesBatch);

    // An entry to record; of a reversal and of a credit note with the entry that it takes back, whole or in part.
    private sealed record Recording(Decision Decision, RecordedEntry? Original = null, bool IsReversal = false, string Reason = "")
    {
        public RecordedEntry? Reversed => IsReversal ? Original : null;
    }

    /// <summary>What a batch has decided and not written yet: entries, postings and totals go out in few statements.</summary>
    private sealed class Batch(JournalStore store, RequestStore requests, Transaction transaction, long lastNumber, Instant now)
    {
        private readonly List<EntryRow> _entries = [];
        private readonly List<PostingRow> _postings = [];
        private readonly List<TotalChange> _changes = [];
        private readonly List<AnsweredRequest> _answers = [];
        private long _lastNumber = lastNumber;

        public async Task<EntryReceipt> AddAsync(Call call, Recording recording, YearMonth month)
        {
            var (decision, reversed) = (recording.Decision, recording.Reversed);
            var number = ++_lastNumber;
            var at = now.ToMicroseconds();
            _entries.Add(new EntryRow
            {
                Number = number, Kind = decision.Kind, EntryDate = decision.Date.ToIso(), Month = month.ToIso(),
                Opening = (short)(decision.Class == EntryClass.Activity ? 0 : 1),
                Reverses = reversed?.Number, Reason = recording.Reason, Actor = call.Actor, RecordedAt = at,
            });
            Post(number, decision, month, reversed);
            var subjects = decision.Postings.Where(posting => posting.Subject.Length > 0).ToList();
            if (subjects.Count > 0)
                await store.AddSubjectTotalsAsync(transaction, subjects);
            if (decision.Write is not null)
                await decision.Write(transaction, number);
            var receipt = new EntryReceipt { EntryNumber = number, PostedMonth = month.ToProto(), RecordedAt = Fields.Time(at) };
            _answers.Add(new(call.RequestId, call.ContentHash, receipt.ToByteArray()));
            return receipt;
        }

        public async Task FlushAsync()
        {
            if (_entries.Count == 0)
                return;
            await store.InsertEntriesAsync(transaction, _entries, _postings);
            await store.AddTotalsAsync(transaction, _changes);
            await store.AddDatedTotalsAsync(transaction, _changes.Where(change => MeasureCatalog.Find(change.Measure) is { ByDate: true }));
            await requests.InsertAsync(transaction, _answers);
            _entries.Clear();
            _postings.Clear();
            _changes.Clear();
            _answers.Clear();
        }

        private void Post(long number, Decision decision, YearMonth month, RecordedEntry? reversed)
        {
            // A reversal in the same month leaves nothing standing; in a later month it is an activity of that month.
            var count = reversed is not null && reversed.Month == month ? -1 : 1;
            for (var line = 0; line < decision.Postings.Count; line++)
            {
                var (measure, amount, subject) = decision.Postings[line];
                _postings.Add(new PostingRow { Entry = number, Line = (short)(line + 1), Measure = measure, Subject = subject, Amount = amount });
                _changes.Add(new(month.ToIso(), decision.Date.ToIso(), measure, amount, count));
            }
        }
    }
}
