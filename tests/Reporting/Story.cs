using Iij.Contracts;
using Iij.Reporting;
using Iij.Tests.Model;
using NodaTime;

namespace Iij.Tests.Reporting;

/// <summary>
/// A source that lives: months prepared, closed, reopened, rolled forward and locked at random, as the rules of the close allow,
/// with random statements. Every transition is an event of one sequence.
/// </summary>
internal sealed class Story(string source, Random random, string incarnation = "", long startedAt = 1_340_000_000_000_000)
{
    private readonly Dictionary<int, (string State, int Revision, bool Impacted)> _months = [];
    private readonly string _incarnation = incarnation.Length > 0 ? incarnation : NewId(random);
    private readonly List<Told> _events = [];

    public static YearMonth First { get; } = new(2012, 4);

    public IReadOnlyList<Told> Events => _events;

    /// <summary>The events of all five sources.</summary>
    public static List<Told> OfAll(Random random, int months, int steps) => [.. Fold.Sources.SelectMany(name =>
    {
        var story = new Story(name, random);
        for (var step = 0; step < random.Next(steps + 1); step++)
            story.Step(months);
        return story.Events;
    })];

    public void Step(int months)
    {
        var month = random.Next(months);
        var (state, revision, _) = Get(month);
        switch (state)
        {
            case "Open" or "Reopened" when InOrder(month):
                Tell(month, "Prepared", ("Prepared", revision, Get(month).Impacted));
                break;
            case "Prepared" when random.Next(4) == 0:
                Tell(month, "Returned", (revision > 0 ? "Reopened" : "Open", revision, Get(month).Impacted));
                break;
            case "Prepared" when InOrder(month):
                Close(month);
                break;
            case "Closed" when random.Next(3) == 0 && !Get(month).Impacted:
                Tell(month, "Locked", ("Locked", revision, false));
                break;
            case "Closed" when !Later(month).Any(later => Get(later).State == "Locked"):
                Reopen(month);
                break;
            case "Locked":
                Tell(month, "Unlocked", ("Closed", revision, false));
                break;
        }
    }

    private void Close(int month)
    {
        Tell(month, "Closed", ("Closed", Get(month).Revision + 1, false));
        for (var next = month + 1; Get(next) is { State: "Closed", Impacted: true } later; next++)
            Tell(next, "RolledForward", ("Closed", later.Revision + 1, false));
    }

    private void Reopen(int month)
    {
        Tell(month, "Reopened", ("Reopened", Get(month).Revision, Get(month).Impacted));
        foreach (var later in Later(month).Where(later => Get(later).Revision > 0).ToList())
            _months[later] = Get(later) with { Impacted = true };
    }

    private bool InOrder(int month) => month == 0 || Get(month - 1) is { State: "Closed" or "Locked", Impacted: false };

    private IEnumerable<int> Later(int month) => _months.Keys.Where(other => other > month).Order();

    private (string State, int Revision, bool Impacted) Get(int month) => _months.GetValueOrDefault(month, ("Open", 0, false));

    private void Tell(int month, string transition, (string State, int Revision, bool Impacted) after)
    {
        _months[month] = after;
        var (sequence, at) = (_events.Count + 1L, First.PlusMonths(month));
        var closes = transition is "Closed" or "RolledForward";
        var (body, facts) = closes ? Statements.Random(source, at, random) : ("", []);
        _events.Add(new(new PeriodEventPublished(NewId(random), source, _incarnation, transition, at.ToIso(), after.Revision, sequence,
            sequence - 1, startedAt + sequence * 1_000_000, "clerk", transition is "Reopened" ? "a late invoice" : "",
            closes ? Statements.Schemas[source].FullName : "", body), facts));
    }

    private static string NewId(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
