using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>
/// Every figure that a reporting period has in a view: amounts, comparisons, percentages, amounts per share and targets. This is what an
/// edition publishes, and what its digest covers. Computed once for each view and period, and kept as long as the view is.
/// </summary>
public sealed class EditionFigures
{
    private static readonly ConditionalWeakTable<View, Dictionary<string, EditionFigures>> _known = [];
    private static readonly IReadOnlyList<Kind> _kinds =
        [.. Enum.GetValues<Kind>().Where(kind => kind is not (Kind.Unspecified or Kind.ChangeSince))];

    private EditionFigures(View view, ReportingPeriod period)
    {
        var calculator = new FigureCalculator(view);
        All = [.. Queries(view, period).Select(asked => new EditionFigure(asked, calculator.Compute(asked)))];
        ByKey = All.ToDictionary(figure => figure.Key);
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Concat(All.OrderBy(figure => figure.Key.Line, StringComparer.Ordinal).ThenBy(figure => figure.Key.Kind).Select(figure => figure.Text)))));
    }

    /// <summary>By line, in the order of the lines, then by kind.</summary>
    public IReadOnlyList<EditionFigure> All { get; }

    /// <summary>The same by line and kind.</summary>
    public IReadOnlyDictionary<(string Line, Kind Kind), EditionFigure> ByKey { get; }

    /// <summary>SHA-256 over all of them.</summary>
    public string Digest { get; }

    /// <summary>The figures of a period in a view.</summary>
    public static EditionFigures Of(View view, ReportingPeriod period)
    {
        ArgumentNullException.ThrowIfNull(period);
        var periods = _known.GetOrCreateValue(view);
        lock (periods)
        {
            if (!periods.TryGetValue(period.Notation, out var figures))
                periods[period.Notation] = figures = new EditionFigures(view, period);
            return figures;
        }
    }

    /// <summary>The figures that are new or differ from those before (null: none were published).</summary>
    public IEnumerable<(EditionFigure? Before, EditionFigure? After)> DifferencesTo(EditionFigures? before)
    {
        foreach (var after in All)
        {
            var was = before?.ByKey.GetValueOrDefault(after.Key);
            if (was is null || was.Text != after.Text)
                yield return (was, after);
        }

        foreach (var was in before?.All.Where(figure => !ByKey.ContainsKey(figure.Key)) ?? [])
            yield return (was, null);
    }

    private static IEnumerable<FigureAsked> Queries(View view, ReportingPeriod period) => view.Lines.Lines.Select(line => (line.Name, line.Unit))
        .Concat(FigureRules.PerShareLines.Select(name => (Name: name, Unit: Unit.JpyPerShare)))
        .SelectMany(line => _kinds.Select(kind => Query(line.Name, line.Unit, period, kind)))
        .Select(query => FigureRules.Read(query, view.Lines).Asked).OfType<FigureAsked>();

    // In the unit and the digits in which it is printed.
    private static FigureQuery Query(string line, Unit own, ReportingPeriod period, Kind kind)
    {
        var unit = FigureRules.IsPercent(kind) ? Unit.Percent : own == Unit.Jpy ? Unit.JpyMillion : own;
        return new FigureQuery
        {
            Line = line, Period = period.Notation, Kind = kind, Unit = unit,
            Decimals = unit switch { Unit.Percent => 1, Unit.JpyPerShare => 2, _ => 0 },
        };
    }
}
