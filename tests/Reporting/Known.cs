using Iij.Contracts;
using Iij.Reporting;
using Iij.Tests.Model;

namespace Iij.Tests.Reporting;

/// <summary>What reporting would know after these messages in this order, without a database: the input of the pure fold.</summary>
internal static class Known
{
    public static LineModel Lines { get; } = LineModel.ReadBuiltIn();

    public static History Of(IEnumerable<Told> inOrder, params GroupDecision[] decisions)
    {
        var events = new List<ReceivedEvent>();
        var facts = new Dictionary<long, IReadOnlyList<Fact>>();
        var seen = new HashSet<(string, string, long)>();
        foreach (var told in inOrder.Where(told => seen.Add((told.Message.Source, told.Message.Incarnation, told.Message.Sequence))))
        {
            var row = Row(told, events.Count + 1);
            events.Add(row);
            if (row.HasStatement)
                facts[row.Knowledge] = told.Facts;
        }

        var last = Math.Max(events.Count, decisions.Length == 0 ? 0 : decisions.Max(decision => decision.Knowledge));
        return new History(last, events, facts, decisions, [new LineVersion(1, 0, 0, Lines, "built in")], [], []);
    }

    public static ReceivedEvent Row(Told told, long knowledge) =>
        ReceivedEvent.FromMessage(told.Message, told.Message.Schema.Length == 0 ? "" : Fact.Digest(told.Facts)) with
        {
            Knowledge = knowledge,
            ReceivedAt = knowledge * 1_000_000,
        };
}
