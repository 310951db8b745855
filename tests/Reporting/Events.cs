using Iij.Contracts;

namespace Iij.Tests.Reporting;

/// <summary>The messages of one source, written by hand: each takes the next sequence number.</summary>
internal sealed class Events(string source, string incarnation = "life-1", long at = 1_340_000_000_000_000)
{
    private readonly List<PeriodEventPublished> _all = [];
    private readonly Dictionary<string, int> _revisions = [];

    public IReadOnlyList<PeriodEventPublished> All => _all;

    public PeriodEventPublished Last => _all[^1];

    public PeriodEventPublished this[long sequence] => _all[(int)sequence - 1];

    public PeriodEventPublished Close(string month, params (string Measure, long Amount)[] amounts) => Tell(month, "Closed", amounts);

    /// <summary>Closes a month with every plain amount: those given, and zero.</summary>
    public PeriodEventPublished CloseFull(string month, params (string Measure, long Amount)[] amounts)
    {
        Close(month, amounts);
        return _all[^1] = Last with { Body = Statements.Full(source, amounts) };
    }

    public PeriodEventPublished RollForward(string month, params (string Measure, long Amount)[] amounts) =>
        Tell(month, "RolledForward", amounts);

    public PeriodEventPublished Tell(string month, string transition, (string Measure, long Amount)[]? amounts = null)
    {
        var revision = _revisions[month] = _revisions.GetValueOrDefault(month) + (amounts is null ? 0 : 1);
        var sequence = _all.Count + 1L;
        _all.Add(new PeriodEventPublished(Guid.NewGuid().ToString(), source, incarnation, transition, month, revision, sequence,
            sequence - 1,
            at + sequence * 1_000_000, "clerk", "", amounts is null ? "" : Statements.Schemas[source].FullName,
            amounts is null ? "" : Statements.Body(source, amounts)));
        return Last;
    }

    /// <summary>Every source but some closes a month in which every amount is zero.</summary>
    public static IEnumerable<PeriodEventPublished> CloseAll(string month, params string[] except) => Statements.Schemas.Keys.Except(except)
        .Select(source => new Events(source).CloseFull(month));
}
