using NodaTime;

namespace Iij.Atm;

/// <summary>The ATM of an entry.</summary>
/// <param name="Entry">The number of an installation, a removal, a withdrawal or a settlement.</param>
/// <param name="AtmId">The ATM.</param>
/// <param name="Day">The first day placed, the first day not placed, or the day of use.</param>
/// <param name="IsUse">Whether it is a withdrawal or a settlement.</param>
public sealed record AtmEntry(long Entry, string AtmId, LocalDate Day, bool IsUse);
