using System.Globalization;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Platform;
using NodaTime;

namespace Iij.Closing;

/// <summary>Answers which entries stand behind a month, a measure or a revision, one by one or summed by subject.</summary>
public sealed class EntryReader(ISource source, Database database, PeriodStore periods, JournalStore entries)
{
    private const int TextLengthMax = 100;

    /// <summary>A page of entries.</summary>
    public Task<ListEntriesResponse> ListAsync(ListEntriesRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (month, size) = (Fields.Month(request.Month), Fields.PageSize(request.PageSize));
        var asked = new EntryQuery(month.ToIso(), 0, long.MaxValue)
        {
            Kind = Fields.OptionalText(request.Kind, "kind", TextLengthMax), Subject = Fields.OptionalText(request.Subject, "subject", TextLengthMax),
            Measure = request.Measure.Length == 0 ? "" : Measure(request.Measure), Actor = Fields.OptionalText(request.Actor, "actor", TextLengthMax),
            Text = Fields.OptionalText(request.Text, "text", TextLengthMax), After = Fields.PageAfterNumber(request.PageToken),
            From = request.FromDate is null ? "" : Fields.Date(request.FromDate, "from_date").ToIso(),
            To = request.ToDate is null ? "" : Fields.Date(request.ToDate, "to_date").ToIso(),
        };
        return database.ReadAsync(async transaction =>
        {
            var query = await WithinAsync(transaction, asked, month, request.Revision, request.AgainstRevision);
            var rows = await entries.ListEntriesAsync(transaction, query, size);
            return new ListEntriesResponse { Entries = { await ToProtoAsync(transaction, rows) }, NextPageToken = NextPage(rows, size) };
        }, cancel);
    }

    /// <summary>A page of the entries that rest on a document.</summary>
    public Task<ListDocumentEntriesResponse> ListAsync(ListDocumentEntriesRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (reference, size) = (EntryCall.Reference(request.Reference, "reference"), Fields.PageSize(request.PageSize));
        var after = Fields.PageAfterNumber(request.PageToken);
        return database.ReadAsync(async transaction =>
        {
            var rows = await entries.ListByDocumentAsync(transaction, reference, after, size);
            return new ListDocumentEntriesResponse { Entries = { await ToProtoAsync(transaction, rows) }, NextPageToken = NextPage(rows, size) };
        }, cancel);
    }

    /// <summary>A page of sums by subject.</summary>
    public Task<ListEntrySumsResponse> SumAsync(ListEntrySumsRequest request, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (month, size) = (Fields.Month(request.Month), Fields.PageSize(request.PageSize));
        var asked = new EntryQuery(month.ToIso(), 0, long.MaxValue) { Measure = Measure(request.Measure) };
        var offset = Fields.PageAfterNumber(request.PageToken);
        return database.ReadAsync(async transaction =>
        {
            var query = await WithinAsync(transaction, asked, month, request.Revision, request.AgainstRevision);
            var rows = await entries.ListSumsAsync(transaction, query, offset, size);
            return new ListEntrySumsResponse
            {
                Sums = { rows.Select(row => new EntrySum { Subject = row.Subject, Amount = row.Amount, Postings = row.Postings }) },
                NextPageToken = Fields.NextPage(rows.Count, size, (offset + rows.Count).ToString(CultureInfo.InvariantCulture)),
            };
        }, cancel);
    }

    private async Task<EntryQuery> WithinAsync(Transaction transaction, EntryQuery query, YearMonth month, int revision, int against) => query with
    {
        Last = revision == 0 ? long.MaxValue : await LastEntryAsync(transaction, month, revision),
        Above = against == 0 ? 0 : await LastEntryAsync(transaction, month, against),
    };

    private async Task<long> LastEntryAsync(Transaction transaction, YearMonth month, int revision) =>
        await periods.FindLastEntryAsync(transaction, month, revision)
        ?? throw new Refusal(Reason.RevisionUnknown, $"{month.ToIso()} has no revision {revision}", ("month", month.ToIso()));

    private string Measure(string name) =>
        MeasureCatalog.Find(name)?.Source == source.Name
        || (MeasureCatalog.IsOfRegister(name) && name.StartsWith(source.Name + ".", StringComparison.Ordinal))
            ? name
            : throw Refusal.Field("measure", $"\"{name}\" is not a measure of {source.Name}");

    private static string NextPage(IReadOnlyList<EntryRow> rows, int size) =>
        Fields.NextPage(rows.Count, size, rows.Count == 0 ? "" : rows[^1].Number.ToString(CultureInfo.InvariantCulture));

    private async Task<IEnumerable<Entry>> ToProtoAsync(Transaction transaction, IReadOnlyList<EntryRow> rows)
    {
        var postings = (await entries.PostingsAsync(transaction, rows.Select(row => row.Number).ToList())).ToLookup(row => row.Entry);
        return rows.Select(row => ToProto(row, postings[row.Number]));
    }

    private static Entry ToProto(EntryRow row, IEnumerable<PostingRow> postings) => new()
    {
        EntryNumber = row.Number, Kind = row.Kind, Date = Contracts.Calendar.ParseDate(row.EntryDate)!.Value.ToProto(),
        PostedMonth = Contracts.Calendar.ParseMonth(row.Month)!.Value.ToProto(), RecordedAt = Fields.Time(row.RecordedAt), Actor = row.Actor,
        Reverses = row.Reverses ?? 0, ReversedBy = row.ReversedBy, Reason = row.Reason, Credits = row.Credits,
        Document = row.DocumentReference.Length + row.DocumentText.Length == 0 ? null
            : new Document { Reference = row.DocumentReference, Text = row.DocumentText },
        Postings = { postings.Select(p => new Posting { Measure = p.Measure, Subject = p.Subject, Amount = p.Amount, Credited = p.Credited }) },
    };
}
