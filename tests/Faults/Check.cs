using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Faults;

/// <summary>Something is lost, doubled or wrong.</summary>
public sealed class WrongFiguresException(string message) : Exception(message);

/// <summary>Holds a world against its truth: the entries, the events and statements of the source, and reporting's view.</summary>
internal sealed class Check(World world)
{
    private const int PageSize = 1_000;
    private const int QueriesMax = 1_000;
    private static readonly TimeSpan _auditMax = TimeSpan.FromMinutes(5);

    // Measures of the statement as the lines model shows them; the ATM business alone makes these lines.
    private static readonly (string Line, string Plus, string Minus)[] _lines =
    [
        ("revenue.atm", "atm.revenue.commission", ""), ("cost.atm", "atm.cost", ""), ("gross_margin.atm", "atm.revenue.commission", "atm.cost"),
    ];

    private long _compared;

    private Truth Truth => world.Truth;

    /// <summary>Events that a test dead-letters on purpose; every other is a finding.</summary>
    public int Quarantined { get; init; }

    /// <summary>
    /// Waits for reporting to hold what was acknowledged, then compares everything of some months, and the digest of all. Returns how
    /// long the view took.
    /// </summary>
    public async Task<TimeSpan> HoldsAsync(IReadOnlyList<YearMonth> months, TimeSpan patience)
    {
        await SourceAnswersAsync(patience);
        await CompareEventsAsync();
        foreach (var month in months)
            await CompareEntriesAsync(month);
        await AuditAsync();
        var took = await ArriveAsync(patience);
        foreach (var month in months)
            await CompareRevisionsAsync(month);
        await CompareViewAsync(months);
        return took;
    }

    // A channel whose service was away a moment ago waits a little before it tries again.
    private async Task SourceAnswersAsync(TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await world.Closing.GetSourceAsync(new GetSourceRequest());
                return;
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable && watch.Elapsed < patience)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>The same for every month there is.</summary>
    public Task<TimeSpan> HoldsAsync(TimeSpan patience)
    {
        _compared = 0;
        return HoldsAsync([.. Truth.Books.Entries.Select(entry => entry.Month).Concat(Truth.Months.Known.Keys).Distinct()], patience);
    }

