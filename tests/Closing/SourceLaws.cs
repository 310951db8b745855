using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Closing;

/// <summary>The laws of a close. They hold for every source on every engine: one subclass for each.</summary>
public abstract partial class SourceLaws
{
    private protected static readonly YearMonth March = new(2012, 3);

    private readonly Business _business;
    private readonly string _engine;

    private protected SourceLaws(Business business, string engine) => (_business, _engine) = (business, engine);

    private protected Business Business => _business;

    private protected Task<TestDatabase> CreateDatabaseAsync() => TestDatabase.CreateAsync(_engine, _business.Name);

    /// <summary>Runs a law on a running source with an empty database.</summary>
    private protected Task HoldsAsync(Func<Node, TestDatabase, Random, ICollection<string>, Task> law) => Seeds.HoldsAsync(
        async (random, steps) =>
    {
        await using var database = await CreateDatabaseAsync();
        await using var node = await Node.StartAsync(_business, database);
        await law(node, database, random, steps);
    });

    private protected static async Task RefusedAsync(string reason, Task<Answer> call) => Assert.Equal(reason, (await call).Reason);

    /// <summary>
    /// The statement that stands is what its acknowledged entries sum to; what is scheduled after its month may have changed since.
    /// </summary>
    private protected static async Task CompareAsync(Node node, Books books, IEnumerable<YearMonth> months)
    {
        var events = await node.EventsAsync();
        foreach (var month in months)
        {
            var last = events.Last(each => each.Body.Length > 0 && each.Month.ToYearMonth() == month);
            var isFirst = month == events.First(each => each.Body.Length > 0).Month.ToYearMonth();
            var stands = Fact.Of(MeasureCatalog.Parse(last.Schema, last.Body)!);
            Assert.Equal(Inside(node.Business.Statement(books, month, isFirst), month), Inside(stands, month));
        }
    }

    /// <summary>What the source serves as entries is what was acknowledged: nothing lost, nothing twice, nothing besides.</summary>
    private protected static async Task CompareEntriesAsync(Node node, Books books, int pageSize = 1_000)
    {
        var months = books.Entries.Select(entry => entry.Month).ToList();
        var all = Enumerable.Range(0, NodaTime.Period.Between(months.Min(), months.Max(), PeriodUnits.Months).Months + 8)
            .Select(offset => months.Min().PlusMonths(offset - 3));
        foreach (var month in all)
        {
            var served = await node.EntriesAsync(month, pageSize);
            var expected = books.Entries.Where(entry => entry.Month == month).OrderBy(entry => entry.Number).ToList();
            Assert.Equal(expected.Select(Told), served.Select(Told));
            foreach (var (entry, each) in expected.Zip(served))
            {
                Assert.All(entry.Lines, line => Assert.Equal(Math.Abs(line.Amount) - books.Left(entry, line),
                    each.Postings.Where(posting => posting.Measure == line.Measure).Sum(posting => posting.Credited)));
                Assert.Empty(entry.Lines.Except(each.Postings.Select(posting => new Line(posting.Measure, posting.Amount))));
            }
        }
    }

    private protected static IEnumerable<Fact> Inside(IEnumerable<Fact> facts, YearMonth month) =>
        facts.Where(fact => fact.Subject.Length == 0 && !IsAnnounced(fact)
            && string.CompareOrdinal(fact.Date, month.LastDay().ToIso()) <= 0);

    private static bool IsAnnounced(Fact fact) => MeasureCatalog.Find(fact.Measure)!.Nature == Nature.Register;

    private static string Told(Recorded entry) =>
        $"{entry.Number} {entry.Date.ToIso()} reverses {entry.Reverses?.Number ?? 0} by {entry.ReversedBy?.Number ?? 0} credits {entry.Credits?.Number ?? 0}";

    private static string Told(Entry entry) =>
        $"{entry.EntryNumber} {entry.Date.ToLocalDate()!.Value.ToIso()} reverses {entry.Reverses} by {entry.ReversedBy} credits {entry.Credits}";
}
