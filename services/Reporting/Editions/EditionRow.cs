using Iij.Contracts;
using Iij.Reporting.V1;

namespace Iij.Reporting;

/// <summary>A row of edition: a reporting period as of a position, as it was prepared. It never changes.</summary>
public sealed record EditionRow
{
    /// <summary>The sequence position of the decision that prepared it.</summary>
    public long Preparation { get; init; }

    /// <summary>FY2012-9M.</summary>
    public string Period { get; init; } = "";

    /// <summary>1, 2, … within the period.</summary>
    public int Number { get; init; }

    /// <summary>The sequence position whose view it is.</summary>
    public long Position { get; init; }

    /// <summary>The version of the lines.</summary>
    public int LinesVersion { get; init; }

    /// <summary>"network incarnation sequence", a line for each source.</summary>
    public string Vector { get; init; } = "";

    /// <summary>The type of a restatement by name; Unspecified of edition 1.</summary>
    public string Kind { get; init; } = nameof(RestatementKind.Unspecified);

    /// <summary>Microseconds since 1970 UTC; 0 without an embargo.</summary>
    public long EmbargoUntil { get; init; }

    /// <summary>SHA-256 over every figure of the period.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Releases the months at the sources. It is the same in every preparation of one edition.</summary>
    public string LockKey { get; init; } = "";

    /// <summary>The name under which months are locked: "FY2012-9M edition 1".</summary>
    public string Name => $"{Period} edition {Number}";

    /// <summary>The period.</summary>
    public ReportingPeriod ReportingPeriod => ReportingPeriod.Parse(Period)!;

    /// <summary>The last event of each source of a view, as a vector.</summary>
    public static string VectorOf(View view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return string.Join('\n', Fold.Sources.Select(source => view.Sources[source])
            .Select(source => $"{source.Source} {source.Incarnation} {source.LastSequence(source.Incarnation)}"));
    }
}
