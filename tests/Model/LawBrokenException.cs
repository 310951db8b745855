namespace Iij.Tests.Model;

/// <summary>A law did not hold.</summary>
public sealed class LawBrokenException(string message, Exception inner) : Exception(message, inner);
