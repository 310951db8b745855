using NodaTime;

namespace Iij.Reporting;

/// <summary>An amount added to a flow of a month.</summary>
/// <param name="Measure">The measure.</param>
/// <param name="Month">The month.</param>
/// <param name="Amount">In the measure's unit; below zero takes away.</param>
public sealed record FlowChange(string Measure, YearMonth Month, long Amount);
