using Iij.Contracts;
using NodaTime;

namespace Iij.Reporting;

/// <summary>A version of the model of consolidated lines.</summary>
/// <param name="Version">1, 2, …</param>
/// <param name="Knowledge">Since when it is the model.</param>
/// <param name="DefinedAt">Microseconds since 1970 UTC.</param>
/// <param name="Lines">The model.</param>
/// <param name="Actor">Who defined it.</param>
public sealed record LineVersion(int Version, long Knowledge, long DefinedAt, LineModel Lines, string Actor);

/// <summary>Everything reporting was told up to a number of knowledge: immutable, the input of the fold.</summary>
/// <param name="Knowledge">The last number.</param>
/// <param name="Events">By knowledge.</param>
/// <param name="Facts">The facts of each event that carries a statement, by its knowledge.</param>
/// <param name="Decisions">By knowledge.</param>
/// <param name="Lines">By version; at least one.</param>
/// <param name="Editions">As they were prepared, in order.</param>
/// <param name="Remarks">What people remarked, by knowledge.</param>
public sealed record History(
    long Knowledge,
    IReadOnlyList<ReceivedEvent> Events,
    IReadOnlyDictionary<long, IReadOnlyList<Fact>> Facts,
    IReadOnlyList<GroupDecision> Decisions,
    IReadOnlyList<LineVersion> Lines,
    IReadOnlyList<EditionRow> Editions,
    IReadOnlyList<RemarkRow> Remarks)
{
    /// <summary>The history up to an earlier sequence position.</summary>
    public History Until(long knowledge) => this with
    {
        Knowledge = Math.Min(knowledge, Knowledge),
        Events = Events.TakeWhile(row => row.Knowledge <= knowledge).ToList(),
        Decisions = Decisions.TakeWhile(row => row.Knowledge <= knowledge).ToList(),
        Lines = Lines.Where(row => row.Version == 1 || row.Knowledge <= knowledge).ToList(),
        Editions = Editions.TakeWhile(row => row.Preparation <= knowledge).ToList(),
        Remarks = Remarks.TakeWhile(row => row.Knowledge <= knowledge).ToList(),
    };

    /// <summary>This history and what was stored after it.</summary>
    public History With(History added)
    {
        ArgumentNullException.ThrowIfNull(added);
        return new History(added.Knowledge, [.. Events, .. added.Events], new Dictionary<long, IReadOnlyList<Fact>>(Facts.Concat(added.Facts)),
            [.. Decisions, .. added.Decisions], added.Lines, [.. Editions, .. added.Editions], [.. Remarks, .. added.Remarks]);
    }

    /// <summary>What took in the events after a number, to be followed further.</summary>
    public IEnumerable<string?> TraceParentsAfter(long knowledge) =>
        Events.Reverse().TakeWhile(row => row.Knowledge > knowledge).Reverse().Select(row => row.TraceParent);

    /// <summary>The last number that was known at a moment; 0 before anything was.</summary>
    public long KnowledgeAt(Instant moment)
    {
        var at = moment.ToMicroseconds();
        return Events.Where(row => row.ReceivedAt <= at).Select(row => row.Knowledge)
            .Concat(Decisions.Where(row => row.DecidedAt <= at).Select(row => row.Knowledge))
            .Concat(Remarks.Where(row => row.MadeAt <= at).Select(row => row.Knowledge))
            .Concat(Lines.Where(row => row.DefinedAt <= at).Select(row => row.Knowledge))
            .DefaultIfEmpty(0).Max();
    }
}
