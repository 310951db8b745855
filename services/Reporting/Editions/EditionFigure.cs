using Iij.Contracts;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>A figure of a period, with the way it came about.</summary>
/// <param name="Asked">The figure, in the unit and the digits in which it is printed.</param>
/// <param name="Node">Its value and its lineage.</param>
public sealed record EditionFigure(FigureAsked Asked, Node Node)
{
    /// <summary>Its line and kind.</summary>
    public (string Line, Kind Kind) Key => (Asked.Line, Asked.Kind);

    /// <summary>Its exact outcome as text: two figures are the same if and only if these are.</summary>
    public string Text { get; } = $"{Asked.Line}|{Asked.Kind}|{Outcome(Node)}\n";

    /// <summary>The rounded value in printed digits; null without a value.</summary>
    public string? Printed => Node.Value is { } value ? FigureCalculator.Text(value, Asked) : null;

    /// <summary>The query that asks for it.</summary>
    public FigureQuery Query => new()
    {
        Line = Asked.Line, Period = Asked.Period.Notation, Kind = Asked.Kind, Unit = Asked.Unit, Decimals = Asked.Decimals,
    };

    /// <summary>The wire form.</summary>
    public Figure ToProto(int edition) => ToProto(Query, edition);

    /// <summary>The wire form, as the answer to a query.</summary>
    public Figure ToProto(FigureQuery query, int edition)
    {
        var figure = FigureCalculator.ToFigure(query, Asked, Node);
        figure.Edition = edition;
        return figure;
    }

    /// <summary>The facts that it is made of.</summary>
    public IEnumerable<(Fact Fact, ReceivedEvent Event)> Facts => FactsOf(Node);

    /// <summary>The events whose facts it is made of.</summary>
    public IEnumerable<ReceivedEvent> Events => Facts.Select(fact => fact.Event).DistinctBy(row => row.Knowledge);

    private static IEnumerable<(Fact Fact, ReceivedEvent Event)> FactsOf(Node node) =>
        (node.Source is { } fact ? [fact] : Enumerable.Empty<(Fact, ReceivedEvent)>()).Concat(node.Children.SelectMany(FactsOf));

    private static string Outcome(Node node)
    {
        if (node.Missing.Count > 0)
            return "missing";
        return node.NotMeaningful is var (reason, _) ? reason.Name : node.Value!.Value.ToString();
    }
}
