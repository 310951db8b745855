using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Iij.Contracts;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Tests.Model;

/// <summary>
/// The view of sources that had several lives, once more from the set of their events: the lives that stand are replayed one after
/// another, each in its own order, onto one ledger; what waits for acceptance is looked at last. Shares no code with the fold.
/// </summary>
public sealed class NaiveLives
{
    private readonly SortedDictionary<string, Source> _sources = new(StringComparer.Ordinal);

    /// <param name="told">Everything that arrived, in any order, any number of times.</param>
    /// <param name="accepted">Source and incarnation, in the order of their acceptance.</param>
    public NaiveLives(IReadOnlyCollection<Told> told, IReadOnlyList<(string Source, string Incarnation)> accepted)
    {
        foreach (var source in told.GroupBy(one => one.Message.Source))
            _sources[source.Key] = new Source([.. source], [.. accepted.Where(one => one.Source == source.Key).Select(one => one.Incarnation)]);
        Standing = new NaiveView(_sources.Values.SelectMany(source => source.Standing()));
    }

    /// <summary>The figures of what stands.</summary>
    public NaiveView Standing { get; }

    /// <summary>The incarnation that stands, those that wait, and the missing numbers of the one that stands.</summary>
    public (string Current, IEnumerable<string> Held, IEnumerable<long> Missing) Of(string name) =>
        _sources.TryGetValue(name, out var source) ? (source.Lives[^1], source.Held, source.Missing()) : ("", [], []);

    /// <summary>A stock at a date of the month, as the statement that stands for that month tells it; null where it tells none.</summary>
    public long? At(string measure, LocalDate date)
    {
        var months = Statements(measure.Split('.')[0]);
        if (months.Count == 0)
            return null;
        var asked = date.ToYearMonth().ToIso();
        // Before the first statement the first answers, after the last the last; a hole between them is a hole.
        var month = string.CompareOrdinal(asked, months.Keys.First()) < 0 ? months.Keys.First()
            : string.CompareOrdinal(asked, months.Keys.Last()) > 0 ? months.Keys.Last() : asked;
        return months.TryGetValue(month, out var told)
            ? told.Facts.Where(fact => fact.Measure == measure && fact.Date.Length > 0 && string.CompareOrdinal(fact.Date, date.ToIso()) <= 0)
                .OrderBy(fact => fact.Date, StringComparer.Ordinal).Select(fact => (long?)fact.Unscaled).LastOrDefault()
            : null;
    }

    /// <summary>The latest announcement of a year in the latest statement that stands; null where there is none.</summary>
    public Fact? Announced(string measure, string year)
    {
        var months = Statements(measure.Split('.')[0]);
        return months.Count == 0 ? null : months.Last().Value.Facts.Where(fact => fact.Measure == measure && fact.Subject == year)
            .OrderBy(fact => fact.Date, StringComparer.Ordinal).LastOrDefault();
    }

    /// <summary>The digest of the view: one line a month and source of what is known of it.</summary>
    public string Digest()
    {
        var lines = _sources.SelectMany(source => source.Value.Months().Select(month => (Month: month, Source: source.Key)))
            .OrderBy(line => line.Month, StringComparer.Ordinal).ThenBy(line => line.Source, StringComparer.Ordinal);
        return Hash(string.Concat(lines.Select(line => Line(line.Source, line.Month))));
    }

    private string Line(string name, string month)
    {
        var source = _sources[name];
        var (status, revision, state) = Standing.Status(name, Iij.Contracts.Calendar.ParseMonth(month)!.Value);
        var (stands, waits) = (Statements(name).GetValueOrDefault(month), source.Waiting(month));
        if (waits is not null)
            status = DataStatus.Held;
        if (source.Standing().All(told => told.Message.Month != month))
            state = source.HeldState(month);
        return $"{name}|{month}|{status}|{state}|{stands?.Message.Incarnation}|{(revision == 0 ? "" : $"{revision}")}"
            + $"|{(stands is null ? "" : DigestOf(stands))}|{(waits is null ? "" : DigestOf(waits))}\n";
    }

    private SortedDictionary<string, Told> Statements(string name)
    {
        var last = new SortedDictionary<string, Told>(StringComparer.Ordinal);
        foreach (var told in _sources.TryGetValue(name, out var source) ? source.Standing() : [])
        {
            if (told.Message.Schema.Length > 0)
                last[told.Message.Month] = told;
        }

        return last;
    }

    private static string DigestOf(Told told) => Hash(string.Concat(told.Facts
        .Select(fact => (Key: $"{fact.Measure}|{fact.Subject}|{fact.Date}", Text: string.Create(CultureInfo.InvariantCulture,
            $"={fact.Unscaled}e{-fact.Scale}\n")))
        .OrderBy(line => line.Key, StringComparer.Ordinal).Select(line => line.Key + line.Text)));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private sealed class Source
    {
        private readonly Dictionary<string, List<Told>> _lives;

        public Source(List<Told> told, IReadOnlyList<string> accepted)
        {
            _lives = told.GroupBy(one => one.Message.Incarnation).ToDictionary(life => life.Key, life => life
                .DistinctBy(one => one.Message.Sequence).OrderBy(one => one.Message.Sequence).ToList());
            // The first life stands by itself; the lives are far apart in time.
            var first = _lives.MinBy(life => life.Value.Min(one => one.Message.OccurredAt)).Key;
            Lives = [first, .. accepted];
        }

        public IReadOnlyList<string> Lives { get; }

        public IEnumerable<string> Held => _lives.Keys.Except(Lives);

        public IEnumerable<Told> Standing() => Lives.Where(_lives.ContainsKey).SelectMany(life => _lives[life]);

        public IEnumerable<string> Months() => _lives.Values.SelectMany(life => life).Select(told => told.Message.Month).Distinct();

        public Told? Waiting(string month) => HeldOf(month).Where(told => told.Message.Schema.Length > 0)
            .OrderBy(told => told.Message.Revision).ThenBy(told => told.Message.Incarnation, StringComparer.Ordinal).LastOrDefault();

        public string HeldState(string month) => HeldOf(month).OrderBy(told => told.Message.Sequence)
            .ThenBy(told => told.Message.Incarnation, StringComparer.Ordinal).Last().Message switch
        {
            { Transition: "Returned", Revision: 0 } => "Open",
            { Transition: "Returned" } => "Reopened",
            { Transition: "Closed" or "RolledForward" or "Unlocked" } => "Closed",
            var other => other.Transition,
        };

        public IEnumerable<long> Missing()
        {
            var there = _lives.GetValueOrDefault(Lives[^1], []).Select(told => told.Message.Sequence).ToHashSet();
            for (long sequence = 1; sequence < there.DefaultIfEmpty(0).Max(); sequence++)
            {
                if (!there.Contains(sequence))
                    yield return sequence;
            }
        }

        private IEnumerable<Told> HeldOf(string month) =>
            Held.SelectMany(life => _lives[life]).Where(told => told.Message.Month == month);
    }
}