    /// <summary>Waits until reporting holds 1 to n without a hole; throws what is missing.</summary>
    public async Task<TimeSpan> ArriveAsync(TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var atm = await StatusAsync();
            if (atm.LastSequence == Truth.Events.Count && atm.Missing.Count == 0)
                return watch.Elapsed;
            if (atm.LastSequence > Truth.Events.Count)
                throw Wrong($"reporting holds {atm.LastSequence} events, {Truth.Events.Count} were acknowledged");
            if (watch.Elapsed > patience)
                throw Wrong($"lost: reporting holds up to {atm.LastSequence} of {Truth.Events.Count}, without {atm.Missing}, after {patience}");
            await Task.Delay(50);
        }
    }

    /// <summary>What reporting says of the source.</summary>
    public async Task<SourceStatus> StatusAsync()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return (await world.Figures.ListSourcesAsync(new ListSourcesRequest())).Sources.Single(source => source.Source == "atm");
            }
            catch (Grpc.Core.RpcException) when (watch.Elapsed < TimeSpan.FromMinutes(1))
            {
                await Task.Delay(100); // it is away, or its database is
            }
        }
    }

    /// <summary>The dead letters of reporting.</summary>
    public async Task<IReadOnlyList<(string Reason, string EventId)>> DeadLettersAsync()
    {
        var answer = await world.Figures.ListDeadLettersAsync(new ListDeadLettersRequest { PageSize = PageSize });
        return [.. answer.Letters.Select(letter => (letter.Reason, letter.EventId))];
    }

    private async Task CompareEventsAsync()
    {
        while (true)
        {
            var request = new ListPeriodEventsRequest { AfterSequence = _compared, PageSize = PageSize };
            var page = await world.Closing.ListPeriodEventsAsync(request);
            Same(Truth.Events.Count, page.LastSequence, "events of the source");
            foreach (var each in page.Events)
                Compare(Truth.Events[(int)_compared++], each);
            if (page.Events.Count < PageSize)
                break;
        }

        Same(Truth.Events.Count, _compared, "events served");
    }

    private static void Compare(TrueEvent must, PeriodEvent each)
    {
        var what = $"event {must.Sequence}";
        Same((must.Sequence, must.Sequence - 1, must.Transition, must.Month, must.Revision, must.Actor),
            (each.Sequence, each.PreviousSequence, each.Transition, each.Month.ToYearMonth()!.Value, each.Revision, each.Actor), what);
        Same(must.Facts is null, each.Body.Length == 0, what);
        if (must.Facts is not null)
            Same(Text(must.Facts), Text(Fact.Of(MeasureCatalog.Parse(each.Schema, each.Body)!)), $"the statement of {what}");
    }

    private async Task CompareEntriesAsync(YearMonth month)
    {
        var held = new List<Entry>();
        var token = "";
        do
        {
            var page = await world.Closing.ListEntriesAsync(
                new ListEntriesRequest { Month = month.ToProto(), PageSize = PageSize, PageToken = token });
            held.AddRange(page.Entries);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        var must = Truth.Books.Entries.Where(entry => entry.Month == month).OrderBy(entry => entry.Number).ToList();
        Same(must.Count, held.Count, $"entries of {month.ToIso()}");
        Same(string.Join('\n', must.Select(Text)), string.Join('\n', held.Select(Text)), $"the entries of {month.ToIso()}");
        foreach (var measure in must.SelectMany(entry => entry.Lines).Select(line => line.Measure).Distinct())
        {
            var sum = held.SelectMany(entry => entry.Postings).Where(posting => posting.Measure == measure).Sum(posting => posting.Amount);
            Same(Truth.Books.Flow(measure, month), sum, $"{measure} of {month.ToIso()}");
        }
    }

    private async Task AuditAsync()
    {
        var audit = await world.Closing.AuditTotalsAsync(new AuditTotalsRequest(), deadline: DateTime.UtcNow + _auditMax); // it reads every entry
        Same("", string.Join('\n', audit.Findings), "the audit's findings");
        Same(Truth.Books.Entries.Count, audit.EntriesRead, "entries");
    }

    private async Task CompareRevisionsAsync(YearMonth month)
    {
        var held = (await world.Figures.ListRevisionsAsync(new ListRevisionsRequest { Source = "atm", Month = month.ToProto() })).Revisions;
        var must = Truth.Events.Where(each => each.Month == month && each.Facts is not null)
            .Select(each => $"{each.Revision} {each.Sequence} {Truth.Digest(each.Facts!)} {each.Actor} {each == Truth.Standing(month)}");
        var does = held.OrderBy(each => each.Revision_)
            .Select(each => $"{each.Revision_} {each.Sequence} {each.Digest} {each.Actor} {each.Stands}");
        Same(string.Join('\n', must), string.Join('\n', does), $"reporting's revisions of {month.ToIso()}");
    }

    private async Task CompareViewAsync(IEnumerable<YearMonth> months)
    {
        var asked = months.Where(month => Truth.Standing(month) is not null)
            .SelectMany(month => _lines.Select(line => (Month: month, Line: line))).ToList();
        if (asked.Count == 0)
            return;
        var incarnation = (await StatusAsync()).Incarnation;
        foreach (var some in asked.Chunk(QueriesMax))
        {
            var request = new ListFiguresRequest { Queries = { some.Select(one => Query(one.Line.Line, one.Month)) } };
            var answer = await world.Figures.ListFiguresAsync(request);
            foreach (var (one, figure) in some.Zip(answer.Figures))
            {
                var must = Truth.Amount(one.Month, one.Line.Plus) - (one.Line.Minus.Length == 0 ? 0 : Truth.Amount(one.Month, one.Line.Minus));
                Same(must?.ToString(CultureInfo.InvariantCulture), figure.Value, $"{one.Line.Line} of {one.Month.ToIso()}");
            }

            Same(Truth.ViewDigest(incarnation), answer.Digest, "the view's digest");
        }

        Same(Quarantined, (await DeadLettersAsync()).Count, "dead letters");
    }

    private static FigureQuery Query(string line, YearMonth month) =>
        new() { Line = line, Period = month.ToIso(), Kind = Kind.Amount, Unit = Unit.Jpy, Decimals = 0 };

    private static string Text(IEnumerable<Fact> facts) => string.Join('\n', facts.Select(fact => $"{fact.Key}={fact.Unscaled}"));

    private static string Text(Recorded entry) =>
        $"{entry.Number} {entry.Date.ToIso()} {entry.Reverses?.Number ?? 0} {entry.ReversedBy?.Number ?? 0} "
        + string.Join(' ', entry.Lines.Select(line => $"{line.Measure}={line.Amount}"));

    private static string Text(Entry entry) =>
        $"{entry.EntryNumber} {entry.Date.ToLocalDate()!.Value.ToIso()} {entry.Reverses} {entry.ReversedBy} "
        + string.Join(' ', entry.Postings.Select(posting => $"{posting.Measure}={posting.Amount}"));

    private static void Same<T>(T must, T does, string what)
    {
        if (!Equals(must, does))
            throw Wrong($"{what}: must be\n{must}\nand is\n{does}");
    }

    private static WrongFiguresException Wrong(string message) => new(message);
}
