namespace Iij.Tests.Oracle;

/// <summary>One row of a figures file.</summary>
public sealed record Figure(string Page, string Line, string Period, string Kind, string Value, string Unit, int Decimals);
