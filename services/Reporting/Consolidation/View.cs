using System.Collections.ObjectModel;
using Iij.Contracts;
using Iij.Reporting.V1;
using NodaTime;

namespace Iij.Reporting;

/// <summary>
/// The consolidated view of one moment of knowledge, made by <see cref="Fold"/>. It is immutable: many readers share it, so it keeps copies of
/// what it was made of and shows read-only lists alone.
/// </summary>
public sealed class View
{
    private readonly IReadOnlyDictionary<(string Source, YearMonth Month), Cell> _cells;
    private readonly IReadOnlyDictionary<(string Source, YearMonth Month), IReadOnlyDictionary<string, Fact>> _plain;
    private readonly ISet<(string Source, YearMonth? Month)>? _reads; // the caller's, of a view that notes what is read; not a part of the view

    internal View(long knowledge, string digest, LineVersion lines, IEnumerable<SourceFold> sources)
    {
        (Knowledge, Digest, LinesVersion, Lines) = (knowledge, digest, lines.Version, lines.Lines);
        Sources = new ReadOnlyDictionary<string, SourceFold>(sources.ToDictionary(source => source.Source));
        var cells = Sources.Values.SelectMany(source => source.Cells).ToList();
        _cells = cells.ToDictionary(cell => (cell.Source, cell.Month));
        _plain = cells.ToDictionary(cell => (cell.Source, cell.Month), Plain);
    }

    private View(View whole, ISet<(string Source, YearMonth? Month)> reads)
    {
        (Knowledge, Digest, LinesVersion, Lines, Sources) = (whole.Knowledge, whole.Digest, whole.LinesVersion, whole.Lines, whole.Sources);
        (_cells, _plain, _reads) = (whole._cells, whole._plain, reads);
    }

    /// <summary>The number of knowledge it is of.</summary>
    public long Knowledge { get; }

    /// <summary>SHA-256 over the standing revisions: the same facts give the same digest in any order of arrival.</summary>
    public string Digest { get; }

    /// <summary>The version of the lines model.</summary>
    public int LinesVersion { get; }

    /// <summary>The lines model.</summary>
    public LineModel Lines { get; }

    /// <summary>The state of each source.</summary>
    public IReadOnlyDictionary<string, SourceFold> Sources { get; }

    /// <summary>
    /// The same view, which notes what is read of it: a source's month, or null for whatever month is the source's latest. What is
    /// computed of it depends on nothing else.
    /// </summary>
    internal View Noting(ISet<(string Source, YearMonth? Month)> reads) => new(this, reads);

    /// <summary>The months anything is known of, first to last.</summary>
    public IEnumerable<YearMonth> Months => _cells.Keys.Select(key => key.Month).Distinct().Order();

    /// <summary>The state of a source's month; a month without events is not received.</summary>
    public Cell Cell(string source, YearMonth month)
    {
        _reads?.Add((source, month));
        return _cells.TryGetValue((source, month), out var cell)
            ? cell
            : new Cell(source, month, null, null, DataStatus.NotReceived, Iij.Closing.V1.PeriodState.Open, []);
    }

    /// <summary>A month's amount of a measure with its cell, or the missing input.</summary>
    public (Cell Cell, Fact? Fact, string? Missing) Amount(MeasureInfo measure, YearMonth month)
    {
        ArgumentNullException.ThrowIfNull(measure);
        var cell = Cell(measure.Source, month);
        if (cell.Standing is null)
            return (cell, null, $"{measure.Source} {month.ToIso()} is not received");
        return _plain[(measure.Source, month)].TryGetValue(measure.Name, out var fact)
            ? (cell, fact, null)
            : (cell, null, Absence(measure, cell));
    }

    /// <summary>
    /// A stock at a date. A date in a month is answered by that month's statement; one after the last statement by what it knew to
    /// be scheduled; one before the first by what the first tells of the time before it.
    /// </summary>
    public (Cell Cell, Fact? Fact, string? Missing) At(MeasureInfo measure, LocalDate date)
    {
        ArgumentNullException.ThrowIfNull(measure);
        _reads?.Add((measure.Source, null));
        var received = Sources[measure.Source].Cells.Where(cell => cell.Standing is not null).OrderBy(cell => cell.Month).ToList();
        var nothing = Cell(measure.Source, date.Month());
        if (received.Count == 0)
            return (nothing, null, $"{measure.Source} {date.Month().ToIso()} is not received");
        var cell = date.Month() < received[0].Month ? received[0] : date.Month() > received[^1].Month ? received[^1] : nothing;
        if (cell.Standing is null)
            return (cell, null, $"{measure.Source} {date.Month().ToIso()} is not received");
        var fact = cell.Facts.Where(fact => fact.Measure == measure.Name && fact.Date.Length > 0
                && string.CompareOrdinal(fact.Date, date.ToIso()) <= 0)
            .MaxBy(fact => fact.Date, StringComparer.Ordinal);
        return (cell, fact, fact is null ? $"{measure.Name} has nothing on {date.ToIso()} yet" : null);
    }

    /// <summary>
    /// The announcements of a register as the latest statement of the source knows them, of one fiscal year or of none (""), the
    /// latest announced last.
    /// </summary>
    public (Cell? Cell, IReadOnlyList<Fact> Facts) Register(string measure, string fiscalYear)
    {
        ArgumentNullException.ThrowIfNull(measure);
        return Announced(measure.Split('.')[0], fiscalYear, fact => fact.Measure == measure);
    }

    /// <summary>The announcements of an item on every share basis, as <see cref="Register"/> gives those of one measure.</summary>
    public (Cell? Cell, IReadOnlyList<Fact> Facts) RegisterOfBases(string item, string fiscalYear)
    {
        ArgumentNullException.ThrowIfNull(item);
        return Announced(item.Split('.')[0], fiscalYear, fact => fact.Measure == item || fact.Measure.StartsWith(item + ".", StringComparison.Ordinal));
    }

    /// <summary>The sources with a missing sequence number: the missing event may concern any month.</summary>
    public IReadOnlyList<string> Gaps => [.. Sources.Values.Where(source => source.Missing().Any()).Select(source => source.Source)];

    private (Cell? Cell, IReadOnlyList<Fact> Facts) Announced(string source, string fiscalYear, Func<Fact, bool> isOf)
    {
        _reads?.Add((source, null));
        var cell = Sources[source].Cells.Where(cell => cell.Standing is not null).MaxBy(cell => cell.Month);
        return cell is null
            ? (null, [])
            : (cell, cell.Facts.Where(fact => isOf(fact) && fact.Subject == fiscalYear).OrderBy(fact => fact.Date, StringComparer.Ordinal).ToList());
    }

    private static string Absence(MeasureInfo measure, Cell cell)
    {
        var row = cell.Standing!;
        var waiver = Waivers.Of(row.Waivers).FirstOrDefault(waiver => waiver.Measure == measure.Name);
        return waiver is null ? $"{measure.Name} is absent in {row.Month} (revision {row.Revision})"
            : $"{measure.Name} of {row.Month} is waived by {row.Actor}: {waiver.Reason}";
    }

    private static IReadOnlyDictionary<string, Fact> Plain(Cell cell) => cell.Facts
        .Where(fact => fact.Date.Length == 0 && fact.Subject.Length == 0).ToDictionary(fact => fact.Measure);
}
