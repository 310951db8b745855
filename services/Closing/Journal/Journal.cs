using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Iij.Closing;

/// <summary>
/// Where entries are recorded: everything that waits is decided in memory and written in one transaction together with the running totals,
/// each caller is answered after the commit, and a repeated request gets its first answer.
/// </summary>
public sealed class Journal : IAsyncDisposable
{
    private readonly Database _database;
    private readonly JournalStore _store;
    private readonly ISource _source;
    private readonly ServiceSettings _settings;
    private readonly TimeProvider _clock;
    private readonly GroupCommit<JournalWork, EntryReceipt> _writer;

    /// <summary>Opens the journal of a source.</summary>
    public Journal(
        Database database, JournalStore store, ISource source, ServiceSettings settings, TimeProvider clock, ILogger<Journal> log)
    {
        (_database, _store, _source, _settings, _clock) = (database, store, source, settings, clock);
        _writer = new(database, ApplyAsync, log);
    }

    /// <summary>Records a decision that rests on the request alone.</summary>
    public Task<EntryReceipt> RecordAsync(EntryCall call, Decision decision) => RecordAsync<RuleState>(call, _ => { }, _ => decision);

    /// <summary>
    /// Records what a rule decides, or throws its refusal. What the rule reads holds: it is read in the write transaction, and moved by the
    /// entries before it in the batch.
    /// </summary>
    /// <typeparam name="TState">What the source's rules read, as <see cref="ISource.NewState"/> makes it.</typeparam>
    /// <param name="call">The acting person, the request id, and the document.</param>
    /// <param name="need">Notes what the rule needs to be loaded.</param>
    /// <param name="decide">The rule, pure.</param>
    public Task<EntryReceipt> RecordAsync<TState>(EntryCall call, Action<TState> need, Func<TState, Decision> decide)
        where TState : RuleState => WriteAsync(new NewEntryWork<TState>(call, need, decide));

    /// <summary>Reverses an entry with a reason: negated postings, at its own date or at a later one, in its month or a later one.</summary>
    public Task<EntryReceipt> ReverseAsync(EntryCall call, long number, string reason, LocalDate? reversedOn) =>
        WriteAsync(new ReversalWork(call, number, reason, reversedOn));

    /// <summary>Credits a part of an entry with a reason, at the entry's own date or at a later one, in its month or a later one.</summary>
    public Task<EntryReceipt> CreditAsync(EntryCall call, CreditRequest request) => WriteAsync(new CreditWork(call, request));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async Task<EntryReceipt> WriteAsync(JournalWork work)
    {
        try
        {
            var receipt = await _writer.WriteAsync(work);
            Failpoint.Hit("entry.commit.after");
            return receipt;
        }
        catch (Exception error) when (error is OverflowException || _database.Engine.IsOutOfRange(error))
        {
            throw new Refusal(Reason.TotalTooLarge,
                "the running total would leave the range that totals have; look for amounts in a wrong unit and reverse them");
        }
    }

    private async Task<IReadOnlyList<Outcome<EntryReceipt>>> ApplyAsync(Transaction transaction, IReadOnlyList<JournalWork> works)
    {
        var (answers, periods, last) = await _store.BeginAsync(transaction, [.. works.Select(work => work.Call.RequestId).Distinct()]);
        var answered = answers.ToDictionary(request => request.RequestId);
        var calendar = new PostingCalendar(periods, _settings.LateEntries);
        var outcomes = new List<Outcome<EntryReceipt>>(works.Count);
        while (outcomes.Count < works.Count)
        {
            var part = works.Skip(outcomes.Count).Take(PartLength(works, outcomes.Count, last)).ToList();
            var batch = await LoadAsync(transaction, [.. part.Where(work => !answered.ContainsKey(work.Call.RequestId))], calendar, last);
            outcomes.AddRange(part.Select(work => Outcome(work, answered, batch)));
            await batch.WriteAsync(transaction);
            last = batch.LastNumber;
        }

        Failpoint.Hit("entry.commit.before");
        return outcomes;
    }

    // A work that takes back an entry of this same transaction begins another part: that entry is written first, and read.
    private static int PartLength(IReadOnlyList<JournalWork> works, int from, long last)
    {
        var length = 1;
        while (from + length < works.Count && !(works[from + length].TakesBack > last && works[from + length].TakesBack <= last + length))
            length++;
        return length;
    }

    private async Task<JournalBatch> LoadAsync(Transaction transaction, IReadOnlyList<JournalWork> works, PostingCalendar calendar, long last)
    {
        var takenBack = works.Select(work => work.TakesBack).OfType<long>().Distinct().ToList();
        var entries = await StandingEntries.LoadAsync(_store, transaction, takenBack);
        var state = _source.NewState();
        state.Calendar = calendar;
        foreach (var work in works)
            work.Need(state, entries);
        await state.LoadAsync(transaction);
        return new JournalBatch(state, entries, last, _clock.Now());
    }

    private static Outcome<EntryReceipt> Outcome(JournalWork work, Dictionary<string, AnsweredRequest> answered, JournalBatch batch)
    {
        try
        {
            if (!answered.TryGetValue(work.Call.RequestId, out var answer))
                answered[work.Call.RequestId] = answer = batch.Record(work);
            return new(EntryReceipt.Parser.ParseFrom(Requests.FirstAnswer(answer, work.Call)), null);
        }
        catch (Refusal refusal)
        {
            return new(null, refusal);
        }
    }
}
