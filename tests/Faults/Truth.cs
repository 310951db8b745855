using System.Security.Cryptography;
using System.Text;
using Iij.Closing.V1;
using Iij.Contracts;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Faults;

/// <summary>A transition that was acknowledged, with the facts that follow from the entries acknowledged before it.</summary>
internal sealed record TrueEvent(
    long Sequence, Transition Transition, YearMonth Month, int Revision, string Actor, IReadOnlyList<Fact>? Facts);

/// <summary>
/// What must be so: nothing but the acknowledged requests, and every figure computed from them anew. It shares no line with the
/// services' totals, statements, facts or fold.
/// </summary>
internal sealed class Truth
{
    private readonly List<TrueEvent> _events = [];
    private readonly List<Action<Truth>> _deeds = [];

    public Business Business { get; } = new AtmBusiness();

    public Books Books { get; } = new();

    public Months Months { get; } = new();

    public IReadOnlyList<TrueEvent> Events => _events;

    /// <summary>How much was acknowledged.</summary>
    public int Deeds => _deeds.Count;

    /// <summary>Keeps an acknowledged entry.</summary>
    public YearMonth Record(Draft draft, EntryReceipt receipt)
    {
        Do(truth => truth.Books.Add(draft, receipt));
        return Books.Entries[^1].Month;
    }

    /// <summary>Keeps an acknowledged reversal.</summary>
    public YearMonth Reverse(long number, LocalDate date, EntryReceipt receipt)
    {
        Do(truth => truth.Books.Reverse(truth.Books.Entries.Single(entry => entry.Number == number), date, receipt));
        return Books.Entries[^1].Month;
    }

    /// <summary>Keeps an acknowledged transition.</summary>
    public void Transit(Transition transition, YearMonth month, string actor) => Do(truth => truth.Apply(transition, month, actor));

    /// <summary>What was so when only the first of all this was acknowledged: what an older copy of the database knows.</summary>
    public Truth Until(int deeds)
    {
        var older = new Truth();
        foreach (var deed in _deeds.Take(deeds))
            older.Do(deed);
        return older;
    }

    /// <summary>The statement that stands of a month.</summary>
    public TrueEvent? Standing(YearMonth month) =>
        _events.Where(each => each.Month == month && each.Facts is not null).MaxBy(each => each.Revision);

    /// <summary>An amount of the statement that stands; null where none does.</summary>
    public long? Amount(YearMonth month, string measure) =>
        Standing(month)?.Facts!.Single(fact => fact.Measure == measure && fact.Date.Length == 0).Unscaled;

    /// <summary>SHA-256 over the sorted facts, as the contract describes it.</summary>
    public static string Digest(IReadOnlyList<Fact> facts) => Hash(string.Concat(facts
        .Select(fact => (Key: $"{fact.Measure}|{fact.Subject}|{fact.Date}", fact.Unscaled))
        .OrderBy(fact => fact.Key, StringComparer.Ordinal).Select(fact => $"{fact.Key}={fact.Unscaled}e0\n")));

    /// <summary>The digest of the whole view, where this source is the only one that told anything and all of it stands.</summary>
    public string ViewDigest(string incarnation)
    {
        var text = new StringBuilder();
        foreach (var month in _events.Select(each => each.Month).Distinct().Order())
        {
            var (standing, state) = (Standing(month), Months[month]);
            var status = standing is null ? "NotReceived" : state.Impacted ? "Impacted" : "Received";
            var told = standing is null ? "||" : $"{incarnation}|{standing.Revision}|{Digest(standing.Facts!)}";
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"atm|{month.ToIso()}|{status}|{state.State}|{told}|\n");
        }

        return Hash(text.ToString());
    }

    private void Do(Action<Truth> deed)
    {
        deed(this);
        _deeds.Add(deed);
    }

    // The statements that follow from the books at this moment.
    private void Apply(Transition transition, YearMonth month, string actor)
    {
        var later = Months.Apply(transition, month, actor);
        Add(transition, month, actor);
        foreach (var each in later)
            Add(each.Transition, each.Month, actor);
    }

    private void Add(Transition transition, YearMonth month, string actor)
    {
        var facts = transition is Transition.Closed or Transition.RolledForward
            ? Business.Statement(Books, month, Months.IsFirst(month))
            : null;
        _events.Add(new(_events.Count + 1, transition, month, Months[month].Revision, actor, facts));
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
