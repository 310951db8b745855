using Google.Protobuf;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>Entries that are decided one after another in memory, and written together.</summary>
/// <param name="state">What the source's rules read.</param>
/// <param name="entries">The entries that are taken back.</param>
/// <param name="lastNumber">The number of the last entry that is written.</param>
/// <param name="now">When they are recorded.</param>
internal sealed class JournalBatch(RuleState state, StandingEntries entries, long lastNumber, Instant now)
{
    private readonly List<TableRow> _rows = [];

    /// <summary>The number of the last entry, decided or written.</summary>
    public long LastNumber { get; private set; } = lastNumber;

    /// <summary>Decides one entry, or throws the refusal, which changes nothing.</summary>
    public AnsweredRequest Record(JournalWork work)
    {
        var recording = work.Decide(state, entries);
        var (decision, original) = (recording.Decision, recording.Original);
        var month = original is null
            ? state.Calendar.PostedMonth(decision.Date, decision.Class)
            : state.Calendar.ReversalMonth(original, decision.Date);
        var entry = new RecordedEntry(
            ++LastNumber, decision.Kind, decision.Date, month, decision.Class, recording.Reversed?.Number, decision.Postings);
        var at = now.ToMicroseconds();
        _rows.AddRange(JournalStore.Rows(entry, recording.Reason, work.Entry, at));
        _rows.AddRange(decision.Rows.Select(row => row.Table.Amounts > 0 ? row : row.Table.Row([entry.Number, .. row.Values])));
        _rows.AddRange(JournalStore.TotalRows(entry, recording.Reversed));
        state.Apply(entry, recording.Reversed, decision.Rows);
        entries.Apply(entry, recording.CreditOf(entry));
        var receipt = new EntryReceipt { EntryNumber = entry.Number, PostedMonth = month.ToProto(), RecordedAt = Fields.Time(at) };
        var answer = new AnsweredRequest(work.Call.RequestId, work.Call.ContentHash, receipt.ToByteArray());
        _rows.Add(RequestStore.Row(answer));
        return answer;
    }

    /// <summary>Writes what was decided.</summary>
    public Task WriteAsync(Transaction transaction) => transaction.InsertAsync(_rows);
}
