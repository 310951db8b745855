using Iij.Contracts;

namespace Iij.Tests.Model;

/// <summary>A message with the facts its body holds.</summary>
public sealed record Told(PeriodEventPublished Message, IReadOnlyList<Fact> Facts);
