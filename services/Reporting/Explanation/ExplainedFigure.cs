using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>One side of a difference.</summary>
/// <param name="Knowledge">The sequence position it is at.</param>
/// <param name="Publication">What answers for its period there.</param>
/// <param name="Query">The query that asks for it.</param>
/// <param name="Asked">The figure.</param>
/// <param name="Node">Its value and its lineage.</param>
internal sealed record ExplainedFigure(long Knowledge, Publication Publication, FigureQuery Query, FigureAsked Asked, Node Node)
{
    private bool IsTarget => Asked.Kind is Kind.TargetAmount or Kind.TargetYoyChange or Kind.TargetYoyPercent or Kind.TargetPercentOfRevenue;

    /// <summary>The target of another line of the same period; null where this side is an actual.</summary>
    public Node? TargetOf(string line) =>
        IsTarget ? new FigureCalculator(Publication.View).Compute(Asked with { Line = line, Kind = Kind.TargetAmount }) : null;

    /// <summary>The wire form.</summary>
    public Figure ToProto() => new EditionFigure(Asked, Node).ToProto(Query, Publication.Number);
}
