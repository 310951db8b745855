namespace Iij.Platform;

/// <summary>A row that is added to a table.</summary>
/// <param name="Table">The table.</param>
/// <param name="Values">A value for each column: a string, short, int, long, bytes or null. An amount of a running total is a long.</param>
public sealed record TableRow(Table Table, object?[] Values);
