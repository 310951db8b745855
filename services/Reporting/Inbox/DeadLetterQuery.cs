namespace Iij.Reporting;

/// <summary>Which dead letters.</summary>
/// <param name="State">Open, Redriven, Discarded or Arrived; empty: any.</param>
/// <param name="Reason">The name of a remark; empty: any.</param>
/// <param name="Source">The source that they name; empty: any.</param>
/// <param name="After">Their numbers are above this one.</param>
public sealed record DeadLetterQuery(string State, string Reason, string Source, long After);
