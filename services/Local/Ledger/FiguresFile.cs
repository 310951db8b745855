using System.Globalization;
using Iij.Contracts;
using Iij.Money.V1;
using Iij.Reporting;
using Iij.Reporting.V1;

namespace Iij.Local.Ledger;

/// <summary>A printed figure: its query, and its printed value (a number, "n/m" or "missing").</summary>
/// <param name="Query">The figure as reporting is asked for it.</param>
/// <param name="Kind">The kind as the file writes it.</param>
/// <param name="Printed">The value as the file writes it.</param>
public sealed record PrintedFigure(FigureQuery Query, string Kind, string Printed)
{
    /// <summary>Whether a computed value ("n/m", "missing" or a number) equals the printed one; numbers are compared as numbers.</summary>
    public bool Matches(string computed) => Exact.ParseDecimal(Printed) is { } printed && Exact.ParseDecimal(computed) is { } value
        ? (Exact.Of(printed) - Exact.Of(value)).Sign == 0
        : Printed == computed;
}

/// <summary>Reads a file of printed figures; throws <see cref="InputException"/> at the first row that asks for something that is none.</summary>
public static class FiguresFile
{
    /// <summary>n/m: a percentage over a base that is zero or negative.</summary>
    public const string NotMeaningful = "n/m";

    /// <summary>missing: an input is absent.</summary>
    public const string Missing = "missing";

    private const string ChangeSince = "change_since_";

    private static readonly Dictionary<string, Kind> _kinds = new()
    {
        ["amount"] = Kind.Amount, ["yoy_change"] = Kind.YoyChange, ["yoy_percent"] = Kind.YoyPercent, ["qoq_change"] = Kind.QoqChange,
        ["qoq_percent"] = Kind.QoqPercent, ["percent_of_revenue"] = Kind.PercentOfRevenue, ["margin_percent"] = Kind.MarginPercent,
        ["percent_of_total_assets"] = Kind.PercentOfTotalAssets, ["target_amount"] = Kind.TargetAmount,
        ["target_yoy_change"] = Kind.TargetYoyChange, ["target_yoy_percent"] = Kind.TargetYoyPercent,
        ["target_percent_of_revenue"] = Kind.TargetPercentOfRevenue,
    };

    private static readonly Dictionary<string, Unit> _units = new()
    {
        ["JPY million"] = Unit.JpyMillion, ["JPY billion"] = Unit.JpyBillion, ["%"] = Unit.Percent, ["count"] = Unit.Count,
        ["JPY per share"] = Unit.JpyPerShare,
    };

    /// <summary>The figures of a file, each checked against a model of lines.</summary>
    public static IReadOnlyList<PrintedFigure> Read(string path, LineModel lines) =>
        [.. CsvTable.Read(path, "page", "line", "period", "kind", "value", "unit", "decimals").Select(row => ToFigure(row, lines))];

    private static PrintedFigure ToFigure(CsvRow row, LineModel lines)
    {
        var query = new FigureQuery { Line = row["line"], Period = row["period"], Decimals = Decimals(row) };
        if (row["kind"].StartsWith(ChangeSince, StringComparison.Ordinal))
            (query.Kind, query.Since) = (Kind.ChangeSince, row["kind"][ChangeSince.Length..]);
        else
            query.Kind = _kinds.TryGetValue(row["kind"], out var kind) ? kind : throw row.Refuse($"unknown kind \"{row["kind"]}\"");
        query.Unit = _units.TryGetValue(row["unit"], out var unit)
            ? unit
            : throw row.Refuse($"unknown unit \"{row["unit"]}\"; known are {string.Join(", ", _units.Keys)}");
        if (new[] { query.Period, query.Since }.FirstOrDefault(period => period.EndsWith("-H2", StringComparison.Ordinal)) is { } second)
            throw row.Refuse($"unknown period \"{second}\": of halves a figures file knows H1"); // reporting itself knows both
        if (FigureRules.IsPerShare(query.Line) && ReportingPeriod.Parse(query.Period) is { Length: not PeriodLength.Year })
            throw row.Refuse($"{query.Line} of {query.Period}: of amounts per share a figures file knows those of a fiscal year"); // the same
        if (FigureRules.Read(query, lines).Misfit is { } misfit)
            throw row.Refuse($"{row["kind"]}: {misfit.Message}");
        if (row["value"] is not (NotMeaningful or Missing) && Exact.ParseDecimal(row["value"]) is null)
            throw row.Refuse($"value \"{row["value"]}\" is neither a number nor {NotMeaningful} nor {Missing}");
        return new PrintedFigure(query, row["kind"], row["value"]);
    }

    private static int Decimals(CsvRow row) =>
        int.TryParse(row["decimals"], NumberStyles.None, CultureInfo.InvariantCulture, out var decimals) && decimals <= 9
            ? decimals
            : throw row.Refuse($"decimals \"{row["decimals"]}\" is not one of 0 to 9");
}
